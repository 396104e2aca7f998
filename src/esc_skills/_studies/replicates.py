"""A finished run whose report conversations are held again, with the chance of some moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.provenance import check_same, described
from esc_skills._engine.running import resolve, run, stored_experiment
from esc_skills._engine.shelf import Shelf
from esc_skills._engine.signals import Call, Signals
from esc_skills._engine.stamping import stamper
from esc_skills._engine.theatre import Theatre
from esc_skills._stages.cast import Rules
from esc_skills._stages.judge import judge
from esc_skills._stages.verify import Seat
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills._store.journal import Journal
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Evidence, InterventionUnit, Score, SkillsBank, Trace

AGENT, SEEKER, JUDGE = "agent", "seeker", "judge"
PARTS: Mapping[str, tuple[str, ...]] = {
    AGENT: ("extractor", "guard", "responder", "retriever", "trial"),
    SEEKER: ("seeker",),
    JUDGE: ("evaluator",),
}
"""Whose chance is moved together: part → actors."""
OF = "replicates/of.json"
"""What the kept conversations are replicates of."""


def moved(number: int, *parts: str) -> dict[str, int]:
    """Streams that move the chance of some parts to their replicate of this number."""
    return {actor: number for part in parts for actor in PARTS[part]}


def finished(source: Any, home: Path, watch: Sequence[Call] = ()) -> Path:
    """Folder of a finished run: the given one, finished if need be, or one made in ``home``."""
    if not isinstance(source, (str, Path)) or not Path(source).is_dir():
        return run(source, out=home / "run", watch=watch).path
    folder = RunFolder.open(Path(source))
    if folder.read_json("run.json").get("state") == "done" and folder.has("scores.jsonl"):
        return folder.path
    return run(stored_experiment(folder.path), out=folder.path, watch=watch).path


@attrs.frozen(kw_only=True)
class Stage:
    """All that a run's report conversations need to be held again."""

    run: RunFolder
    """The finished run; read only."""
    home: RunFolder
    """The study; replicates lie under it."""
    experiment: Experiment
    """What was done."""
    crew: Crew
    """Who did it."""
    arms: Mapping[str, SkillsBank | None]
    """Arms that differ, by name; None is the one without skills."""
    same: Mapping[str, str]
    """Arms left out because their bank behaves as another arm's."""
    gateway: Gateway
    """The way to the models, over the study's own journal."""
    signals: Signals
    """Tells watchers."""

    @classmethod
    def open(
        cls,
        path: Path,
        home: Path,
        arms: Sequence[str],
        sets: Sequence[str] = (),
        watch: Sequence[Call] = (),
    ) -> Stage:
        """Hire the run's crew again.

        Raises:
            UsageError: The study folder holds replicates of something else, an arm is none of the
                run's, or what is installed, or set, is not what the run was made with.
            DataError: The run asked models and has no journal of its own, so that what is not
                moved cannot stay.
        """
        folder, signals = RunFolder.open(path), Signals(calls=watch)
        experiment, catalogue = resolve(stored_experiment(path), sets)
        crew = hire(experiment, catalogue, str(path), tell=signals.watcher_dropped)
        crew.check(crew.players)
        check_same(folder, described(experiment, crew))
        kept, same = _arms(folder, arms or experiment.run.arms)
        store = RunFolder.create(home)
        _check(store, experiment, kept)
        journal = _journal(folder, store) if crew.models else None
        return cls(
            run=folder,
            home=store,
            experiment=experiment,
            crew=crew,
            arms=kept,
            same=same,
            gateway=open_gateway(experiment, crew, signals, journal),
            signals=signals,
        )

    def theatre(self, shelf: RunFolder, streams: Mapping[str, int]) -> Theatre:
        """A theatre over a shelf, with the chance of some actors moved."""
        talk = self.experiment.talk
        return Theatre(
            crew=self.crew,
            units=self.run.read_nouns("units.jsonl", InterventionUnit),
            rules=Rules(limit=talk.limit, score_last=talk.score_last),
            concurrency=self.experiment.run.concurrency,
            lender=self.lender(streams),
            shelf=Shelf(folder=shelf),
            signals=self.signals,
        )

    def lender(self, streams: Mapping[str, int]) -> Lender:
        """Makes contexts with the chance of some actors moved."""
        return Lender(
            seed=self.experiment.run.seed,
            gateway=self.gateway,
            note=lambda place, kind, facts: None,
            streams=streams,
        )

    def told(self) -> dict[str, tuple[Trace, ...]]:
        """The run's own report conversations by arm, lost ones left out."""
        shelf = Shelf(folder=self.run)
        held = {
            arm: tuple(
                trace
                for trace in shelf.traces(bank.behaviour if bank else "").values()
                if trace.profile.purpose == "report" and trace.ending != "fault"
            )
            for arm, bank in self.arms.items()
        }
        if not all(held.values()):
            raise DataError(
                f"arm {min(arm for arm in held if not held[arm])!r} has no report conversations",
                where=str(self.run.path),
                hint=f"finish it with: esc-skills run --out {self.run.path}",
            )
        return held

    async def again(
        self, told: Mapping[str, Sequence[Trace]], which: str, streams: Mapping[str, int]
    ) -> dict[str, tuple[Trace, ...]]:
        """Hold the same conversations with some chance moved; kept ones are not held again."""
        theatre = self.theatre(RunFolder.create(self.home.path / "replicates" / which), streams)
        made = {}
        for arm, traces in told.items():
            seats: list[Seat] = [(trace.profile, trace.repeat) for trace in traces]
            made[arm] = await theatre.play(self.arms[arm], seats, f"{which}/{arm}")
        return made

    async def judged(
        self, traces: Mapping[str, Sequence[Trace]], streams: Mapping[str, int]
    ) -> tuple[Score, ...]:
        """Score conversations with every evaluator that reads such."""
        lender, stamp = self.lender(streams), stamper(self.crew.models)
        readers = tuple(one for one in self.crew.evaluators if "responses" not in one.reads)
        scores: tuple[Score, ...] = ()
        for arm, some in traces.items():
            evidence = Evidence(traces=tuple(some), bank=self.arms[arm])
            scores += await judge(evidence, readers, arm, lender.at("score"), stamp)
        return scores


