"""A small world with a planted effect: one skill truly pleases the seekers, whatever it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import attrs

from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills._stages.verify import Seat
from esc_skills.model import Match, Moment, Reaction, Reply, SeekerProfile, SkillsBank, Trace, Turn
from esc_skills.spec import Context, Guard
from esc_skills.testing import DeskContext, context
from esc_skills.testing.doubles import FirstIndex, PlainReader

PLANTED = "a-planted"
"""Name of the skill with the effect; first in every bank."""
LIMIT = 3
"""Replies in a talk."""


@attrs.frozen(kw_only=True)
class FaithfulVoice:
    """Says the first sample wording of the skill it is offered, else the first step."""

    bank: SkillsBank | None

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Follow the first offer to the letter."""
        skill = self.bank.skill(matches[0].skill) if self.bank and matches else None
        if skill is None:
            return Reply(text="I hear you.", strategy="Others")
        text = (*skill.examples, *skill.guidance)[0]
        return Reply(text=text, strategy="Others", used=(skill.name,))


@attrs.define(kw_only=True)
class PlantedSitting:
    """Tells its lines; feels better where the planted skill was used."""

    profile: SeekerProfile
    gain: float
    emotion: float
    heard: int = 0

    @property
    def opening(self) -> str:
        """First message."""
        return self.profile.opening

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        """A third of the gain a reply, with luck of its own."""
        luck = 30 * (ctx.rng.random() - 0.5)
        felt = self.gain / LIMIT + luck if PLANTED in reply.used else luck / 10
        before, self.emotion = self.emotion, max(0.0, min(100.0, self.emotion + felt))
        self.heard += 1
        lines = self.profile.lines or ("I see.",)
        return Reaction(
            delta=max(-10, min(10, round(self.emotion - before))),
            emotion=round(self.emotion),
            text=lines[(self.heard - 1) % len(lines)],
        )


@attrs.frozen(kw_only=True)
class PlantedSeeker:
    """A seeker whom one skill does good, by a known number of points a talk."""

    name: ClassVar[str] = "planted"
    summary: ClassVar[str] = "One skill does it good."

    gain: float = 25.0
    """Points that the planted skill brings in a talk, on average."""
    signature: str = "planted:v1"
    """Simulator signature."""

    async def meet(self, profile: SeekerProfile, ctx: Context) -> PlantedSitting:
        """Sit down."""
        return PlantedSitting(profile=profile, gain=self.gain, emotion=profile.start_emotion)


@attrs.define(kw_only=True)
class World:
    """Plays banks, and keeps what was played."""

    guards: tuple[Guard, ...] = ()
    gain: float = 25.0
    talks: int = 0
    _kept: dict[tuple[str, str, int], Trace] = attrs.field(factory=dict)

    async def play(self, bank: SkillsBank | None, seats: Sequence[Seat]) -> tuple[Trace, ...]:
        """Let a bank meet seekers; the same ones are not met twice."""
        behaviour = bank.behaviour if bank else ""
        stage = Stage(
            supporter=Supporter(
                reader=PlainReader(),
                voice=FaithfulVoice(bank=bank),
                index=FirstIndex(bank=bank) if bank else None,
                guards=self.guards,
                bank=bank,
            ),
            seeker=PlantedSeeker(gain=self.gain),
            rules=Rules(limit=LIMIT, score_last=True),
            arm=behaviour[:8],
        )
        for profile, repeat in seats:
            if (behaviour, profile.id, repeat) not in self._kept:
                self.talks += 1
                talk = await converse(profile, stage, lender(profile.id, repeat), repeat=repeat)
                self._kept[behaviour, profile.id, repeat] = talk
        return tuple(self._kept[behaviour, one.id, repeat] for one, repeat in seats)


def lender(*place: str | int) -> Callable[[str], DeskContext]:
    """Contexts by actor, seeded by place, as the engine lends them."""
    lent: dict[str, DeskContext] = {}

    def lend(actor: str) -> DeskContext:
        if actor not in lent:
            lent[actor] = context(place="/".join(map(str, (*place, actor))))
        return lent[actor]

    return lend
