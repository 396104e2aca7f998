"""Records whose every text field holds a given text, whatever fields a noun may have tomorrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from esc_skills._engine.accounts import Account, Row
from esc_skills.model import (
    Alarm,
    Condition,
    Edit,
    ExpectedOutcome,
    Part,
    Proposal,
    Risk,
    Score,
    StudyRecord,
    Trace,
    Verdict,
    plain,
)
from esc_skills.spec import RunRecord
from esc_skills.stats import expectations
from esc_skills.testing.conformance.printing import study as plain_study
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, protected_skill, skill

ARMS = ("none", "static", "evolved")
FIXED = {"event", "kind", "decision", "life", "severity", "hash", "bank", "parent", "state"}
"""Words of a ledger that the kernel writes itself, so nobody else's text can stand there."""


def stuffed(noun: Any, text: str, kept: frozenset[str] = frozenset()) -> Any:
    """A noun with ``text`` in every text of it, but for words that its validators allow alone.

    Args:
        noun: A noun, or a tuple or mapping of nouns and texts.
        text: The text.
        kept: Fields that stay as they are.
    """
    if isinstance(noun, str):
        return text
    if isinstance(noun, Mapping):
        return {key: one if key in FIXED else stuffed(one, text) for key, one in noun.items()}
    if isinstance(noun, (tuple, list)):
        return type(noun)(stuffed(one, text, kept) for one in noun)
    if not attrs.has(type(noun)):
        return noun
    for field in attrs.fields(type(noun)):
        if field.init and field.name not in kept:
            value = stuffed(getattr(noun, field.name), text, kept)
            try:
                noun = attrs.evolve(noun, **{field.name: value})
            except ValueError:
                continue  # a word of a closed list, or a name of few letters
    return noun


def texts(noun: Any) -> Iterator[str]:
    """All texts of a noun or of plain data, keys left out."""
    if isinstance(noun, str):
        yield noun
    elif isinstance(noun, Mapping):
        for value in noun.values():
            yield from texts(value)
    elif isinstance(noun, (tuple, list)):
        for value in noun:
            yield from texts(value)
    elif attrs.has(type(noun)):
        for field in attrs.fields(type(noun)):
            yield from texts(getattr(noun, field.name))


def _talk(number: int, text: str, arm: str) -> Trace:
    """A talk with an alarm, thoughts, a last word and a reply that nobody read."""
    who = profile(f"p{number}", scenario="job-crisis", lines=("More.",), safety=number % 2 == 1)
    first, last = trace(who, 3, -2, skills=("listen-first",)).exchanges
    assert first.reaction
    felt = attrs.evolve(first.reaction, thought="Hm.", text="Go on.", change="opens-up")
    spoken = attrs.evolve(
        first,
        reply=attrs.evolve(first.reply, why="To be near.", action="validate"),
        alarms=(Alarm(rule="crisis.x", speaker="seeker", reason="Care."),),
        reaction=felt,
    )
    unread = attrs.evolve(last, reaction=None)
    bare = trace(who, 3)
    made: Trace = stuffed(attrs.evolve(bare, exchanges=(spoken, last, unread)), text)
    seat = attrs.evolve(made.profile, id=f"{text} {number}")
    return attrs.evolve(made, arm=arm, profile=seat, id=f"{arm}/{text}")


def _scores(number: int, text: str) -> tuple[Score, ...]:
    part = Part(group="persona_type=passive", value=30.0, n=3, low=20.0, high=40.0)
    sage = Score(
        evaluator="sage",
        name="emotion",
        value=38.5,
        n=3,
        of=4,
        low=20.0,
        high=50.0,
        signature="sage:v1",
        breakdown=(part, attrs.evolve(part, group=f"{text}={text}")),
    )
    own = attrs.evolve(stuffed(sage, text), value=None, low=None, high=None)
    arms = [attrs.evolve(one, arm=arm) for arm in ARMS for one in (sage, own)]
    kept = arms if number == 0 else [one for one in arms if one.evaluator == text]
    return (*kept, attrs.evolve(sage, evaluator="paired", arm=text))


