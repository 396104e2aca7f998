"""What an evaluator says."""

from __future__ import annotations

from typing import Literal

import attrs

from esc_skills.model.invariants import between, filled, one_of

Direction = Literal["higher", "lower", "neither"]


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
class Item:
    """What one item added to a score: the sums that its figure is worked out from.

    A figure that is a mean or a share has two sums, ``(total, count)``. Any other one has three
    or more, and is a function of the sums over all items: its evaluator's ``figure(name, sums)``.
    """

    key: str = attrs.field(validator=filled)
    """Which item: ``PROFILE#REPEAT`` of a conversation, ``CORPUS/DIALOGUE`` of replies. Equal keys
    of two arms make a pair."""
    cluster: str = attrs.field(validator=filled)
    """What is taken for independent: the seeker's profile id, or the dialogue."""
    sums: tuple[float, ...]
    """Finite numbers, in one order for all items of a score."""


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
    better: Direction = attrs.field(
        default="neither", validator=one_of("higher", "lower", "neither")
    )
    """Which way is good; ``neither`` for a figure that only describes, such as length."""
    items: tuple[Item, ...] = ()
    """What studies compare arms by, pair by pair; without them a score is printed, not compared.
    Stored beside the scores, in ``items.jsonl``."""

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
