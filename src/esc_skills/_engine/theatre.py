"""Where banks meet seekers: builds supporters, plays seats, keeps traces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._engine.purse import Purse
from esc_skills._engine.shelf import TRIAL, Shelf, arm_name
from esc_skills._engine.signals import Signals
from esc_skills._engine.stamping import stamper
from esc_skills._engine.touring import Away, Luggage, Stand, Tour, packed
from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills._stages.respond import respond
from esc_skills._stages.trying import Trials
from esc_skills._stages.verify import Seat
from esc_skills._store.folder import RunFolder
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
    _luggage: tuple[str, bytes] | None = None

    @classmethod
    def reopened(cls, luggage: Luggage, ear: Stand) -> Theatre:
        """The same theatre in another process; it plays and keeps no traces."""
        signals = Signals(calls=(ear,))
        gateway = luggage.gateway(signals.call_done, ear.asked.append)
        return cls(
            crew=luggage.crew,
            units=luggage.units,
            rules=luggage.rules,
            concurrency=1,
            lender=Lender(
                seed=luggage.seed, gateway=gateway, note=ear.note, streams=luggage.streams
            ),
            shelf=Shelf(folder=RunFolder(Path())),
            signals=signals,
        )

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
        by_id: dict[tuple[str, int], SeekerProfile] = {
            (profile.id, repeat): profile for profile, repeat in seats
        }
        setting = await self.setting(bank, trials)

        async def one(seat: Seat) -> Trace:
            trace = await self.talk(setting, seat)
            self.signals.trace_done(trace)
            self.signals.item_done(stage)
            return trace

        async def hold(missing: Sequence[tuple[str, int]]) -> Sequence[Trace]:
            self.signals.stage_started(stage, len(missing))
            tour = Tour(here=self.purse.spare(one), scene=(bank, trials), pack=self._pack)
            left = [(by_id[seat], seat[1]) for seat in missing]
            made = await self.crew.executor.map(tour, left, self.concurrency)
            traces = [self._home(item, stage) for item in made]
            if any(isinstance(item, Away) for item in made):
                self.lender.gateway.catch_up()
            return [trace for trace in traces if trace is not None]

        evolving = stage == "evolve"
        traces = await self.shelf.fetch(_key(bank, trials), list(by_id), hold, final=evolving)
        self.purse.check()
        lost = [trace for trace in traces if trace.fault == "service"]
        if evolving and lost:
            raise ProviderClosedError(
                f"{len(lost)} conversations were lost to a provider, and a bank evolves on whole "
                f"rounds only; the first: {lost[0].note}",
                hint="when the provider answers, give the same command to go on",
            )
        return traces

    async def setting(self, bank: SkillsBank | None, trials: Trials | None = None) -> Stage:
        """A bank's supporter and its seekers, ready to talk."""
        return Stage(
            supporter=await self.supporter(bank, trials),
            seeker=self.crew.seeker,
            rules=self.rules,
            arm=arm_name(_key(bank, trials)),
            told=self.signals.exchange_done,
            alert=self.signals.crisis,
            stamp=stamper(self.crew.models),
        )

    async def talk(self, setting: Stage, seat: Seat) -> Trace:
        """Hold one conversation; chance hangs on the seat alone."""
        profile, repeat = seat
        lend = self.lender.at("talk", profile.id, repeat)
        self.crew.oath.check()
        trace = await converse(profile, setting, lend, repeat=repeat)
        self.crew.oath.check()
        return trace

    def _pack(self) -> tuple[str, bytes]:
        if self._luggage is None:
            self._luggage = packed(self.crew, self.units, self.rules, self.lender)
        return self._luggage

    def _home(self, made: Trace | Away | None, stage: str) -> Trace | None:
        """Tell what was heard of a conversation that was held elsewhere."""
        if not isinstance(made, Away):
            return made
        for hook, facts in made.heard:
            for call in self.signals.calls:
                call(hook, **facts)
        for note in made.notes:
            self.lender.note(*note)
        for key in made.asked:
            self.lender.gateway.know(key)
        self.purse.ended = self.purse.ended or made.ended
        if made.trace is not None:
            for exchange in made.trace.exchanges:
                self.signals.exchange_done(made.trace.id, exchange)
            self.signals.trace_done(made.trace)
            self.signals.item_done(stage)
        return made.trace

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
