"""Laws about words of any script and length, where a role meets them."""

from __future__ import annotations

import shutil
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import attrs

from esc_skills.errors import UsageError
from esc_skills.model import (
    Evidence,
    Match,
    Pair,
    Reading,
    Response,
    SkillsBank,
    Trace,
    canonical,
    plain,
)
from esc_skills.spec import Request, RunRecord
from esc_skills.testing.conformance import scenes
from esc_skills.testing.conformance.scenes import TEXTS, mixed_bank, moments, turns
from esc_skills.testing.conformance.trials import NotTried, Trial, law
from esc_skills.testing.samples import bank, profile, skill, taxonomy

ODD = tuple(text for text in TEXTS if text.strip())
"""Texts with signs in them: plain, Chinese, signs, markup, very long."""
FOLDER = "目录 ü '%20"
"""A folder as people name them."""
MANY = 2_000
"""Jobs of a long run."""


def odd_bank() -> SkillsBank:
    """Active skills that are written in every script and length."""
    return bank(
        *(
            skill(f"odd-{at}", overview=text, guidance=(text,), examples=(text,))
            for at, text in enumerate(ODD)
        )
    )


def odd_traces() -> tuple[Trace, ...]:
    """Good and bad conversations in which everybody says odd things."""
    made = []
    for at, one in enumerate(scenes.traces()):
        text = ODD[at % len(ODD)]
        said = tuple(
            attrs.evolve(
                item,
                seeker=text,
                reply=attrs.evolve(item.reply, text=text),
                reaction=attrs.evolve(item.reaction, text=text) if item.reaction else None,
            )
            for item in one.exchanges
        )
        made.append(attrs.evolve(one, exchanges=said, note=text))
    return tuple(made)


def odd_responses() -> tuple[Response, ...]:
    """Replies and gold turns of any words."""
    gold = scenes.responses()[0]
    return tuple(
        attrs.evolve(
            gold,
            turn=2 * at + 1,
            gold=attrs.evolve(gold.gold, text=text),
            reply=attrs.evolve(gold.reply, text=text) if gold.reply else None,
        )
        for at, text in enumerate(ODD)
    )


@law("corpus")
async def reads_from_any_folder(trial: Trial) -> None:
    """A file is read alike, whatever the folder is called that it lies in."""
    if trial.path is None:
        raise NotTried("no file was given to read")

    def talks(found: Reading) -> Any:
        return found.dialogues, [one.id for one in found.traces]

    here = await trial.component.read(trial.path, trial.lend(1))
    with tempfile.TemporaryDirectory() as name:
        there = Path(name) / FOLDER / trial.path.name
        there.parent.mkdir()
        shutil.copy(trial.path, there)
        moved = await trial.component.read(there, trial.lend(1))
    assert talks(here) == talks(moved), "the same file reads differently in another folder"


@law("distiller")
async def distils_any_words(trial: Trial) -> None:
    """Units of any script and length are distilled, and twice the same."""
    odd = tuple(
        attrs.evolve(
            unit,
            context=ODD[at % len(ODD)],
            action=attrs.evolve(unit.action, text=ODD[-1 - at % 3]),
        )
        for at, unit in enumerate(scenes.units())
    )
    first = await trial.component.distil(odd, taxonomy(), trial.lend(1))
    assert first == await trial.component.distil(odd, taxonomy(), trial.lend(1)), "twice differs"


@law("retriever")
async def finds_in_any_words(trial: Trial) -> None:
    """Skills of any script and length are indexed, and found with a finite score."""
    index = await trial.component.index(odd_bank(), trial.lend(1))
    for now in moments():
        for match in await index.search(now, trial.lend(2)):
            assert abs(match.score) < float("inf"), f"{match.skill} scores {match.score}"


@law("responder")
async def replies_with_any_skill(trial: Trial) -> None:
    """Skills of any script and length can be offered."""
    voice = await trial.component.prepare(odd_bank(), scenes.units(), trial.lend(1))
    offered = tuple(Match(skill=one.name, score=1.0) for one in odd_bank().active)
    for now in moments():
        reply = await voice.reply(now, offered, trial.lend(2))
        assert reply.text.strip(), "the reply has no words"


