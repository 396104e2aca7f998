"""A talk that a person is part of, through the same arrow as every simulated one (S1)."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import Any, Protocol

import attrs

from esc_skills._engine.casting import vetting
from esc_skills._engine.vigil import watched
from esc_skills._practice.engaging import ENDLESS, Engagement
from esc_skills._practice.notices import SeatName, notice
from esc_skills._practice.seats import (
    LeftError,
    OverheardSeeker,
    PersonSeeker,
    PersonVoice,
    SteadyVoice,
)
from esc_skills._practice.transcripts import Line, flag, record, spoken
from esc_skills._stages.cast import Rules, Stage, Uttered
from esc_skills._stages.converse import converse
from esc_skills._stages.guarding import FALLBACK
from esc_skills.errors import UsageError
from esc_skills.model import (
    PERSONA_TYPES,
    Exchange,
    Match,
    Moment,
    Reaction,
    SeekerProfile,
    SeekerState,
    Skill,
    Trace,
)


class Desk(Protocol):
    """What a person looks at and writes on."""

    def listen(self) -> Awaitable[str | None]:
        """Wait for a message; None when they leave."""

    def notice(self, text: str) -> None:
        """Show a notice."""

    def seeker(self, text: str) -> None:
        """Show a seeker's message that the person did not write."""

    def replied(self, uttered: Uttered) -> None:
        """Show a supporter's reply."""

    def felt(self, reaction: Reaction) -> None:
        """Show how a simulated seeker took it."""

    def trouble(self, line: str) -> None:
        """Show why no reply could be had."""


@attrs.frozen(kw_only=True)
class Offer:
    """What the person may look at: how the seeker was read, and what was offered."""

    state: SeekerState
    """The agent's reading, which may be wrong."""
    matches: tuple[tuple[Match, Skill | None], ...] = ()
    """Offers, best first, each with its skill."""


