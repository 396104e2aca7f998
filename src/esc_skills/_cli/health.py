"""``esc-skills bank health``: what is used, what helps, what is in the way, what contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, columns, emit_json, figure

if TYPE_CHECKING:
    from esc_skills._engine.contradictions import Contradiction
    from esc_skills._engine.health import Health, SkillHealth
    from esc_skills.model import Check, Rate
    from esc_skills.stats import Interval


@click.command("health")
@click.argument("path", metavar="RUN|BANK", type=click.Path(path_type=Path))
@JSON
def health(path: Path, as_json: bool) -> int:
    """Show the health of the last bank of RUN, or of BANK, from the conversations held with it."""
    from esc_skills._engine.health import bank_health
    from esc_skills._host.banks import placed

    found = bank_health(placed(path))
    if as_json:
        emit_json(found)
        return 0
    for line in _lines(found):
        click.echo(clean(line))
    return 0


def _lines(one: Health) -> Iterator[str]:
    lives = ", ".join(f"{count} {life}" for life, count in _lives(one))
    yield f"bank {one.bank[:12]}: {lives or 'no skill'}"
    seen = one.expectations
    yield (
        f"{seen.traces} conversations, {seen.faults} ended by a fault and left out;"
        f" {seen.guarded} replies were a guard's own"
    )
    if seen.traces:
        yield f"ever used: {one.ever_used} of {one.active} active skills"
        yield f"use precision: {_rate(one.precision)} of offers were used"
        yield f"interference: {_points(one.interference)} points with an idle offer beside the used"
    for grown in one.growth[:-1]:
        size = f"bank {grown.bank}, {grown.active} active"
        yield f"  {size}: {_points(grown.interference)}"
    named = {
        "never offered": one.never_offered,
        "offered, never used": one.never_used,
        "pinned by a guard": one.pinned,
        "quarantined": one.quarantined,
        "tombstones": one.tombstones,
        "decayed": tuple(skill.name for skill in one.skills if skill.decayed),
    }
    for title, names in named.items():
        yield f"{title}: {', '.join(names) or 'none'}"
    yield from _table(one)
    yield from _quarrels(one.contradictions)


def _lives(one: Health) -> list[tuple[str, int]]:
    return [(life, len(names)) for life, names in one.lives.items()]


def _table(one: Health) -> list[str]:
    """A line a skill; dashes where there is nothing to tell from."""
    checks = {check.skill: check for check in one.expectations.checks}
    head = ("skill", "offered", "used", "as expected", "points", "beside none", "risks that fell")
    rows: list[tuple[str, ...]] = [head]
    rows += [_row(skill, checks[skill.name]) for skill in one.skills if skill.name in checks]
    return ["", *columns(rows)] if len(rows) > 1 else []


def _row(skill: SkillHealth, check: Check) -> tuple[str, ...]:
    fell = [f"{risk.fell.hits}/{risk.fell.n}" for risk in check.risks if risk.fell.n]
    return (
        skill.name,
        str(skill.offers),
        str(check.uses),
        _rate(check.outcome),
        _points(skill.change),
        _points(skill.beside),
        ", ".join(fell) or "—",
    )


def _quarrels(found: Sequence[Contradiction]) -> Iterator[str]:
    yield ""
    yield f"contradictions: {len(found)}"
    for one in found:
        state = one.state.label or "any state"
        yield (
            f"  {one.skill} recommends {one.action} while {state}"
            f" (distress {one.state.intensity}); {one.other} {_says(one)}"
        )


def _says(one: Contradiction) -> str:
    words = f": {one.words}" if one.words else ""
    return ("may not be used there" if one.kind == "barred" else "warns of it") + words


def _rate(rate: Rate) -> str:
    if rate.value is None:
        return "—"
    return f"{rate.hits}/{rate.n} [{figure(rate.low)}, {figure(rate.high)}]"


def _points(found: Interval) -> str:
    if found.value is None:
        return "—"
    ends = "" if found.low is None else f" [{figure(found.low)}, {figure(found.high)}]"
    return f"{found.value:+.2f}{ends}"
