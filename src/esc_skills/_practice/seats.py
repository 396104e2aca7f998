"""Seats at the table of a conversation: a person in either, or a program that is overheard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import attrs

from esc_skills._stages.guarding import FALLBACK
from esc_skills.errors import BackendError, ReplyError, RunEndedError
from esc_skills.model import Match, Moment, Reaction, Reply, SeekerProfile, Turn
from esc_skills.spec import Context, Seeker, Sitting, Voice

Listen = Callable[[], Awaitable[str | None]]
"""Waits for the person's next message; None when they have left."""

CALM = 50
"""Emotion that is written down for a person: nobody measures it."""


class LeftError(RunEndedError):
    """The person in the supporter's seat got up; what was said stands."""


@attrs.frozen(kw_only=True)
class PersonSitting:
    """A person who seeks support."""

    opening: str
    """First message."""
    listen: Listen
    """How the next one comes."""

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        """Wait for what the person says to the reply."""
        text = await self.listen()
        return Reaction(delta=0, emotion=CALM, text=text or "", leaves=text is None)


@attrs.frozen(kw_only=True)
class PersonSeeker:
    """Lets a person sit where the simulator sits."""

    name: ClassVar[str] = "person"
    summary: ClassVar[str] = "a person at a keyboard"

    listen: Listen
    """How messages come; the first one is the profile's opening."""
    signature: str = "person"
    """No simulator: such talks are in no score."""

    async def meet(self, profile: SeekerProfile, ctx: Context) -> Sitting:
        """Sit down."""
        return PersonSitting(opening=profile.opening, listen=self.listen)


@attrs.frozen(kw_only=True)
class PersonVoice:
    """Lets a person sit where the responder sits."""

    listen: Listen
    """How messages come."""
    offered: Callable[[Moment, tuple[Match, ...]], None]
    """Told what the person may look at before they write."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Wait for what the person says.

        Raises:
            LeftError: They got up.
        """
        self.offered(moment, matches)
        text = await self.listen()
        if text is None:
            raise LeftError("the person left", hint="sit down again")
        return Reply(text=text, strategy="", why="a person wrote it")


@attrs.frozen(kw_only=True)
class SteadyVoice:
    """A voice whose model may fail now and then: a person gets fixed text and can go on."""

    inner: Voice
    """Who speaks."""
    trouble: Callable[[str], None]
    """Told what was wrong."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Speak; a plug-in that is broken still ends the talk, and so does the budget."""
        try:
            return await self.inner.reply(moment, matches, ctx)
        except (BackendError, ReplyError) as fault:
            self.trouble(fault.line)
            return Reply(text=FALLBACK, strategy="", why="no reply could be had", fixed=True)


@attrs.frozen(kw_only=True)
class OverheardSeeker:
    """A simulated seeker whose first message is told as soon as it is known."""

    inner: Seeker
    """Who plays."""
    told: Callable[[str], None]
    """Told the first message."""
    name: ClassVar[str] = "overheard"
    summary: ClassVar[str] = "a simulator that somebody watches"

    @property
    def signature(self) -> str:
        """The simulator's own."""
        return self.inner.signature

    @property
    def asks(self) -> tuple[Any, ...]:
        """What the simulator asks models."""
        return tuple(getattr(self.inner, "asks", ()))

    async def meet(self, profile: SeekerProfile, ctx: Context) -> Sitting:
        """Sit down, and be heard."""
        sitting = await self.inner.meet(profile, ctx)
        self.told(sitting.opening)
        return sitting