def _arms(
    folder: RunFolder, wanted: Sequence[str]
) -> tuple[dict[str, SkillsBank | None], dict[str, str]]:
    """Banks by arm, and arms whose bank behaves as that of an earlier one."""
    paths = folder.banks()
    every: dict[str, SkillsBank | None] = {"none": None}
    for name, path in zip(("static", "evolved"), (paths[:1] + paths[-1:]), strict=False):
        every[name] = read_bank(path)[0]
    if strange := [name for name in wanted if name not in every]:
        raise UsageError(
            f"arm {strange[0]!r} is none of the run's", hint=f"choose of {', '.join(every)}"
        )
    kept: dict[str, SkillsBank | None] = {}
    seen: dict[str, str] = {}
    same = {}
    for name in wanted:
        bank = every[name]
        first = seen.setdefault(bank.behaviour if bank else "", name)
        if first == name:
            kept[name] = bank
        else:
            same[name] = first
    return kept, same


def _check(home: RunFolder, experiment: Experiment, arms: Mapping[str, SkillsBank | None]) -> None:
    """Keep what the replicates are of; those of something else are refused."""
    behaviour = {name: bank.behaviour if bank else "" for name, bank in arms.items()}
    now = {"experiment": experiment.hash, "arms": behaviour}
    if home.has(OF) and home.read_json(OF) != now:
        raise UsageError(
            "this folder holds replicates of another run",
            where=str(home.path),
            hint="choose another --out",
        )
    home.write_json(OF, now)


def _journal(folder: RunFolder, home: RunFolder) -> Journal:
    """The study's own journal, which begins with the answers of the run.

    What is not moved is not asked again, and only new questions are in the study's account.
    """
    if not folder.journal.is_file():
        raise DataError(
            "the run asked models and has no journal: its answers cannot be found again",
            where=str(folder.path),
            hint="take a run that was made on its own: esc-skills run --out DIR",
        )
    old, new = Journal(folder.journal), Journal(home.journal)
    if new.count() < old.count():
        for key, request, answer in old.rows():
            new.put(key, request, answer)
    old.close()
    return new
