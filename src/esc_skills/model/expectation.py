"""What skills promise, and how often conversations kept the promise."""

from __future__ import annotations

import attrs

from esc_skills.model.invariants import between, filled
from esc_skills.model.skill import ExpectedOutcome
from esc_skills.model.trace import Reaction


def met(expected: ExpectedOutcome, reaction: Reaction) -> bool:
    """Whether a reaction shows what was expected.

    An unchanged emotion is a hit only where the skill promises no more than a bounded loss
    (``least_gain`` below 0): a skill that promises nothing in figures promises a rise.
    """
    rose = reaction.delta >= expected.least_gain and (reaction.delta > 0 or expected.least_gain < 0)
    return rose or (bool(reaction.change) and reaction.change in expected.changes)


@attrs.frozen(kw_only=True)
class Rate:
    """A share of hits; without a trial there is no share, which is not a share of 0."""

    hits: int = attrs.field(default=0, validator=between(0, 10**9))
    """Trials that hit."""
    n: int = attrs.field(default=0, validator=between(0, 10**9))
    """Trials."""
    seekers: int = attrs.field(default=0, validator=between(0, 10**9))
    """Seekers behind them; trials with one seeker are not independent."""
    low: float | None = None
    """Lower end of the 95 % interval, 0-1; None without a trial."""
    high: float | None = None
    """Upper end of the 95 % interval, 0-1; None without a trial."""

    def __attrs_post_init__(self) -> None:
        """Refuse more hits than trials."""
        if self.hits > self.n:
            raise ValueError(f"hits = {self.hits}: must not exceed n = {self.n}")

    @property
    def value(self) -> float | None:
        """Hits over trials; None without a trial."""
        return round(self.hits / self.n, 6) if self.n else None


@attrs.frozen(kw_only=True)
class RiskCheck:
    """One stated risk against conversations."""

    trigger: str = attrs.field(validator=filled)
    """The risk's words."""
    tested: bool = False
    """False when the trigger is words only, so that code cannot tell when it held."""
    fell: Rate = attrs.field(factory=Rate)
    """Uses while the trigger held, and after how many of them the emotion fell."""
    elsewhere: Rate = attrs.field(factory=Rate)
    """The same for replies that the skill did not shape: the share that falls anyway."""


@attrs.frozen(kw_only=True)
class Check:
    """What one skill promised against what followed its uses."""

    skill: str = attrs.field(validator=filled)
    """Skill name."""
    uses: int = attrs.field(default=0, validator=between(0, 10**9))
    """Replies that it shaped; those of a guard and of lost conversations left out."""
    unread: int = attrs.field(default=0, validator=between(0, 10**9))
    """Of these, replies that no seeker read; they are in no rate."""
    outcome: Rate = attrs.field(factory=Rate)
    """Uses that were read, and how many brought the expected outcome."""
    risks: tuple[RiskCheck, ...] = ()
    """One for each stated risk, in the skill's order."""


@attrs.frozen(kw_only=True)
class Expectations:
    """What the skills of a bank promised, checked in every conversation at hand."""

    traces: int = attrs.field(default=0, validator=between(0, 10**9))
    """Conversations looked at."""
    faults: int = attrs.field(default=0, validator=between(0, 10**9))
    """Conversations that a fault ended: counted here, and nowhere else."""
    guarded: int = attrs.field(default=0, validator=between(0, 10**9))
    """Replies that a guard gave; no skill is judged by them."""
    checks: tuple[Check, ...] = ()
    """One for each skill that is active or was used, by name."""