@attrs.define(kw_only=True)
class Chat:
    """One talk: who sits where, and what was said so far."""

    engagement: Engagement
    """Crew and bank."""
    desk: Desk
    """The person's."""
    seat: SeatName = "seeker"
    """Where they sit."""
    wanted: str = ""
    """Whom the simulator plays; see ``cast``."""
    language: str = "en"
    """BCP 47 tag of the seeker."""
    limit: int | None = None
    """Most supporter turns; None is the experiment's number, and none where a person seeks."""
    profile: SeekerProfile | None = attrs.field(default=None, init=False)
    """Who seeks, once that is known; of a person only their first message."""
    lines: list[Line] = attrs.field(factory=list, init=False)
    """What was said."""
    curve: list[int] = attrs.field(factory=list, init=False)
    """A simulated seeker's emotion, from the start."""
    turns: int = attrs.field(default=0, init=False)
    """Supporter turns."""
    offer: Offer | None = attrs.field(default=None, init=False)
    """What lies ready now, or did at the last turn."""
    last: Uttered | None = attrs.field(default=None, init=False)
    """The last supporter turn."""

    async def hold(self) -> Trace | None:
        """Talk until somebody leaves or a rule ends it.

        Returns:
            The conversation; None where a person left before it had come to an end.

        Raises:
            UsageError: The crew cannot hold this talk, such as for its language.
            RunEndedError: The budget ended, or a provider closed.
        """
        self.desk.notice(notice(self.seat, self.language))
        engagement, profile = self.engagement, await self._seated()
        if profile is None:
            return None
        self.profile = profile
        lend = engagement.theatre.lender.at("talk", profile.id, 0)
        engagement.crew.oath.check()
        try:
            with watched(engagement.experiment.run.limits.component):
                return await converse(profile, await self._stage(), lend)
        except LeftError:
            return None

    async def _seated(self) -> SeekerProfile | None:
        """Who seeks; None for a person who left without a word."""
        if self.seat == "seeker":
            opening = await self.desk.listen()
            if opening is None:
                return None
            self._heard(opening)
            return person(opening, self.language)
        chosen = await cast(self.engagement, self.wanted, self.language)
        self.curve.append(chosen.start_emotion)
        return chosen

    async def _stage(self) -> Stage:
        theatre, seat, listen = self.engagement.theatre, self.seat, self.desk.listen
        stage = await theatre.setting(self.engagement.bank)
        supporter = attrs.evolve(stage.supporter, live=seat != "none")
        seeker: Any = OverheardSeeker(inner=stage.seeker, told=self._heard)
        if seat == "seeker":
            seeker = PersonSeeker(listen=listen)
            steady = SteadyVoice(inner=supporter.voice, trouble=self.desk.trouble)
            supporter = attrs.evolve(supporter, voice=steady)
        if seat == "supporter":
            voice = PersonVoice(listen=listen, offered=self._offered)
            supporter = attrs.evolve(supporter, voice=voice)
        return attrs.evolve(
            stage,
            supporter=supporter,
            seeker=seeker,
            rules=self._rules,
            uttered=self._uttered,
            told=partial(self._told, stage),
        )

    @property
    def _rules(self) -> Rules:
        """The experiment's for simulated seekers; a person ends their talk themselves."""
        if self.seat == "seeker":
            return Rules(limit=self.limit or ENDLESS)
        talk = self.engagement.experiment.talk
        return Rules(limit=self.limit or talk.limit, score_last=talk.score_last)

    def _heard(self, text: str) -> None:
        self.lines.append(Line(speaker="seeker", text=text))
        if self.seat != "seeker":
            self.desk.seeker(text)

    def _offered(self, moment: Moment, matches: tuple[Match, ...]) -> None:
        bank = self.engagement.bank
        found = tuple((one, bank.skill(one.skill) if bank else None) for one in matches)
        self.offer = Offer(state=moment.state, matches=found)

    def _uttered(self, uttered: Uttered) -> None:
        """A reply, before the seeker hears it; nothing is shown where rules were replaced."""
        self.engagement.crew.oath.check()
        if any(alarm.speaker == "seeker" for alarm in uttered.alarms):
            flag(self.lines, -1)
        hurt = any(alarm.speaker == "supporter" for alarm in uttered.alarms)
        self.lines.append(spoken(uttered.reply, flagged=hurt))
        moment = Moment(history=(), state=uttered.state)
        self._offered(moment, uttered.matches)
        self.last = uttered
        self.turns += 1
        self.desk.replied(uttered)
        if again := notice(self.seat, self.language, self.turns):
            self.desk.notice(again)

    def _told(self, stage: Stage, name: str, exchange: Exchange) -> None:
        stage.told(name, exchange)
        reaction = exchange.reaction
        if reaction is None:
            return
        if self.seat != "seeker":
            self.curve.append(reaction.emotion)
            self.desk.felt(reaction)
        if reaction.text:
            self._heard(reaction.text)

    def record(self) -> dict[str, Any]:
        """The talk so far, as a row of ``chat-jsonl``."""
        bank = self.engagement.bank
        facts: dict[str, Any] = {
            "notice": notice(self.seat, self.language),
            "language": self.language,
            "seat": self.seat,
            "bank": bank.hash if bank else "",
            "stamps": list(self.engagement.stamps),
            "guards": [guard.name for guard in self.engagement.crew.guards],
            "withheld": sum(line.flagged for line in self.lines),
        }
        if self.profile and self.seat != "seeker":
            facts |= {"profile": self.profile.id, "curve": list(self.curve)}
        return record(self.lines, facts)


def person(opening: str, language: str) -> SeekerProfile:
    """What the arrow must know of a person who seeks: their first message and its language."""
    return SeekerProfile(
        id="person",
        persona="",
        scene="",
        persona_type="passive",
        intention="attentive-listening",
        opening=opening,
        language=language,
    )


async def cast(engagement: Engagement, wanted: str, language: str) -> SeekerProfile:
    """Choose whom the simulator plays.

    Args:
        engagement: The crew, its profiles and its seed.
        wanted: A profile's id, a persona type, or empty for one drawn by the seed.
        language: BCP 47 tag of the seeker.

    Raises:
        UsageError: No profile fits; those that exist to test a boundary fit by id alone (S23).
    """
    crew, lender = engagement.crew, engagement.theatre.lender
    crew.check((crew.seeker, crew.profiles))
    every = await crew.profiles.profiles(lender.at("profiles")("profiles"))
    if named := [one for one in (*every, *vetting(crew.profiles)) if one.id == wanted]:
        return named[0]
    tongue = language.split("-")[0].lower()
    fit = [
        one
        for one in every
        if not one.safety
        and one.language.split("-")[0].lower() == tongue
        and wanted in {"", one.persona_type}
    ]
    if not fit:
        raise UsageError(
            f"no seeker fits {wanted or 'anything'!r} in {language!r}; there are {len(every)}",
            hint=f"give an id such as {every[0].id}, or one of {', '.join(PERSONA_TYPES)}",
        )
    chosen: SeekerProfile = lender.at("practice", "seat")("profile").rng.choice(fit)
    return chosen


def parting(trace: Trace | None) -> str:
    """Fixed text for a person whose talk a fault has ended; a guard's fault has said its own."""
    return FALLBACK if trace and trace.ending == "fault" and trace.fault != "guard" else ""
