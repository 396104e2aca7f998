"""What went wrong in traces, and why."""

from __future__ import annotations

from typing import Literal

import attrs

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
class FailureReport:
    """All failures of one round, and what was looked at."""

    failures: tuple[Failure, ...] = ()
    """In trace order."""
    traces: int = attrs.field(default=0, validator=between(0, 10**9))
    """Traces looked at, faults left out."""
    notes: tuple[str, ...] = ()
    """Patterns over many traces, in words."""
