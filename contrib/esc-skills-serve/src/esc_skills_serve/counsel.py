"""One turn: the agent reads and guards, an upstream writes, the guards look again.

Whatever fails here ends in fixed text: no word of a model goes out that a guard has not seen.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal, Protocol

import attrs

from esc_skills.model import Alarm, Match, SeekerState, SkillsBank, Turn
from esc_skills_serve.asked import Asked
from esc_skills_serve.prompt import NoRoomError, Written, write
from esc_skills_serve.sentences import pieces, settled
from esc_skills_serve.texts import BOUNDARY, FALLBACK, NOTICE, pick
from esc_skills_serve.upstream import Heard, Order, Upstream, failed

Release = Literal["whole", "sentence"]
PATIENCE = 30.0
"""Seconds that the agent may take to look at one text; guards have a shorter clock of their own."""
MOST_TEXT = 50_000
"""Characters of a reply."""
NOTICE_EVERY = 20
"""Replies after which the notice is said again."""


class Agent(Protocol):
    """What is used of an ``esc_skills.Agent``."""

    @property
    def bank(self) -> SkillsBank | None:
        """The bank in use."""

    @property
    def supporter(self) -> Any:
        """Has the guards."""

    async def guide(self, history: Sequence[Turn], *, language: str = "en") -> Any:
        """See ``esc_skills.Agent.guide``."""

    async def vet(self, text: str, *, language: str = "en") -> Any:
        """See ``esc_skills.Agent.vet``."""

    async def reply(self, history: Sequence[Turn], *, language: str = "en") -> Any:
        """See ``esc_skills.Agent.reply``."""


@attrs.define(kw_only=True)
class Told:
    """What is known of an answer besides its words."""

    state: SeekerState | None = None
    """Reading of the seeker; None where nobody read."""
    matches: tuple[Match, ...] = ()
    """Skills that stood in the prompt, or that the agent's own responder used, with the why."""
    alarms: tuple[Alarm, ...] = ()
    """Findings of the guards in both messages."""
    fixed: str = ""
    """Why fixed text was said: ``alarm``, ``failed``, ``no-room`` or ``declined``; else empty."""
    finish: str = "stop"
    """``stop`` or ``length``."""
    usage: Any = None
    """Token counts of the upstream; None where it told none."""


def warn(what: str, fault: BaseException) -> None:
    """One line for whoever runs the server; never a message, for it may quote a person (X02)."""
    sys.stderr.write(f"esc-skills-serve: {what}: {type(fault).__name__}\n")


