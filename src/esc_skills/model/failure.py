"""What went wrong in traces, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from esc_skills.model.expectation import Check
from esc_skills.model.invariants import between, filled, one_of

FailureKind = Literal["missing-skill", "unsafe-intervention", "profile-specific"]
FAILURE_KINDS: tuple[str, ...] = ("missing-skill", "unsafe-intervention", "profile-specific")
"""The paper's three classes."""


@attrs.frozen(kw_only=True)
class Failure:
    """One failure at one place."""

    kind: FailureKind = attrs.field(validator=one_of(*FAILURE_KINDS))
    """Class of the failure."""
    trace: str = attrs.field(validator=filled)
    """Trace id."""
    exchange: int = attrs.field(validator=between(0, 10**6))
    """Index of the exchange."""
    skills: tuple[str, ...] = ()
    """Skills in play."""
    why: str = ""
    """One sentence."""
    cause: str = ""
    """Key that groups failures of one cause, such as ``grieving/suggest-step``."""
    lapse: bool = False
    """True when the skill was right and was not followed (execution lapse)."""


@attrs.frozen(kw_only=True)
class Cause:
    """Failures of one kind and cause, over all seekers whom it met."""

    cause: str
    """What they have in common, such as ``grieving/suggest-step``; empty when nothing is known."""
    kind: FailureKind = attrs.field(validator=one_of(*FAILURE_KINDS))
    """Class of the failures."""
    n: int = attrs.field(validator=between(1, 10**9))
    """Failures."""
    lapses: int = attrs.field(default=0, validator=between(0, 10**9))
    """Of these, execution lapses: the skill was right and was not followed."""
    profiles: tuple[str, ...] = ()
    """Profile ids of the seekers, sorted."""
    skills: tuple[str, ...] = ()
    """Skills in play, the most frequent first."""
    trace: str = attrs.field(validator=filled)
    """A trace that shows it; a defect where there is one, else a lapse."""
    exchange: int = attrs.field(validator=between(0, 10**6))
    """Index of the exchange there."""

    @property
    def defects(self) -> int:
        """Failures that a better bank could have prevented: all that are no lapses."""
        return self.n - self.lapses

    @property
    def lapse_share(self) -> float:
        """Lapses over failures, 0-1."""
        return round(self.lapses / self.n, 6)


def causes(failures: Iterable[Failure], profiles: Mapping[str, str]) -> tuple[Cause, ...]:
    """Group failures by cause and kind, the most frequent first.

    Args:
        failures: In any order.
        profiles: Profile id by trace id; a trace that is not in it is its own seeker.
    """
    groups: dict[tuple[str, FailureKind], list[Failure]] = {}
    for one in failures:
        groups.setdefault((one.cause, one.kind), []).append(one)
    made = [_cause(inside, profiles) for inside in groups.values()]
    return tuple(sorted(made, key=lambda one: (-one.n, one.cause, one.kind)))


def _cause(inside: list[Failure], profiles: Mapping[str, str]) -> Cause:
    shown = min(inside, key=lambda one: (one.lapse, one.trace, one.exchange))
    played = Counter(name for one in inside for name in dict.fromkeys(one.skills))
    return Cause(
        cause=shown.cause,
        kind=shown.kind,
        n=len(inside),
        lapses=sum(one.lapse for one in inside),
        profiles=tuple(sorted({profiles.get(one.trace, one.trace) for one in inside})),
        skills=tuple(sorted(played, key=lambda name: (-played[name], name))),
        trace=shown.trace,
        exchange=shown.exchange,
    )


@attrs.frozen(kw_only=True)
class FailureReport:
    """All failures of one round, and what was looked at."""

    failures: tuple[Failure, ...] = ()
    """In trace order."""
    traces: int = attrs.field(default=0, validator=between(0, 10**9))
    """Traces looked at, faults left out."""
    notes: tuple[str, ...] = ()
    """Patterns over many traces, in words."""
    causes: tuple[Cause, ...] = ()
    """Failures grouped by cause over all seekers; filled in by the kernel."""
    checks: tuple[Check, ...] = ()
    """What skills promised against these traces; filled in by the kernel."""
