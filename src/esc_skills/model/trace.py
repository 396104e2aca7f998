"""What happened in one conversation."""

from __future__ import annotations

from typing import Literal

import attrs

from esc_skills.model.dialogue import Speaker, Turn
from esc_skills.model.identity import short_hash
from esc_skills.model.invariants import between, filled, one_of
from esc_skills.model.profile import SeekerProfile
from esc_skills.model.skill import Severity
from esc_skills.model.state import SeekerState

Ending = Literal["success", "failure", "farewell", "limit", "fault"]
Fault = Literal["", "seeker", "responder", "judge", "service", "plugin", "budget", "guard"]


@attrs.frozen(kw_only=True)
class Moment:
    """What a supporter knows when it must speak: never the profile, never the inner thought."""

    history: tuple[Turn, ...]
    """All turns so far, oldest first; the last one is the seeker's, or the supporter's own when
    it speaks twice in a row."""
    state: SeekerState
    """Reading of the seeker now."""
    index: int = attrs.field(default=0, validator=between(0, 10**6))
    """Supporter turns before this one."""
    limit: int = attrs.field(default=10, validator=between(1, 10**6))
    """Most supporter turns in this conversation."""
    language: str = "en"
    """BCP 47 tag of the seeker's language."""
    situation: str = ""
    """Seeker's own description from before the talk, only where a setting allows it."""

    @property
    def seeker_text(self) -> str:
        """The seeker's last message; empty before the first one."""
        texts = (turn.text for turn in reversed(self.history) if turn.speaker == "seeker")
        return next(texts, "")


@attrs.frozen(kw_only=True)
class Match:
    """A skill that a retriever offers for a moment."""

    skill: str = attrs.field(validator=filled)
    """Skill name."""
    score: float
    """Retriever's own scale; higher is better; finite."""
    why: str = ""
    """One phrase that a person understands, such as ``state fits, 3 shared words``."""


@attrs.frozen(kw_only=True)
class Reply:
    """What the supporter says."""

    text: str
    """The words the seeker will read."""
    strategy: str
    """ESConv strategy, from STRATEGIES, or empty when the responder names none."""
    action: str = ""
    """Action label of the taxonomy, when known."""
    used: tuple[str, ...] = ()
    """Names of the offered skills that shaped the reply."""
    why: str = ""
    """One sentence on the choice."""
    fixed: bool = False
    """True when the text is a guard's own answer, not the responder's."""


@attrs.frozen(kw_only=True)
class Alarm:
    """A guard's finding in one text."""

    rule: str = attrs.field(validator=filled)
    """Rule id, such as ``crisis.self-harm``."""
    speaker: Speaker = attrs.field(validator=one_of("seeker", "supporter"))
    """Whose text raised it."""
    severity: Severity = attrs.field(default="high", validator=one_of("low", "medium", "high"))
    """``high`` means that the reply must be the guard's own."""
    reason: str = ""
    """What the rule protects, in one sentence; never the text itself."""


@attrs.frozen(kw_only=True)
class Reaction:
    """What a reply did to the seeker."""

    delta: int = attrs.field(validator=between(-10, 10))
    """Emotion change, SAGE points, clamped to ±10."""
    emotion: int = attrs.field(validator=between(0, 100))
    """Emotion after it, 0-100."""
    thought: str = ""
    """Inner monologue; never shown to the responder."""
    text: str = ""
    """What the seeker says next; empty when the talk is over."""
    leaves: bool = False
    """True when the seeker says goodbye."""
    change: str = ""
    """Change label, when the seeker names one."""


@attrs.frozen(kw_only=True)
class Exchange:
    """One seeker message, the reply to it, and the reaction."""

    index: int = attrs.field(validator=between(0, 10**6))
    """Number of the exchange, from 0."""
    seeker: str
    """The seeker's message."""
    state: SeekerState
    """Reading of the seeker at that point."""
    matches: tuple[Match, ...] = ()
    """What the retriever offered; empty when it abstained."""
    reply: Reply
    """What the supporter said."""
    alarms: tuple[Alarm, ...] = ()
    """Findings of the guards, in the seeker's message and in the reply."""
    reaction: Reaction | None = None
    """None when the reply was never read: the talk was over or a fault ended it."""
    trial: str = ""
    """What was drawn for this turn of a conversation with trial offers: the name of the trial
    skill that was offered instead, ``none`` where all offers were held back, else empty."""


@attrs.frozen(kw_only=True)
class Trace:
    """One conversation from opening to end."""

    id: str = attrs.field(validator=filled)
    """``stage/arm/profile/repeat``."""
    profile: SeekerProfile
    """Who was played."""
    arm: str
    """``none``, ``static``, ``evolved`` or a study's own arm name."""
    bank: str = ""
    """Behaviour hash of the bank in use; empty without one."""
    repeat: int = attrs.field(default=0, validator=between(0, 10**6))
    """Number of the repeat, from 0; each has its own seed."""
    exchanges: tuple[Exchange, ...] = ()
    """In order."""
    ending: Ending = attrs.field(
        validator=one_of("success", "failure", "farewell", "limit", "fault")
    )
    """How it ended."""
    fault: Fault = ""
    """Whose fault, when ``ending`` is ``fault``; such a trace is counted, never scored."""
    state: str = ""
    """What kind of fault, in one word: ``simulator-fault``, ``guard-failed``, ``plugin-error``,
    ``refused``, ``empty``, ``truncated``, ``unusable``, ``stalled`` or ``failed``; empty when the
    talk came to an end of its own."""
    note: str = ""
    """One line on a fault or a special end."""
    signature: str = ""
    """Simulator, start emotion, clamp and stop rules: what must be equal to compare scores."""
    guards: tuple[str, ...] = ()
    """Names of the guards that watched every message, each with the model it asks; empty when
    nobody did."""

    @property
    def emotion(self) -> int:
        """Final emotion, 0-100; the start emotion when nothing was scored."""
        felt = [item.reaction.emotion for item in self.exchanges if item.reaction]
        return felt[-1] if felt else self.profile.start_emotion

    @property
    def curve(self) -> tuple[int, ...]:
        """Emotion at the opening and after every scored reply."""
        felt = (item.reaction.emotion for item in self.exchanges if item.reaction)
        return (self.profile.start_emotion, *felt)

    @property
    def talk(self) -> tuple[tuple[Speaker, str], ...]:
        """Both sides' words alone, as anybody in the room would have heard them."""
        said: list[tuple[Speaker, str]] = []
        for item in self.exchanges:
            said += [("seeker", item.seeker), ("supporter", item.reply.text)]
        last = self.exchanges[-1].reaction if self.exchanges else None
        return (*said, ("seeker", last.text)) if last and last.text else tuple(said)

    @property
    def fingerprint(self) -> str:
        """Hash of the words alone: equal for the same talk under another arm or id."""
        return short_hash(self.talk)


@attrs.frozen(kw_only=True)
class Response:
    """One reply written for a moment of a real dialogue, beside what the human said."""

    dialogue: str
    """Dialogue id."""
    turn: int = attrs.field(validator=between(0, 10**9))
    """Index of the gold supporter turn."""
    gold: Turn
    """The human supporter's turn; its strategies are the labels."""
    reply: Reply | None
    """The agent's reply; None when it failed, which counts as wrong and is counted."""
    matches: tuple[Match, ...] = ()
    """What the retriever offered."""
    corpus: str = ""
    """Corpus name."""
