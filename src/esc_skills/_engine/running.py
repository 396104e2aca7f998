"""Run an experiment: open the folder, hire the crew, walk the road, write the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine import provenance
from esc_skills._engine.banks import load_bank
from esc_skills._engine.configuring import (
    apply_sets,
    experiment_text,
    make_experiment,
    read_experiment_file,
)
from esc_skills._engine.crew import hire
from esc_skills._engine.experiment import LIST_ROLES, SINGLE_ROLES, Experiment
from esc_skills._engine.families import kinship
from esc_skills._engine.loop import complete
from esc_skills._engine.opening import Shared
from esc_skills._engine.records import read_record
from esc_skills._engine.road import Milestone
from esc_skills._engine.signals import Call, Signals
from esc_skills._engine.vigil import watched
from esc_skills._engine.walking import Walk
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._store.files import sweep
from esc_skills._store.folder import RunFolder
from esc_skills._store.lock import take
from esc_skills.model import Score, SkillsBank
from esc_skills.spec import RunRecord


@attrs.frozen(kw_only=True, repr=False)
class Run:
    """A finished walk over a run folder."""

    path: Path
    """The run folder."""
    scores: tuple[Score, ...]
    """Scores of all arms; empty when the walk stopped earlier."""
    faults: tuple[str, ...]
    """One line for every conversation that ended in a fault; they are no part of any score."""
    resumed: bool
    """True when an earlier walk's results were taken up."""
    pages: tuple[Path, ...] = ()
    """Reports written."""

    @property
    def record(self) -> RunRecord:
        """Everything that the run left, read from its folder."""
        return read_record(RunFolder.open(self.path))

    @property
    def bank(self) -> SkillsBank:
        """The last bank.

        Raises:
            DataError: The walk stopped before there was one.
        """
        return load_bank(self.path)

    def __repr__(self) -> str:
        """Folder and the main figure of every arm."""
        main = [item for item in self.scores if (item.evaluator, item.name) == ("sage", "emotion")]
        shown = ", ".join(f"{item.arm} {item.value:.1f}" for item in main if item.value is not None)
        return f"<Run {self.path}: {shown or 'not scored yet'}>"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(item.arm)}</td><td>{escape(item.evaluator)}</td><td>"
            f"{escape(item.name)}</td><td>{_shown(item)}</td><td>{item.n} of {item.of}</td></tr>"
            for item in self.scores
        )
        head = "<tr><th>arm</th><th>evaluator</th><th>score</th><th>value</th><th>n</th></tr>"
        return f"<p>{escape(repr(self))}</p><table>{head}{rows}</table>"


def _shown(score: Score) -> str:
    if score.value is None:
        return "—"
    if score.low is None or score.high is None:
        return f"{score.value:.3f}"
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


def resolve(
    source: str | Path | Mapping[str, Any] | None,
    sets: Sequence[str] = (),
    disable: Sequence[str] = (),
) -> tuple[Experiment, Catalogue]:
    """Make an experiment of a file, a mapping or nothing, and read the plug-in catalogue.

    Raises:
        ConfigError: A key or a value is wrong.
    """
    where, text = "experiment", ""
    raw: Mapping[str, Any] = {}
    if isinstance(source, Mapping):
        raw = source
    elif source is not None:
        where = str(source)
        raw = read_experiment_file(Path(source))
        text = experiment_text(Path(source))
    raw = apply_sets(raw, sets)
    rules = raw.get("plugins", {})
    barred = rules.get("disable", ()) if isinstance(rules, Mapping) else ()
    catalogue = Catalogue.read(disabled=(*disable, *barred))
    return make_experiment(raw, preset(catalogue, "default"), where, text=text), catalogue


def default_out(source: str | Path | Mapping[str, Any] | None, experiment: Experiment) -> Path:
    """Folder of a run that names none: equal experiments share it, so a second call resumes."""
    stem = Path(source).stem if isinstance(source, (str, Path)) else "quickstart"
    return Path("runs") / f"{stem}-{experiment.hash[:8]}"


def run(
    source: str | Path | Mapping[str, Any] | None = None,
    *,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    disable: Sequence[str] = (),
    until: Milestone = "report",
    watch: Sequence[Call] = (),
    mend: Callable[[Path], str] | None = None,
) -> Run:
    """Run an experiment, or take up a run where it stopped.

    Args:
        source: Experiment file, a mapping of the same shape, or None for the defaults.
        out: Run folder; by default one under ``runs/`` named after the experiment.
        sets: ``KEY=VALUE`` words laid over the experiment.
        disable: Plug-ins that are never imported.
        until: Milestone to stop at: extract, distil, converse, evolve, score or report.
        watch: Functions told of every event: hook name, then facts by keyword.
        mend: Given the journal first, under the lock; makes a damaged one whole, and says so.

    Returns:
        The run; ``run.bank`` and ``run.record`` read its folder.

    Raises:
        UsageError: The experiment, the data or the folder is wrong; nothing was run.
        PluginError: A chosen plug-in is broken.
        StoreError: The disk refused.
        BudgetExceeded: The budget ended the run; what was finished is scored and reported.
            Raise the cap and give the same call to go on: no paid call is made again.
    """
    return complete(
        walked(source, out=out, sets=sets, disable=disable, until=until, watch=watch, mend=mend)
    )


async def walked(
    source: str | Path | Mapping[str, Any] | None = None,
    *,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    disable: Sequence[str] = (),
    until: Milestone = "report",
    watch: Sequence[Call] = (),
    shared: Shared | None = None,
    mend: Callable[[Path], str] | None = None,
) -> Run:
    """What ``run`` does, for callers that have a loop; ``shared`` makes it a part of a study."""
    experiment, catalogue = resolve(source, sets, disable)
    path = Path(out) if out is not None else default_out(source, experiment)
    where = str(source) if isinstance(source, (str, Path)) else "experiment"
    told = Signals(calls=watch)
    with watched(experiment.run.limits.component):
        crew = hire(experiment, catalogue, where, tell=told.watcher_dropped)
    if shared is not None:
        crew = crew.reading(shared.data)
    told.warned(kinship(crew.models, crew.asked))
    folder = RunFolder.create(path)
    book = provenance.Book(
        folder=folder,
        description=provenance.described(experiment, crew),
        started=provenance.now(),
    )
    provenance.check_same(folder, book.description)  # what is refused is not touched, no lock left
    with take(folder.lock, book.started):
        resumed = book.open()
        sweep(folder.path)
        if mend is not None:
            told.warned(mend(folder.journal))
        walk = Walk.over(experiment, crew, book, watch, shared)
        with watched(experiment.run.limits.component):
            scores, pages = await walk.to(until)
    faults = walk.counter.lines
    return Run(path=path, scores=scores, faults=faults, resumed=resumed, pages=pages)


def stored_experiment(path: Path) -> Mapping[str, Any] | None:
    """Experiment of an old run folder; None for a new one, which takes the defaults.

    Raises:
        UsageError: What stands there is none.
    """
    folder = RunFolder(path)
    if not folder.has(provenance.FILE):
        return None
    found = folder.experiment
    anybody = dict.fromkeys((*SINGLE_ROLES, *LIST_ROLES), "-")  # those of an older version
    make_experiment({**anybody, **found}, {}, f"{folder.run} $.experiment")
    return found
