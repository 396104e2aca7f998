"""The road with its milestones: each stage takes up what an earlier run left, or makes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import attrs

from esc_skills._engine.casting import check_apart, vetting
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.freezing import seal, sealed
from esc_skills._engine.ledger import Ledger, refused
from esc_skills._engine.preparation import Material, prepare, read_corpora
from esc_skills._engine.purse import Purse
from esc_skills._engine.scoring import Arms, keep, score_played, score_responses, score_talks
from esc_skills._engine.seeds import generator
from esc_skills._engine.shelf import Shelf
from esc_skills._engine.signals import Signals
from esc_skills._engine.theatre import Theatre
from esc_skills._engine.workload import VETTED
from esc_skills._stages.assemble import assemble
from esc_skills._stages.cast import Rules
from esc_skills._stages.commit import assembled
from esc_skills._stages.distil import distil
from esc_skills._stages.extract import extract
from esc_skills._stages.flow import Evolution, Round, evolve_round, met
from esc_skills._stages.sayings import Sayings, spoken
from esc_skills._stages.verify import Seat
from esc_skills._stages.veto import Veto
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError
from esc_skills.model import Dialogue, InterventionUnit, Score, SeekerProfile, SkillsBank
from esc_skills.model.identity import SHORT
from esc_skills.model.profile import Purpose

Milestone = Literal["extract", "distil", "converse", "evolve", "score", "report"]
MILESTONES: tuple[Milestone, ...] = (
    "extract",
    "distil",
    "converse",
    "evolve",
    "score",
    "report",
)
"""Where a walk may stop; each is also a command."""


@attrs.define(kw_only=True)
class Road:
    """One walk over a run folder."""

    experiment: Experiment
    """What is done."""
    crew: Crew
    """Who does it."""
    folder: RunFolder
    """Where it lies."""
    lender: Lender
    """Makes contexts."""
    signals: Signals
    """Tells watchers."""
    extracted: Callable[[], None] = lambda: None
    """Called when all dialogues are cut, before the units are kept."""
    rounds: list[Round] = attrs.field(factory=list)
    """Finished rounds."""
    banks: list[SkillsBank] = attrs.field(factory=list)
    """Bank 0 and every promoted one."""
    theatre: Theatre | None = None
    """Set once units and rules are known."""
    said: Sayings = attrs.field(factory=Sayings)
    """What people said in the corpora (S14)."""
    ledger: Ledger | None = None
    """Opened with the first bank."""

    async def material(self) -> Material:
        """Read the corpora; a changed corpus under an old run is refused."""
        readings = await read_corpora(self.crew, self.lender, scrub=self.experiment.run.scrub)
        dialogues = [dialogue for reading in readings for dialogue in reading.dialogues]
        traces = [trace for reading in readings for trace in reading.traces]
        self.said = Sayings(lambda: spoken(dialogues, traces))
        run = self.experiment.run
        found = prepare(readings, holdout=run.holdout, seed=run.seed)
        if self.folder.has("corpus.json"):
            if self.folder.read_json("corpus.json") != found.report:
                raise DataError(
                    "the corpora are not what this run was made from",
                    where=str(self.folder.path / "corpus.json"),
                    hint="choose another --out, or bring back the old data",
                )
        else:
            self.folder.write_json("corpus.json", found.report)
        return found

    async def units(self, material: Material) -> tuple[InterventionUnit, ...]:
        """Units of the training dialogues."""
        if self.folder.has("units.jsonl"):
            return tuple(self.folder.read_nouns("units.jsonl", InterventionUnit))
        self.signals.stage_started("extract", len(material.train))
        purse = Purse()
        some = await self.crew.executor.map(
            purse.spare(self._cut), material.train, self.experiment.run.concurrency
        )
        purse.check()
        made = tuple(unit for units in some for unit in units or ())
        self.extracted()
        self.folder.write_nouns("units.jsonl", made)
        return made

    async def _cut(self, dialogue: Dialogue) -> tuple[InterventionUnit, ...]:
        units = await extract(dialogue, self.crew.extractor, self.lender.at("extract"))
        self.signals.item_done("extract")
        return units

    async def first_bank(
        self, units: tuple[InterventionUnit, ...], material: Material
    ) -> SkillsBank:
        """Bank 0, from the folder when it is there."""
        stored = self.folder.banks()
        if stored:
            bank = read_bank(stored[0])[0]
        else:
            bank = await self._distilled(units, material)
            self.folder.write_bank(0, bank)
        self.ledger = Ledger.open(self.folder)
        self.ledger.note("commit", assembled(bank))
        self._promoted(bank)
        return bank

    async def _distilled(
        self, units: tuple[InterventionUnit, ...], material: Material
    ) -> SkillsBank:
        self.signals.stage_started("distil", 1)
        taxonomy = self.crew.extractor.taxonomy
        made = await distil(units, taxonomy, self.crew.distiller, self.lender.at("distil"))
        self.folder.write_nouns("prototypes.jsonl", made.prototypes)
        self.signals.item_done("distil")
        kept = {"no-guard": self.crew.guards, "no-veto": self.experiment.evolve.veto}
        stamps = (*(name for name, there in kept.items() if not there), "unreviewed")
        return assemble(
            made,
            units,
            taxonomy=taxonomy,
            guards=self.crew.guards,
            sources=(dialogue.fingerprint for dialogue in material.train),
            notes=stamps,
            said=self.said,
        )

    def _promoted(self, bank: SkillsBank) -> None:
        self.banks.append(bank)
        self.signals.bank_promoted(bank, len(self.banks) - 1)

    def open_theatre(self, units: tuple[InterventionUnit, ...]) -> Theatre:
        """Get ready to hold conversations."""
        talk = self.experiment.talk
        self.theatre = Theatre(
            crew=self.crew,
            units=units,
            rules=Rules(limit=talk.limit, score_last=talk.score_last),
            concurrency=self.experiment.run.concurrency,
            lender=self.lender,
            shelf=Shelf(folder=self.folder),
            signals=self.signals,
        )
        return self.theatre

    async def seats(self, purpose: Purpose, repeats: int) -> list[Seat]:
        """Profiles of a purpose with their repeats, mixed by the run's seed, repeat by repeat."""
        every = await self._everybody()
        # Verification meets its safety profiles apart, for the veto; they make no pairs.
        some = [
            profile
            for profile in every
            if profile.purpose == purpose and not (purpose == "verify" and profile.safety)
        ]
        if not some:
            raise DataError(
                f"profile set {self.crew.profiles.name!r} holds no profile for {purpose!r}",
                hint="choose a set with refine, verify and report profiles",
            )
        generator(self.experiment.run.seed, "seats", purpose).shuffle(some)
        return [(profile, repeat) for repeat in range(repeats) for profile in some]

    async def _everybody(self) -> tuple[SeekerProfile, ...]:
        every = await self.crew.profiles.profiles(self.lender.at("profiles")("profiles"))
        check_apart(every)
        return every

    async def _frozen(self) -> str:
        """Hash of what no edit may reach; another one under an old run is refused."""
        safety = vetting(self.crew.profiles)
        return seal(self.folder, sealed(self.crew, await self._everybody(), safety))

    def _veto(self) -> Veto | None:
        """What blocks a bank whatever the gate says; a run without it has stamped its banks."""
        if not (self.experiment.evolve.veto and self.crew.guards):
            return None
        seats = [(one, n) for n in range(VETTED) for one in vetting(self.crew.profiles)]
        return Veto(guards=self.crew.guards, seats=seats)

    async def _evolution(self, theatre: Theatre) -> Evolution:
        rule = self.experiment.evolve
        log = self.ledger or Ledger.open(self.folder)
        verify = await self.seats("verify", 1)
        repeats = -(-rule.max_pairs // len(verify))
        return Evolution(
            refiner=self.crew.refiner,
            gate=self.crew.gate,
            refine_seats=await self.seats("refine", rule.refine_repeats),
            verify_seats=(await self.seats("verify", repeats))[: rule.max_pairs],
            batch=rule.batch,
            play=partial(theatre.play, stage="evolve"),
            veto=self._veto(),
            frozen=await self._frozen(),
            rehearse=theatre.rehearse,
            chance=rule.trials,
            said=self.said,
            promoted=self._promote_and_keep,
            decided=self.signals.verdict,
            voices={unit.id: unit.source.dialogue for unit in theatre.units},
            note=log.note,
        )

    async def converse(self, theatre: Theatre, bank: SkillsBank) -> None:
        """The conversations that the first round of evolution learns from."""
        if self.experiment.evolve.rounds == 0:
            await theatre.play(bank, await self.seats("refine", 1), "converse")
        else:
            await met(bank, await self._evolution(theatre), self.lender.at("evolve", 1))

    async def evolve(self, theatre: Theatre, bank: SkillsBank) -> SkillsBank:
        """All rounds of evolution; banks and ledger are written as they come."""
        rounds = self.experiment.evolve.rounds
        if rounds == 0:
            return bank
        setup = await self._evolution(theatre)
        for number in range(1, rounds + 1):
            lend = self.lender.at("evolve", number)
            memory = refused(self.rounds)
            done = await evolve_round(number, bank, memory, setup, lend)
            self.rounds.append(done)
            bank = done.bank
        return bank

    def _promote_and_keep(self, bank: SkillsBank) -> None:
        stored = self.folder.banks()
        if not any(path.name.endswith(f"-{bank.hash[:SHORT]}") for path in stored):
            # A person may have taken a number in between; numbers only grow.
            last = max((int(path.name.partition("-")[0]) for path in stored), default=-1)
            self.folder.write_bank(max(last + 1, len(self.banks)), bank)
        self._promoted(bank)

    async def score(
        self, theatre: Theatre, static: SkillsBank, evolved: SkillsBank, material: Material
    ) -> tuple[Score, ...]:
        """Three arms on the report profiles, and on held-out dialogues where there are any."""
        arms = self._arms(static, evolved)
        seats = await self.seats("report", self.experiment.run.repeats)
        talks = await score_talks(theatre, arms, seats, self.lender)
        answers = await score_responses(
            theatre,
            arms,
            material.test,
            self.lender,
            see_situation=self.experiment.run.see_situation,
        )
        return keep(self.folder, talks + answers)

    def _arms(self, static: SkillsBank, evolved: SkillsBank) -> Arms:
        every = {"none": None, "static": static, "evolved": evolved}
        return {name: every[name] for name in self.experiment.run.arms}

    async def score_rest(self) -> tuple[Score, ...]:
        """Score what was finished when the budget ended; an uninterrupted walk scores it anew."""
        if self.theatre is None or not self.banks:
            return ()
        arms = self._arms(self.banks[0], self.banks[-1])
        seats = await self.seats("report", self.experiment.run.repeats)
        return keep(self.folder, await score_played(self.theatre, arms, seats, self.lender))

    async def walk(self, until: Milestone) -> tuple[Score, ...]:
        """Walk to a milestone, taking up what is there."""
        stop = MILESTONES.index(until)
        material = await self.material()
        units = await self.units(material)
        if stop < MILESTONES.index("distil"):
            return ()
        static = await self.first_bank(units, material)
        if stop < MILESTONES.index("converse"):
            return ()
        theatre = self.open_theatre(units)
        if until == "converse":
            await self.converse(theatre, static)
            return ()
        asked = "evolved" in self.experiment.run.arms or until == "evolve"
        evolved = await self.evolve(theatre, static) if asked else static
        if stop < MILESTONES.index("score"):
            return ()
        return await self.score(theatre, static, evolved, material)
