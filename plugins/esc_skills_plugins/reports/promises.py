"""Why talks failed and whether skills kept their promises, made ready for pages."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from esc_skills.model import Check, ExpectedOutcome, Rate, Skill
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports.figures import figure, interval

MOST_CAUSES = 12
"""Causes shown of each round, the most frequent first."""


@attrs.frozen(kw_only=True)
class CauseLine:
    """Failures of one cause in one round."""

    round: int
    """Round of evolution, from 1."""
    cause: str
    """What they have in common: state and action."""
    kind: str
    """The paper's class."""
    n: int
    """Failures."""
    seekers: int
    """Seekers whom it met."""
    lapses: str
    """Share in which the skill was right and was not followed, in words."""
    skills: str
    """Skills in play."""
    where: str
    """A trace and exchange that show it."""


@attrs.frozen(kw_only=True)
class PromiseLine:
    """One skill: what it promises, and what came of it."""

    skill: str
    """Skill name."""
    promised: str
    """The expected outcome, in words."""
    uses: int
    """Replies that it shaped."""
    kept: str
    """Share of uses that brought it, with interval and count; a dash when never tried."""
    risks: tuple[str, ...]
    """Each stated risk with its share of falls, and the share that falls without the skill."""


def cause_lines(record: RunRecord) -> tuple[CauseLine, ...]:
    """Causes of every round of the ledger, the most frequent of each."""
    return tuple(
        CauseLine(
            round=row["round"],
            cause=one["cause"] or "unknown",
            kind=one["kind"],
            n=one["n"],
            seekers=len(one["profiles"]),
            lapses=f"{one['lapses']} of {one['n']}",
            skills=", ".join(one["skills"]) or "none",
            where=f"{one['trace']}, exchange {one['exchange']}",
        )
        for row in record.ledger
        if row.get("event") == "failures"
        for one in row["report"].get("causes", ())[:MOST_CAUSES]
    )


def promise_lines(record: RunRecord) -> tuple[PromiseLine, ...]:
    """A line for each skill of the last bank that was checked."""
    if record.expectations is None or not record.banks:
        return ()
    skills = {skill.name: skill for skill in record.banks[-1].skills}
    return tuple(
        _line(skills[check.skill], check)
        for check in record.expectations.checks
        if check.skill in skills
    )


def looked_at(record: RunRecord) -> str:
    """What the promises were held against, in one sentence."""
    found = record.expectations
    if found is None:
        return ""
    return (
        f"{found.traces} conversations with this bank, with refine, verify and report seekers;"
        f" {found.faults} of them ended by a fault and are in no rate, as are {found.guarded}"
        " replies that a guard gave. Intervals are 95 %, by seeker."
    )


def share(rate: Rate) -> str:
    """A rate with interval and count; a dash for none, which is not 0."""
    if rate.value is None:
        return "–"
    return f"{figure(rate.value)} {interval(rate.low, rate.high)} {rate.hits} of {rate.n}"


def promised(expected: ExpectedOutcome) -> str:
    """An expected outcome in words."""
    gain = expected.least_gain
    points = f"emotion {gain:+d} or more" if gain else "emotion rises"
    return " or ".join((points, *expected.changes))


def _line(skill: Skill, check: Check) -> PromiseLine:
    return PromiseLine(
        skill=skill.name,
        promised=promised(skill.expected),
        uses=check.uses,
        kept=share(check.outcome),
        risks=tuple(_risks(check)),
    )


def _risks(check: Check) -> Iterable[str]:
    for risk in check.risks:
        if not risk.tested:
            yield f"{risk.trigger}: words only, not checked"
        else:
            yield (
                f"{risk.trigger}: fell {share(risk.fell)}; without the skill"
                f" {share(risk.elsewhere)}"
            )