@attrs.frozen(kw_only=True)
class Counsel:
    """An agent with its upstream; keeps no talk."""

    agent: Agent
    """Reads, finds and guards."""
    upstream: Upstream | None = None
    """Writes; None leaves it to the agent's own responder."""
    release: Release = "whole"
    """Whether a text goes out when the guards have seen all of it, or by the sentence."""
    room: int = 12_000
    """Characters that skills may take in a prompt."""
    notice: bool = False
    """Whether replies begin with the notice now and then."""

    async def answer(self, asked: Asked, told: Told) -> AsyncGenerator[str, None]:
        """The reply in pieces, each of them safe to read; ``told`` is filled on the way.

        Raises:
            HttpError: The upstream failed.
        """
        due = self.notice and asked.replies % NOTICE_EVERY == 0
        async with aclosing(self._said(asked, told)) as said:
            async for piece in said:
                if due and not told.fixed:
                    yield f"{pick(NOTICE, asked.language)}\n\n"
                due = False
                yield piece

    async def _said(self, asked: Asked, told: Told) -> AsyncGenerator[str, None]:
        if self.upstream is None:
            text = await self._own(asked, told)
        else:
            order = await self._order(asked, told)
            if isinstance(order, Order):
                async with aclosing(self._forwarded(order, asked, told)) as words:
                    async for piece in words:
                        yield piece
                return
            text = order
        for piece in pieces(text):
            yield piece

    async def _own(self, asked: Asked, told: Told) -> str:
        """The agent's own words; its guards have seen them."""
        try:
            async with asyncio.timeout(PATIENCE):
                spoken = await self.agent.reply(asked.turns, language=asked.language)
            reply, found = spoken.reply, spoken.guidance
            told.state, told.alarms = found.state, spoken.alarms
            told.matches = tuple(one for one in found.matches if one.skill in reply.used)
            told.fixed = "alarm" if reply.fixed else ""
            text: str = reply.text
        except Exception as fault:
            return self._failed("the agent failed", fault, asked, told)
        return text or self._failed("the agent said nothing", ValueError(), asked, told)

    async def _order(self, asked: Asked, told: Told) -> Order | str:
        """What the upstream is asked; or the fixed text that stands in its place."""
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.agent.guide(asked.turns, language=asked.language)
            told.state, told.alarms, told.matches = found.state, found.alarms, found.matches
            if found.answer:
                told.fixed = "alarm"
                return str(found.answer)
            written: Written = write(asked.messages, found.skills, self.room)
        except NoRoomError as fault:
            text = self._failed("a protected skill has no room", fault, asked, told)
            told.fixed = "no-room"
            return text
        except Exception as fault:
            return self._failed("the agent failed", fault, asked, told)
        names = {skill.name for skill in written.skills}
        told.matches = tuple(one for one in found.matches if one.skill in names)
        return Order(
            messages=written.messages,
            model=asked.model,
            settings=asked.settings,
            stream=asked.stream,
            usage=asked.usage,
        )

    async def _forwarded(self, order: Order, asked: Asked, told: Told) -> AsyncGenerator[str, None]:
        """The upstream's words, as far as the guards let them."""
        assert self.upstream is not None
        heard, text, out = Heard(), "", 0
        async with aclosing(self.upstream.speak(order, heard)) as words:
            async for word in words:
                text += word
                if len(text) > MOST_TEXT:
                    raise failed("answered with more than anybody reads")
                cut = settled(text) if self.release == "sentence" else 0
                if cut <= out:
                    continue
                if instead := await self._instead(text[:cut], asked, told):
                    yield "\n\n" * bool(out) + instead
                    return
                yield text[out:cut]
                out = cut
        told.usage, told.finish = heard.usage, "length" if heard.finish == "length" else "stop"
        instead = await self._last(text, heard, asked, told)
        if instead:
            told.finish = "stop"
            yield "\n\n" * bool(out) + instead
            return
        for piece in pieces(text[out:]):
            yield piece

    async def _last(self, text: str, heard: Heard, asked: Asked, told: Told) -> str:
        """What must stand instead of a finished text; empty when it may go out."""
        if heard.finish == "refusal":
            told.fixed = "declined"
            return self._declined(heard, asked, told)
        if not text.strip():
            raise failed("said nothing", wait=1)
        return await self._instead(text, asked, told)

    async def _instead(self, text: str, asked: Asked, told: Told) -> str:
        """Show the guards a text; what they want said instead, empty when it may go out."""
        try:
            async with asyncio.timeout(PATIENCE):
                vetted = await self.agent.vet(text, language=asked.language)
            known = {alarm.rule for alarm in told.alarms}
            told.alarms += tuple(one for one in vetted.alarms if one.rule not in known)
            instead: str = vetted.answer
        except Exception as fault:
            return self._failed("a guard failed", fault, asked, told)
        told.fixed = "alarm" if instead else told.fixed
        return instead

    def _declined(self, heard: Heard, asked: Asked, told: Told) -> str:
        """A model declined: the guards' help text where anybody saw danger (R27)."""
        flagged = heard.danger or any(alarm.speaker == "seeker" for alarm in told.alarms)
        if not flagged:
            return pick(BOUNDARY, asked.language)
        alarm = Alarm(rule="serve.declined", speaker="seeker", severity="high")
        try:
            texts = (one.answer(alarm, asked.language) for one in self.agent.supporter.guards)
            return str(next(text for text in texts if text.strip()))
        except Exception as fault:
            return self._failed("a guard has no text", fault, asked, told)

    def _failed(self, what: str, fault: Exception, asked: Asked, told: Told) -> str:
        warn(what, fault)
        told.fixed, told.matches = "failed", ()
        return pick(FALLBACK, asked.language)
