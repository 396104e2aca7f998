"""What an evaluator says."""

from __future__ import annotations

import attrs

from esc_skills.model.invariants import between, filled


@attrs.frozen(kw_only=True)
class Part:
    """A score of a group, or a figure that belongs beside the main one."""

    group: str = attrs.field(validator=filled)
    """``persona_type=negative``, ``baseline=majority``, ``count=repairs`` …"""
    value: float
    """Same scale as the score, or a count; finite."""
    n: int = attrs.field(default=0, validator=between(0, 10**9))
    """Items behind it."""
    low: float | None = None
    """Lower end of the 95 % interval; None when it is a plain count."""
    high: float | None = None
    """Upper end of the 95 % interval."""


@attrs.frozen(kw_only=True)
class Score:
    """A figure that can be compared with others of the same signature only."""

    evaluator: str = attrs.field(validator=filled)
    """Component name, such as ``sage``."""
    name: str = attrs.field(validator=filled)
    """What is measured, such as ``emotion`` or ``accuracy``."""
    value: float | None
    """The figure; None when there is nothing to score (never 0 for a fault)."""
    n: int = attrs.field(validator=between(0, 10**9))
    """Items scored."""
    of: int = attrs.field(validator=between(0, 10**9))
    """Items that should have been scored; ``of - n`` failed and are no number."""
    low: float | None = None
    """Lower end of the 95 % interval; None when it has none."""
    high: float | None = None
    """Upper end of the 95 % interval."""
    signature: str
    """Everything that must be equal for two scores to be comparable, ``|`` separated."""
    breakdown: tuple[Part, ...] = ()
    """By group, and figures printed beside."""
    arm: str = ""
    """Arm of the experiment; filled in by the kernel."""

    @property
    def claim(self) -> str:
        """What a difference of arms allows to say of the later one; silence is said, too.

        Returns:
            ``better``, ``worse``, ``not distinguishable`` or ``not measured``.
        """
        if self.value is None or self.low is None or self.high is None:
            return "not measured"
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "not distinguishable"
