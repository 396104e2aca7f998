"""A walk over the road: ask each model once, walk, report, and say in run.json how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine import accounts, provenance
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.opening import Shared, open_gateway
from esc_skills._engine.records import read_record
from esc_skills._engine.road import MILESTONES, Milestone, Road
from esc_skills._engine.signals import Call, Signals
from esc_skills._store.files import FILE_MODE, FOLDER_MODE, disk_faults
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal
from esc_skills.errors import BackendError, PluginError, ReplyError, RunEndedError
from esc_skills.model import Score, Trace

QUESTIONS = "questions.jsonl"
"""Keys of the questions of a run that is a part of a study."""
FEW = 5
"""Notes of one kind that are kept whole."""
MODELS = frozenset({"seeker", "responder", "judge"})
"""Whose fault it is when a model's answer was of no use."""


@attrs.define(kw_only=True)
class FaultCounter:
    """Counts conversations that ended in a fault."""

    traces: int = 0
    faults: list[Trace] = attrs.field(factory=list)

    def __call__(self, hook: str, **facts: Any) -> None:
        """Look at finished conversations only."""
        if hook == "esc_skills_trace_done":
            self.traces += 1
            if facts["trace"].ending == "fault":
                self.faults.append(facts["trace"])

    @property
    def lines(self) -> tuple[str, ...]:
        """Trace and note of every fault, sorted: who came to grief first is chance."""
        return tuple(sorted(f"{trace.id}: {trace.note}" for trace in self.faults))

    def check(self) -> None:
        """Stop when nothing but faults came out: such a run has no result.

        Raises:
            PluginError: Every conversation ended in a fault.
            BackendError: The same, and it was the models' or their provider's every time.
            ReplyError: The same, and it was a model's answer every time.
        """
        if self.faults and len(self.faults) == self.traces:
            said = f"all {self.traces} conversations ended in a fault; the first: "
            said += min(self.faults, key=lambda trace: (trace.id, trace.note)).note
            whose = {trace.fault for trace in self.faults}
            if "service" in whose and whose <= {"service", *MODELS}:
                raise BackendError(said, hint="when the provider answers, give the same command")
            if whose <= MODELS:
                raise ReplyError(said, hint="take a model that keeps to the asked shape")
            raise PluginError(said, hint="esc-skills plugins doctor")


@attrs.define(kw_only=True)
class Notes:
    """What components noted, counted by kind, with a few places and facts of each."""

    counted: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    extraction: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    """Those on dialogues as they were cut: units are cut once, so this outlives the walk."""

    def take(self, place: str, kind: str, facts: Mapping[str, Any]) -> None:
        """Keep a note; of many of one kind the first few are kept whole."""
        kept = self.extraction if place.startswith("extract/") else self.counted
        entry = kept.setdefault(kind, {"count": 0, "first": []})
        entry["count"] += 1
        if len(entry["first"]) < FEW:
            entry["first"].append({"place": place, **facts})


