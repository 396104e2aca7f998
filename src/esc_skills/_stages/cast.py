"""Who plays in a conversation, and how the kernel lends to each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from esc_skills._stages.trying import Trials
from esc_skills.model import Alarm, Exchange, Match, Reply, SeekerState, SkillsBank
from esc_skills.spec import Context, Extractor, Guard, Index, Seeker, Voice

Stamp = Callable[[Any], str]
"""Component → the models that answer for it, as ``|role=model`` parts; empty for one that asks
none."""

Lend = Callable[[str], Context]
"""Actor name → its context; each actor has random numbers of its own, so that one actor's
draws never shift another's and arms stay paired."""


@attrs.frozen(kw_only=True)
class Supporter:
    """The agent under test: reads, retrieves, speaks, and is guarded."""

    reader: Extractor
    """Reads the seeker's state."""
    voice: Voice
    """Writes the replies."""
    index: Index | None = None
    """Finds skills; None for the no-skills arm."""
    guards: tuple[Guard, ...] = ()
    """Look at every message of both sides."""
    bank: SkillsBank | None = None
    """Bank in use; None for the no-skills arm."""
    trials: Trials | None = None
    """Skills on trial; None outside the conversations that a refiner learns from."""
    live: bool = False
    """Whether a person waits: fixed text then stands at once, and nobody is asked how they are."""


@attrs.frozen(kw_only=True)
class Uttered:
    """One supporter turn with all that led to it."""

    state: SeekerState
    """Reading of the seeker."""
    matches: tuple[Match, ...]
    """What was offered."""
    reply: Reply
    """What goes out."""
    alarms: tuple[Alarm, ...]
    """Findings in both messages."""
    trial: str = ""
    """Mark of a turn with trial offers."""


@attrs.frozen(kw_only=True)
class Rules:
    """When a conversation ends; part of every trace's signature."""

    limit: int = 10
    """Most supporter turns."""
    success: int = 100
    """Emotion at which the talk has succeeded, included."""
    failure: int = 10
    """Emotion below which the talk has failed."""
    score_last: bool = False
    """False as in SAGE's released protocol: the last reply is never read by the seeker."""

    @property
    def signature(self) -> str:
        """The rules in one text."""
        last = "scored" if self.score_last else "unscored"
        return f"turns={self.limit}|stop={self.success}/{self.failure}|last={last}"


@attrs.frozen(kw_only=True)
class Stage:
    """A conversation's two sides, its rules, and who is told about exchanges."""

    supporter: Supporter
    """The agent."""
    seeker: Seeker
    """The simulator."""
    rules: Rules = attrs.field(factory=Rules)
    """When it ends."""
    arm: str = ""
    """Arm name written into traces."""
    told: Callable[[str, Exchange], None] = lambda trace, exchange: None
    """Called after every exchange with the trace id."""
    alert: Callable[[str, Alarm], None] = lambda trace, alarm: None
    """Called once a turn, before the reply, when a guard raised a high alarm at the seeker."""
    uttered: Callable[[Uttered], None] = lambda uttered: None
    """Called before the seeker hears a reply; for those who sit and watch."""
    stamp: Stamp = lambda component: ""
    """Names the models behind seeker and guards."""

    def signature(self, language: str = "en") -> str:
        """What must be equal for two scores to be comparable.

        Args:
            language: The seeker's; a part where a model plays, for its prompts differ by it.
        """
        model = self.stamp(self.seeker)
        spoken = f"|language={language}" if model else ""
        return f"{self.seeker.signature}|{self.rules.signature}{model}{spoken}"