def _ledger(text: str) -> tuple[dict[str, Any], ...]:
    edit = Edit(kind="add", skills=(skill(),), reason="It helps.", evidence=("t",))
    away = Edit(kind="retire", targets=("listen-first",), reason="It hurts.", evidence=("t",))
    proposal = Proposal(bank="b", edits=(edit, away), refiner="r", round=1)
    verdict = Verdict(decision="accept", gate="g", vetoes=("v",), reason="So.", effect=1.5)
    row = {"event": "verdict", "round": 1}
    row |= {"proposal": plain(stuffed(proposal, text)), "verdict": plain(stuffed(verdict, text))}
    cause = {"cause": text, "kind": text, "n": 3, "lapses": 1, "profiles": [text]}
    cause |= {"skills": [text], "trace": text, "exchange": 0}
    report = {"notes": [text], "causes": [cause]}
    refused = attrs.evolve(verdict, decision="reject")
    no = {**row, "verdict": plain(stuffed(refused, text))}
    return ({"event": "failures", "round": 1, "report": report}, row, no)


def _skill(number: int, text: str) -> Any:
    whole = skill(
        name=f"skill-{number}",
        applies=(Condition(scenarios=("job-crisis",), words="work"),),
        not_when=(Condition(states=("in-crisis",)),),
        risks=(Risk(trigger="t", instead="i"), Risk(trigger="t", when=Condition(words="w"))),
        expected=ExpectedOutcome(changes=("opens-up",), least_gain=1),
    )
    return stuffed(whole, text, frozenset({"name"}))


def run(some: Sequence[str], *, odd: bool = False) -> RunRecord:
    """A run in which each of the texts stands in every text field that a run can have.

    Args:
        some: The texts.
        odd: Another run on the same seekers, with a bank and settings of its own.
    """
    every = list(enumerate(some))
    whole = "\n".join(some)
    talks = tuple(_talk(number, text, arm) for arm in ARMS for number, text in every)
    chosen = [_skill(number, text) for number, text in every if not (odd and number % 2)]
    known = bank(*chosen, protected_skill(), licences=tuple(some), notes=tuple(some))
    return RunRecord(
        name=whole,
        experiment={"corpus": [{"use": text, "path": text} for text in some], whole: whole},
        plugins=tuple(
            dict.fromkeys(("role", "name", "distribution", "version", "settings"), text)
            for text in ((*some, "odd") if odd else some)
        ),
        findings=tuple((text, text, 3) for text in some),
        units=7,
        banks=(bank(), attrs.evolve(known, taxonomy=stuffed(known.taxonomy, whole))),
        traces=talks,
        scores=tuple(score for number, text in every for score in _scores(number, text)),
        ledger=tuple(row for text in some for row in _ledger(text)),
        expectations=expectations(talks, known),
        cases=tuple(attrs.evolve(one, arm=f"bank-{whole}") for one in talks[: len(every)]),
        state=whole,
        account=_account(some),
    )


def _account(some: Sequence[str]) -> dict[str, Any]:
    """An account as ``run.json`` holds it, a row a text."""
    rows = tuple(
        Row(
            role=text,
            models=(text,),
            sent=5,
            answered=3,
            ended={text: 2},
            reused=1,
            repaired=1,
            tokens_in=7,
            tokens_out=9,
            tokens_cached=1,
            usd=0.5,
            unpriced=1,
        )
        for text in some
    )
    table = "\n".join(some)
    made = Account(rows=rows, table=table, prefix=dict.fromkeys(some, 0.5), undeclared=tuple(some))
    told: dict[str, Any] = plain(made.plain())
    return told


def study(some: Sequence[str]) -> StudyRecord:
    """A study in which each of the texts stands in every text field that a study can have."""
    parts = [stuffed(plain_study("w"), text) for text in some]
    whole = "\n".join(some)
    joined = {
        name: tuple(one for part in parts for one in getattr(part, name))
        for name in ("tables", "scores", "contrasts", "costs", "lost")
    }
    return attrs.evolve(parts[0], name=whole, methods=whole, **joined)


def once(text: str, *, odd: bool = False) -> RunRecord:
    """A harmless run in which the text stands in one place: somebody's first message."""
    plainly = run(["words"], odd=odd)
    first, *rest = plainly.traces[::-1]
    said = attrs.evolve(first.exchanges[0], seeker=text)
    marked = attrs.evolve(first, exchanges=(said, *first.exchanges[1:]))
    return attrs.evolve(plainly, traces=(*rest[::-1], marked))


def once_in_study(text: str) -> StudyRecord:
    """A harmless study in which the text stands in one place."""
    return attrs.evolve(study(["words"]), lost=(text,))
