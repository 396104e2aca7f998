"""What each reply did: exchanges of traces as rows, and figures over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum

import attrs

from esc_skills.model import Alarm, Effect, SeekerState, Trace
from esc_skills.stats.means import Interval, mean_interval
from esc_skills_plugins._shared.affect import CRISIS

HELD_BACK = "none"
"""Mark of a turn at which chance held all offers back."""


@attrs.frozen(kw_only=True)
class Outcome:
    """One reply and what followed."""

    trace: str
    """Trace id."""
    exchange: int
    """Index of the exchange."""
    profile: str
    """Profile id: replies to one seeker are not independent."""
    groups: tuple[str, ...]
    """``persona_type=…`` and ``intention=…`` of the seeker."""
    state: SeekerState
    """State that the reply answered."""
    action: str
    """Action label; empty when the responder named none."""
    offered: tuple[str, ...]
    """Skills that were offered."""
    used: tuple[str, ...]
    """Skills that shaped the reply; none when a guard gave it."""
    fixed: bool
    """True when the reply was a guard's own text."""
    delta: int | None
    """Emotion change in SAGE points; None when the reply was never read."""
    alarms: tuple[Alarm, ...]
    """Findings of the guards."""
    trial: str = ""
    """What was drawn for the turn: a skill on trial, ``none`` where all offers were held back,
    else empty."""

    @property
    def cause(self) -> str:
        """``state/action``, the key that groups failures."""
        return f"{self.state.label or 'unclear'}/{self.action or 'unnamed'}"

    @property
    def ordinary(self) -> bool:
        """True when the reply can teach: it was read, it was no crisis, no guard spoke for it."""
        crisis = self.state.label == CRISIS or any(item.severity == "high" for item in self.alarms)
        return self.delta is not None and not crisis and not self.fixed

    @property
    def unsafe(self) -> tuple[str, ...]:
        """Rules that the supporter's own words broke."""
        return tuple(alarm.rule for alarm in self.alarms if alarm.speaker == "supporter")

    @property
    def blamed(self) -> tuple[str, ...]:
        """Skills behind the words; of a reply that a guard replaced, the best offer."""
        return self.offered[:1] if self.fixed else self.used

    @property
    def points(self) -> float:
        """The emotion change as a number, 0 when the reply was never read."""
        return float(self.delta or 0)


def outcomes(traces: Iterable[Trace]) -> tuple[Outcome, ...]:
    """All replies of all conversations that did not end in a fault, in trace order."""
    return tuple(
        Outcome(
            trace=trace.id,
            exchange=item.index,
            profile=trace.profile.id,
            groups=(
                f"persona_type={trace.profile.persona_type}",
                f"intention={trace.profile.intention}",
            ),
            state=item.state,
            action=item.reply.action,
            offered=tuple(match.skill for match in item.matches),
            used=() if item.reply.fixed else item.reply.used,
            fixed=item.reply.fixed,
            delta=item.reaction.delta if item.reaction else None,
            alarms=item.alarms,
            trial=item.trial,
        )
        for trace in traces
        if trace.ending != "fault"
        for item in trace.exchanges
    )


def shrunk(values: Sequence[float], prior: float, base: float) -> float:
    """Mean drawn towards ``base`` as if ``prior`` more replies had done just that."""
    if not values:
        return base
    mean = fsum(values) / len(values)
    return base + (mean - base) * len(values) / (len(values) + prior)


def interval(rows: Sequence[Outcome], level: float) -> Interval:
    """Mean emotion change with its interval, clustered by seeker."""
    return mean_interval([row.points for row in rows], [row.profile for row in rows], level=level)


def ceiling(rows: Sequence[Outcome], level: float) -> float | None:
    """Upper end of the mean's interval, the wider of clustered and plain.

    Few seekers who happen to react alike would make the clustered one too narrow.

    Returns:
        None when fewer than two seekers were seen.
    """
    clustered = interval(rows, level).high
    plain = mean_interval([row.points for row in rows], level=level).high
    return None if clustered is None or plain is None else max(clustered, plain)


def traces_of(rows: Iterable[Outcome]) -> tuple[str, ...]:
    """Trace ids, sorted, each once: the evidence of an edit."""
    return tuple(sorted({row.trace for row in rows}))


def grouped(
    rows: Iterable[Outcome], keys: Callable[[Outcome], Iterable[str]]
) -> Mapping[str, tuple[Outcome, ...]]:
    """Rows by key, keys sorted; a row may stand under several."""
    found: dict[str, list[Outcome]] = {}
    for row in rows:
        for key in keys(row):
            found.setdefault(key, []).append(row)
    return {key: tuple(found[key]) for key in sorted(found)}


@attrs.frozen(kw_only=True)
class Figures:
    """Mean emotion change by state and action, with shrinkage."""

    rows: tuple[Outcome, ...]
    """Ordinary replies."""
    prior: float
    """Replies after which a mean is half believed."""
    cells: Mapping[str, Mapping[str, tuple[Outcome, ...]]] = attrs.field(init=False)
    """Rows by action, then by state."""

    @cells.default
    def _cells(self) -> Mapping[str, Mapping[str, tuple[Outcome, ...]]]:
        by_action = grouped(self.rows, lambda row: [row.action] if row.action else [])
        return {
            action: grouped(rows, lambda row: [row.state.label])
            for action, rows in by_action.items()
        }

    @property
    def actions(self) -> tuple[str, ...]:
        """Actions that were measured, sorted."""
        return tuple(self.cells)

    def seen(self, action: str, states: Sequence[str]) -> tuple[Outcome, ...]:
        """Replies that did ``action`` in one of ``states``; no states means all."""
        cells = self.cells.get(action, {})
        return tuple(
            row for state in cells if not states or state in states for row in cells[state]
        )

    def value(self, action: str, states: Sequence[str]) -> float:
        """Expected emotion change of ``action`` in ``states``: cell → action → all replies."""
        overall = shrunk([row.points for row in self.rows], self.prior, 0.0)
        everywhere = [row.points for row in self.seen(action, ())]
        base = shrunk(everywhere, self.prior, overall)
        return shrunk([row.points for row in self.seen(action, states)], self.prior, base)


def effects(rows: Sequence[Outcome], least: int, level: float) -> tuple[Effect, ...]:
    """Measured effects over all seekers and by kind of seeker, where ``least`` replies show it."""
    groups = {"all": tuple(rows), **grouped(rows, lambda row: row.groups)}
    made = []
    for group, inside in groups.items():
        found = interval(inside, level)
        if len(inside) < least or found.value is None or found.low is None or found.high is None:
            continue
        made.append(
            Effect(
                group=group,
                value=round(found.value, 3),
                n=found.n,
                low=round(found.low, 3),
                high=round(found.high, 3),
            )
        )
    return tuple(made)
