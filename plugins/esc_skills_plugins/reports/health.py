"""How the run went: what was lost and by whose fault, what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from esc_skills.spec import RunRecord
from esc_skills_plugins.reports.figures import ARMS, ArmFigures
from esc_skills_plugins.reports.kinds import main_score


@attrs.frozen(kw_only=True)
class ArmHealth:
    """What became of one arm's conversations."""

    arm: str
    """Arm name."""
    look: str
    """Class of the arm's line."""
    held: int
    """Conversations held, lost ones included."""
    lost: int
    """Conversations that a fault ended."""
    why: str
    """By whose fault and of what kind."""
    scored: int | None
    """Conversations behind the main score; None where it was not measured."""
    due: int | None
    """Conversations that should be behind it."""

    @property
    def coverage(self) -> str:
        """Share that was scored, in words."""
        if self.scored is None or not self.due:
            return "–"
        return f"{100 * self.scored / self.due:.1f} %"


@attrs.frozen(kw_only=True)
class Cost:
    """What one model role has cost."""

    role: str
    """Model role."""
    cells: tuple[str, ...]
    """One for each of ``COST_HEAD`` behind the role."""


COST_HEAD = (
    "role",
    "models",
    "sent",
    "used",
    "asked again",
    "other ends",
    "tokens in",
    "tokens out",
    "cached",
    "US dollars",
    "unpriced",
)
"""Titles of the table of costs."""
UNUSABLE = frozenset({"empty", "truncated", "unusable"})
"""Ends of requests whose answer came and could not be used; each was asked for once more."""


def arm_health(record: RunRecord, arms: Sequence[ArmFigures]) -> tuple[ArmHealth, ...]:
    """A line for every arm."""
    made = []
    for arm in arms:
        score = main_score(arm)
        made.append(
            ArmHealth(
                arm=arm.arm,
                look=f"a{ARMS.index(arm.arm)}",
                held=sum(trace.arm == arm.arm for trace in record.traces),
                lost=arm.faults,
                why=arm.lost,
                scored=score.n if score else None,
                due=score.of if score else None,
            )
        )
    return tuple(made)


def costs(account: Mapping[str, Any]) -> tuple[Cost, ...]:
    """A line for every model role; none where no model was asked."""
    return tuple(_cost(row) for row in account.get("rows", ()))


def _cost(row: Mapping[str, Any]) -> Cost:
    again = sum(count for state, count in row["ended"].items() if state in UNUSABLE)
    others = {state: count for state, count in row["ended"].items() if state not in UNUSABLE}
    ends = ", ".join(f"{state} {count}" for state, count in others.items())
    cells = (
        ", ".join(row["models"]) or "–",
        _count(row["sent"]),
        _count(row["answered"]),
        _count(again),
        ends or "–",
        _count(row["tokens_in"]),
        _count(row["tokens_out"]),
        _count(row["tokens_cached"]),
        f"{row['usd']:.4f}",
        _count(row["unpriced"]),
    )
    return Cost(role=row["role"], cells=cells)


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def flat(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Plain data as lines: where it stands, and the value as text."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, (list, tuple)) and any(isinstance(one, (Mapping, list)) for one in data):
        for place, value in enumerate(data):
            yield from flat(value, f"{path}[{place}]")
    elif isinstance(data, (list, tuple)):
        yield path, ", ".join(map(str, data)) or "none"
    else:
        yield path, "none" if data is None else str(data)