@law("profiles")
async def profiles_can_be_written_down(trial: Trial) -> None:
    """Every profile can be kept as UTF-8, and its words are no control signs."""
    from esc_skills.testing.conformance.seeking import everybody

    for who in await everybody(trial):
        canonical(plain(who)).decode("utf-8")
        for text in (who.persona, who.scene, who.opening, *who.lines):
            wild = [sign for sign in text if ord(sign) < 32 and sign not in "\n\t"]
            assert not wild, f"{who.id} holds the control sign {wild[0]!r}"


@law("seeker")
async def plays_anybody(trial: Trial) -> None:
    """Profiles of any script and length are played; a language may be refused, in one line."""
    reply = scenes.traces()[0].exchanges[0].reply
    for at, (text, language) in enumerate(product(ODD, ("en", "zh"))):
        who = profile(f"odd-{at}", persona=text, scene=text, opening=text, lines=(text,))
        try:
            sitting = await trial.component.meet(
                attrs.evolve(who, language=language), trial.lend(1)
            )
            await sitting.react(reply, turns(sitting.opening, reply.text), trial.lend(2))
        except UsageError:
            if language == "en":
                raise


@law("evaluator")
async def scores_any_words(trial: Trial) -> None:
    """Conversations and replies of any script and length are scored, an empty bank too."""
    seen = Evidence(traces=odd_traces(), responses=odd_responses(), bank=SkillsBank())
    for score in await trial.component.score(seen, trial.lend(1)):
        told = f"{score.name} is {score.value}"
        assert score.value is None or abs(score.value) < float("inf"), told


@law("refiner")
async def refines_any_words(trial: Trial) -> None:
    """Conversations and skills of any script and length are diagnosed and edited."""
    for found in (mixed_bank(), odd_bank()):
        report = await trial.component.diagnose(odd_traces(), found, trial.lend(1))
        await trial.component.propose(report, odd_traces(), found, (), trial.lend(2))


@law("gate")
async def judges_anybody(trial: Trial) -> None:
    """Seekers and groups of any name are judged, those of no group too."""
    for group in ("", "消极/倾听", "a/b/c", "x" * 10_000):
        odd = tuple(
            Pair(profile=f"人{at}", repeat=0, current=40.0, candidate=45.0 + at % 3, group=group)
            for at in range(30)
        )
        verdict = await trial.component.decide(odd, 0, trial.lend(1))
        assert verdict.pairs <= len(odd), f"{verdict.pairs} pairs of {len(odd)}"


@law("report")
async def writes_any_words(trial: Trial) -> None:
    """A run of any words can be reported; what is text is UTF-8."""
    record = RunRecord(name="对话 ü", experiment={}, banks=(odd_bank(),), traces=odd_traces())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / FOLDER
        folder.mkdir()
        for path in await trial.component.render(record, folder):
            assert folder in path.parents, f"{path.name} lies outside the folder"
            if path.suffix in {".md", ".txt", ".html", ".csv", ".tex", ".json"}:
                path.read_text("utf-8")


@law("executor")
async def gives_back_anything(trial: Trial) -> None:
    """Many jobs are done, and what they answer comes back as it is, None included."""
    items = tuple((at, ODD[at % 4], None) for at in range(MANY))

    async def work(item: Any) -> Any:
        return item if item[0] % 3 else None

    done = await trial.component.map(work, items, 64)
    assert len(done) == MANY, f"{len(done)} answers to {MANY} jobs"
    changed = [item for item, end in zip(items, done, strict=True) if end not in (None, item)]
    assert not changed, "an answer was changed on the way"
    assert sum(end is None for end in done) == -(-MANY // 3), "None is an answer, too"


@law("backend")
async def accounts_for_tokens(trial: Trial) -> None:
    """Tokens that were cached are a part of the prompt's; no figure is below 0."""
    asked = Request(model="any", system="Be kind.", messages=(("user", ODD[0]),))
    try:
        done = await trial.component.complete(asked)
    except Exception as why:
        raise NotTried(f"it did not answer: {getattr(why, 'message', why)}") from why
    parts = (done.tokens_in, done.tokens_out, done.tokens_cached, done.tokens_written)
    assert min(parts) >= 0, f"counts {min(parts)} tokens"
    kept = done.tokens_cached + done.tokens_written
    assert kept <= done.tokens_in, f"{kept} of {done.tokens_in} prompt tokens were cached"