@attrs.define(kw_only=True)
class Walk:
    """One walk, from the open folder to the last page."""

    road: Road
    """Where it leads."""
    gateway: Gateway
    """The way to the models."""
    book: provenance.Book
    """Says how it ends."""
    counter: FaultCounter
    """Conversations that came to nothing."""
    notes: Notes
    """What components noted."""
    outcomes: accounts.Outcomes
    """Questions by outcome."""

    @classmethod
    def over(
        cls,
        experiment: Experiment,
        crew: Crew,
        book: provenance.Book,
        watch: Sequence[Call],
        shared: Shared | None = None,
    ) -> Walk:
        """Get ready; the folder is open and locked."""
        counter, outcomes = FaultCounter(), accounts.Outcomes()
        notes = Notes(extraction=book.extraction)
        signals = Signals(calls=(counter, outcomes, crew.watchers, *watch))
        file = shared.journal if shared else book.folder.journal
        journal = Journal(file) if crew.models else None
        gateway = open_gateway(experiment, crew, signals, journal, shared)
        road = Road(
            experiment=experiment,
            crew=crew,
            folder=book.folder,
            lender=Lender(seed=experiment.run.seed, gateway=gateway, note=notes.take),
            signals=signals,
            extracted=lambda: book.write("running"),
        )
        facts = {"experiment": experiment, "budget": gateway.budget, "rounds": road.rounds}
        Signals(calls=watch).walk_opened(**facts)
        return cls(
            road=road,
            gateway=gateway,
            book=book,
            counter=counter,
            notes=notes,
            outcomes=outcomes,
        )

    async def to(self, until: Milestone) -> tuple[tuple[Score, ...], tuple[Path, ...]]:
        """Walk to a milestone.

        Returns:
            Scores and pages.

        Raises:
            RunEndedError: The budget ended, or a provider closed; what was finished is scored and
                reported.
            PluginError: Every conversation ended in a fault.
        """
        try:
            scores = await self._walk(until)
            if not self._has_result(scores):
                self.counter.check()
            pages: tuple[Path, ...] = ()
            if until == "report":
                self.book.write("running", **self._facts())  # pages tell what was paid
                pages = await write_reports(self.book.folder, self.road.crew)
            reached = max(self.book.reached or until, until, key=MILESTONES.index)
            self.book.write("done", **self._facts(), until=reached)
        except RunEndedError as end:
            raise await self._stopped(end) from None
        finally:
            self._remember()
            self.gateway.close()
            self.road.crew.close()
        return scores, pages

    def _asked(self, key: str) -> None:
        self.book.folder.append_rows(QUESTIONS, [{"key": key}])

    def _remember(self) -> None:
        """Keep which questions this run needed: where the journal is shared, nobody else knows."""
        folder = self.book.folder
        if not self.gateway.lane or not folder.has(QUESTIONS):
            return
        old = (row["key"] for row in folder.read_rows(QUESTIONS))
        every = sorted({*old, *self.gateway.asked})
        folder.write_rows(QUESTIONS, [{"key": key} for key in every])

    def _has_result(self, scores: tuple[Score, ...]) -> bool:
        """Whether a talk came to its end, now or earlier, or a reply to a dialogue was scored.

        Figures that count faults themselves, as coverage does, are no result.
        """
        if any(path.stat().st_size for path in self.book.folder.trace_files()):
            return True
        readers = {item.name for item in self.road.crew.evaluators if "responses" in item.reads}
        return any(score.n for score in scores if score.evaluator in readers)

    def _check(self, until: Milestone) -> None:
        crew = self.road.crew
        early: dict[str, tuple[Any, ...]] = {
            "extract": (crew.extractor,),
            "distil": (crew.extractor, crew.distiller),
        }
        crew.check(early.get(until, crew.players))

    async def _walk(self, until: Milestone) -> tuple[Score, ...]:
        self._check(until)
        self.book.know(await self.gateway.probe(self.book.probed))
        if self.gateway.lane and self.gateway.models:
            # Row by row: after a kill nobody asks again what led to results that are there.
            self.book.folder.append_rows(QUESTIONS, ())
            self.gateway.remember = self._asked
        return await self.road.walk(until)

    async def _stopped(self, end: RunEndedError) -> RunEndedError:
        """Score and report what is finished, and say where it lies."""
        await self.road.score_rest()
        self.book.write(end.code, **self._facts(), stopped=end.line)
        pages = await write_reports(self.book.folder, self.road.crew)
        shown = pages[0] if pages else self.book.folder.path
        said = f"{end.message}; what is finished: {shown}"
        return type(end)(said, hint=end.hint, where=end.where)

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"faults": self.counter.lines, "notes": self.notes.counted}
        facts["seconds"] = round(self.book.seconds + self.gateway.budget.elapsed, 3)
        if self.gateway.journal is not None:
            crew = self.road.crew
            account = accounts.of(
                self.gateway.journal, crew.prices, self.outcomes, crew.asked, self.book.account
            )
            facts["account"] = account.plain()
        return facts


async def write_reports(folder: RunFolder, crew: Crew) -> tuple[Path, ...]:
    """Write every report of the experiment into the run folder."""
    pages: tuple[Path, ...] = ()
    if not crew.reports:  # as in every shard of a study
        return pages
    record = read_record(folder)
    for report in crew.reports:
        pages += await report.render(record, folder.path)
    keep_private(pages, folder.path)
    return pages


def keep_private(pages: Sequence[Path], folder: Path) -> None:
    """Pages hold what the traces hold, so nobody else may read them, or enter their folders."""
    for page in pages:
        with disk_faults(page):
            page.chmod(FILE_MODE)
            if page.parent != folder:
                page.parent.chmod(FOLDER_MODE)
