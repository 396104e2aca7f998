"""The arms of a run, scored on report profiles and on held-out dialogues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import combinations

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.stamping import stamper
from esc_skills._engine.theatre import Theatre
from esc_skills._stages.judge import judge
from esc_skills._stages.verify import Seat
from esc_skills._store.folder import RunFolder
from esc_skills.errors import RunEndedError
from esc_skills.model import Dialogue, Evidence, Item, Score, SkillsBank, Trace, plain, short_hash
from esc_skills.spec import Evaluator
from esc_skills.stats import paired_difference

Arms = Mapping[str, SkillsBank | None]
"""Arm name → its bank; None is the no-skills arm."""


def keep(folder: RunFolder, scores: tuple[Score, ...]) -> tuple[Score, ...]:
    """Write ``scores.jsonl``, and what each figure was made of beside it, in ``items.jsonl``."""
    folder.write_nouns("scores.jsonl", map(bare, scores))
    made = ({"score": named(score), **one} for score in scores for one in plain(score.items))
    folder.write_rows("items.jsonl", made)
    return scores


def bare(score: Score) -> Score:
    """A score without its items."""
    return attrs.evolve(score, items=())


def named(score: Score) -> list[str]:
    """What tells a score of a run from all others: arm, evaluator, name, signature's hash."""
    return [score.arm, score.evaluator, score.name, short_hash(score.signature)]


def stored(folder: RunFolder) -> tuple[Score, ...]:
    """Scores of a run with their items."""
    items: dict[tuple[str, ...], list[Item]] = {}
    for row in folder.read_rows("items.jsonl"):
        made = Item(key=row["key"], cluster=row["cluster"], sums=tuple(row["sums"]))
        items.setdefault(tuple(row["score"]), []).append(made)
    return tuple(
        attrs.evolve(score, items=tuple(items.get(tuple(named(score)), ())))
        for score in folder.read_nouns("scores.jsonl", Score)
    )


def differences(traces: Mapping[str, Sequence[Trace]]) -> tuple[Score, ...]:
    """Paired differences of final emotion between arms: the later arm minus the earlier one.

    Args:
        traces: By arm, in seat order; a seat that one arm lacks makes no pair, and two
            conversations of unlike signatures make none either.

    Returns:
        A score for two arms and each signature that both have.
    """
    scores: list[Score] = []
    for first, second in combinations(traces, 2):
        others = {(new.profile.id, new.repeat): new for new in traces[second]}
        found = [
            (old, new)
            for old in traces[first]
            if (new := others.get((old.profile.id, old.repeat))) is not None
            if "fault" not in (old.ending, new.ending)
        ]
        for signature in sorted({old.signature for old, _ in found}):
            pairs = [pair for pair in found if {item.signature for item in pair} == {signature}]
            due = sum(old.signature == signature for old in traces[first])
            if pairs:
                scores.append(_difference(f"{second}-{first}", pairs, signature, due))
    return tuple(scores)


def _difference(arm: str, pairs: Sequence[tuple[Trace, Trace]], signature: str, due: int) -> Score:
    found = paired_difference(
        [old.emotion for old, _ in pairs],
        [new.emotion for _, new in pairs],
        clusters=[old.profile.id for old, _ in pairs],
    )
    return Score(
        evaluator="paired",
        name="emotion-difference",
        value=found.value,
        n=len(pairs),
        of=due,
        low=found.low,
        high=found.high,
        signature=f"paired:v1|by=profile,repeat|{signature}",
        arm=arm,
        better="higher",
    )


async def score_talks(
    theatre: Theatre, arms: Arms, seats: Sequence[Seat], lender: Lender
) -> tuple[Score, ...]:
    """Let every arm meet the same seekers, and score what happened."""
    traces: dict[str, tuple[Trace, ...]] = {}
    scores: tuple[Score, ...] = ()
    for arm, bank in arms.items():
        traces[arm] = await theatre.play(bank, seats, f"score/{arm}")
        evidence = Evidence(traces=traces[arm], bank=bank)
        scores += await _judged(theatre, evidence, _talkers(theatre), arm, lender)
    return scores + differences(traces)


async def score_played(
    theatre: Theatre, arms: Arms, seats: Sequence[Seat], lender: Lender
) -> tuple[Score, ...]:
    """Score what is finished, after the budget has ended; nothing more is played or asked.

    An evaluator that needs a model's answer which was never paid for is left out.
    """
    traces = {arm: theatre.played(bank, seats) for arm, bank in arms.items()}
    scores: tuple[Score, ...] = ()
    for arm, bank in arms.items():
        evidence = Evidence(traces=traces[arm], bank=bank)
        for evaluator in _talkers(theatre) if traces[arm] else ():
            with suppress(RunEndedError):
                scores += await _judged(theatre, evidence, (evaluator,), arm, lender)
    return scores + differences(traces)


async def _judged(
    theatre: Theatre,
    evidence: Evidence,
    evaluators: tuple[Evaluator, ...],
    arm: str,
    lender: Lender,
) -> tuple[Score, ...]:
    stamp = stamper(theatre.crew.models)
    return await judge(evidence, evaluators, arm, lender.at("score"), stamp)


def _talkers(theatre: Theatre) -> tuple[Evaluator, ...]:
    return tuple(item for item in theatre.crew.evaluators if "responses" not in item.reads)


async def score_responses(
    theatre: Theatre,
    arms: Arms,
    dialogues: Sequence[Dialogue],
    lender: Lender,
    *,
    see_situation: bool,
) -> tuple[Score, ...]:
    """Let every arm answer held-out dialogues, and score the answers."""
    readers = tuple(item for item in theatre.crew.evaluators if "responses" in item.reads)
    scores: tuple[Score, ...] = ()
    for arm, bank in arms.items() if dialogues and readers else ():
        responses = await theatre.answer(bank, dialogues, see_situation=see_situation)
        evidence = Evidence(responses=responses, bank=bank)
        scores += await _judged(theatre, evidence, readers, arm, lender)
    return scores
