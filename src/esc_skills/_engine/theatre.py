"""Where banks meet seekers: builds supporters, plays seats, keeps traces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._engine.purse import Purse
from esc_skills._engine.shelf import TRIAL, Shelf, arm_name
from esc_skills._engine.signals import Signals
from esc_skills._engine.stamping import stamper
from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills._stages.respond import respond
from esc_skills._stages.trying import Trials
from esc_skills._stages.verify import Seat
from esc_skills.errors import ProviderClosedError
from esc_skills.model import (
    Dialogue,
    InterventionUnit,
    Response,
    SeekerProfile,
    SkillsBank,
    Trace,
)
from esc_skills.model.identity import content_hash


def _key(bank: SkillsBank | None, trials: Trials | None = None) -> str:
    """Under what conversations are kept: the bank's behaviour, and what was tried beside it."""
    behaviour = bank.behaviour if bank else ""
    return TRIAL + content_hash([behaviour, trials]) if trials else behaviour


@attrs.define(kw_only=True)
class Theatre:
    """Plays conversations for every stage of a run."""

    crew: Crew
    """Who does the work."""
    units: tuple[InterventionUnit, ...]
    """The responder's memory of how people speak."""
    rules: Rules
    """When a conversation ends."""
    concurrency: int
    """Conversations at once."""
    lender: Lender
    """Makes contexts."""
    shelf: Shelf
    """Keeps traces."""
    signals: Signals
    """Tells watchers."""
    purse: Purse = attrs.field(factory=Purse)
    """Knows whether the budget has ended."""
    _supporters: dict[str, Supporter] = attrs.field(factory=dict)

    async def supporter(self, bank: SkillsBank | None, trials: Trials | None = None) -> Supporter:
        """Make the agent ready for a bank; None is the no-skills arm.

        The retriever never knows a skill on trial, the responder does: only the kernel offers it.
        """
        key = _key(bank, trials)
        if key not in self._supporters:
            lend = self.lender.at("prepare", arm_name(key))
            index = None
            if bank is not None:
                index = await self.crew.retriever.index(bank, lend("retriever"))
            known = trials.beside(bank) if trials and bank else bank
            voice = await self.crew.responder.prepare(known, self.units, lend("responder"))
            self._supporters[key] = Supporter(
                reader=self.crew.extractor,
                voice=voice,
                index=index,
                guards=self.crew.guards,
                bank=bank,
                trials=trials,
            )
        return self._supporters[key]

    async def rehearse(
        self, bank: SkillsBank, seats: Sequence[Seat], trials: Trials
    ) -> tuple[Trace, ...]:
        """Let a bank meet seekers while skills are tried; these talks lie apart from all others."""
        return await self.play(bank, seats, "evolve", trials)

    async def play(
        self,
        bank: SkillsBank | None,
        seats: Sequence[Seat],
        stage: str = "converse",
        trials: Trials | None = None,
    ) -> tuple[Trace, ...]:
        """Let a bank meet seekers; what is on the shelf is not played again.

        Raises:
            RunEndedError: The budget ended, or a provider closed; conversations that were
                finished are on the shelf. While a bank evolves, a single conversation that was
                lost to a provider ends the run: a verdict must not depend on an outage.
        """
        key = _key(bank, trials)
        by_id: dict[tuple[str, int], SeekerProfile] = {
            (profile.id, repeat): profile for profile, repeat in seats
        }
        setting = Stage(
            supporter=await self.supporter(bank, trials),
            seeker=self.crew.seeker,
            rules=self.rules,
            arm=arm_name(key),
            told=self.signals.exchange_done,
            alert=self.signals.crisis,
            stamp=stamper(self.crew.models),
        )

        async def one(seat: tuple[str, int]) -> Trace:
            profile_id, repeat = seat
            lend = self.lender.at("talk", profile_id, repeat)
            trace = await converse(by_id[seat], setting, lend, repeat=repeat)
            self.signals.trace_done(trace)
            self.signals.item_done(stage)
            return trace

        async def hold(missing: Sequence[tuple[str, int]]) -> Sequence[Trace]:
            self.signals.stage_started(stage, len(missing))
            spared = self.purse.spare(one)
            made = await self.crew.executor.map(spared, missing, self.concurrency)
            return [trace for trace in made if trace is not None]

        evolving = stage == "evolve"
        traces = await self.shelf.fetch(key, list(by_id), hold, final=evolving)
        self.purse.check()
        lost = [trace for trace in traces if trace.fault == "service"]
        if evolving and lost:
            raise ProviderClosedError(
                f"{len(lost)} conversations were lost to a provider, and a bank evolves on whole "
                f"rounds only; the first: {lost[0].note}",
                hint="when the provider answers, give the same command to go on",
            )
        return traces

    def played(self, bank: SkillsBank | None, seats: Sequence[Seat]) -> tuple[Trace, ...]:
        """Conversations of the seats that are finished; none is begun."""
        held = self.shelf.traces(bank.behaviour if bank else "")
        keys = [(profile.id, repeat) for profile, repeat in seats]
        return tuple(held[key] for key in keys if key in held)

    async def answer(
        self, bank: SkillsBank | None, dialogues: Sequence[Dialogue], *, see_situation: bool
    ) -> tuple[Response, ...]:
        """Answer every gold supporter turn of held-out dialogues."""
        supporter = await self.supporter(bank)
        stage = f"respond/{arm_name(bank.behaviour if bank else '')}"
        self.signals.stage_started(stage, len(dialogues))

        async def one(dialogue: Dialogue) -> tuple[Response, ...]:
            lend = self.lender.at("respond", dialogue.id)
            made = await respond(dialogue, supporter, lend, see_situation=see_situation)
            self.signals.item_done(stage)
            return made

        work: Callable[[Dialogue], Awaitable[tuple[Response, ...]]] = one
        spared = self.purse.spare(work)
        answered = await self.crew.executor.map(spared, dialogues, self.concurrency)
        self.purse.check()
        return tuple(response for some in answered for response in some or ())
