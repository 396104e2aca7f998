"""Run a study: make variants, play shards, record what they say, write the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine import provenance
from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.experiment import ARMS, Experiment
from esc_skills._engine.loop import complete
from esc_skills._engine.opening import Shared
from esc_skills._engine.running import resolve
from esc_skills._engine.signals import Call, Signals
from esc_skills._host.catalogue import Catalogue
from esc_skills._store.files import sweep
from esc_skills._store.folder import RunFolder
from esc_skills._store.lock import take
from esc_skills._studies import book
from esc_skills._studies.costs import costs
from esc_skills._studies.designs import Variant, held, overlaid, variants
from esc_skills._studies.methods import methods
from esc_skills._studies.pages import stated, write_pages
from esc_skills._studies.pooling import Figures
from esc_skills._studies.recording import Question, arm_of, people, record, results
from esc_skills._studies.shards import Played, Shard, placed, play, watching
from esc_skills._studies.studyfile import Study
from esc_skills.errors import DataError, RunEndedError
from esc_skills.model import StudyRecord, plain
from esc_skills.spec import Executor

Tell = Callable[[str], None]


@attrs.frozen(kw_only=True)
class Made:
    """A study that came to its end."""

    path: Path
    """Study folder."""
    record: StudyRecord
    """What it found."""
    pages: tuple[Path, ...]
    """Tables and pages that were written."""
    lost: tuple[str, ...]
    """Shards and conversations that came to nothing, a line each."""


@attrs.frozen(kw_only=True)
class Cast:
    """A study made ready: every variant is known to be possible before anything is played."""

    study: Study
    """What is asked."""
    variants: tuple[Variant, ...]
    """The baseline first."""
    experiment: Experiment
    """That of the baseline."""
    crew: Crew
    """Who plays the baseline, and writes the pages."""
    shards: tuple[Shard, ...]
    """Seed by seed, so that an interrupted study has whole seeds."""

    def told(self, kind: str) -> dict[str, Any]:
        """What study.json says of it, but for how it stands."""
        return {
            "name": self.study.name,
            "kind": kind,
            "hash": self.study.hash,
            "study": plain(self.study),
            "variants": plain(self.variants),
        }


def default_out(study: Study) -> Path:
    """Folder of a study that names none; the same study finds it again."""
    return Path("studies") / f"{study.name}-{study.hash[:8]}"


def prepared(
    study: Study,
    home: Path,
    disable: Sequence[str] = (),
    *,
    offline: bool = False,
    data: Mapping[str, str] | None = None,
    check: bool = True,
) -> Cast:
    """Make variants and shards, and look whether each of them could be played.

    Args:
        study: What is asked.
        home: Study folder.
        disable: Plug-ins that are never imported.
        offline: Whether models are answered for by the journal alone.
        data: Where corpora lie now, by the path that the study names.
        check: Whether a variant that asks a model which is not configured is refused.

    Raises:
        UsageError: A variant is no experiment, or asks a model that is not configured.
        PluginError: A chosen plug-in is broken.
    """
    rules = study.experiment.get("plugins", {})
    barred = rules.get("disable", ()) if isinstance(rules, dict) else ()
    made = variants(study, Catalogue.read(disabled=(*disable, *barred)))
    for one in made:
        experiment, catalogue = resolve(_raw(study, one, study.seeds[0]), (), disable)
        crew = hire(experiment, catalogue, f"variant {one.name}")
        if check:
            crew.check(crew.players)
    shards = tuple(
        Shard(
            variant=one.name,
            seed=seed,
            path=placed(home, one.name, seed),
            experiment=_raw(study, one, seed),
            shared=Shared(
                journal=home / book.JOURNAL,
                nonce=study.hash,
                lane=f"seed={seed}|",
                offline=offline,
                data=data or {},
            ),
            disable=tuple(disable),
        )
        for seed in study.seeds
        for one in made
    )
    experiment, catalogue = resolve(study.experiment, (), disable)
    crew = hire(experiment, catalogue)
    return Cast(study=study, variants=made, experiment=experiment, crew=crew, shards=shards)


def _raw(study: Study, variant: Variant, seed: int) -> dict[str, Any]:
    """The experiment of a shard; the study writes the pages."""
    raw = overlaid(study.experiment, variant.sets)
    arms = arms_of(study, variant)
    run = {**raw.get("run", {}), "seed": seed, "arms": [arm for arm in ARMS if arm in arms]}
    return {**raw, "run": run, "reports": []}


def arms_of(study: Study, variant: Variant) -> tuple[str, ...]:
    """Arms of a variant: without a round of evolution the last bank is bank 0, and is told once."""
    arms = study.arms if variant.sets else study.baseline_arms
    rounds = overlaid(study.experiment, variant.sets).get("evolve", {}).get("rounds")
    return tuple(arm for arm in arms if rounds != 0 or arm != "static" or "evolved" not in arms)


def run_study(
    study: Study,
    kind: str = "ablate",
    *,
    out: Path | None = None,
    disable: Sequence[str] = (),
    executor: str = "",
    at_once: int | None = None,
    offline: bool = False,
    data: Mapping[str, str] | None = None,
    told: Tell = lambda line: None,
    watch: Sequence[Call] = (),
    mend: Callable[[Path], str] | None = None,
) -> Made:
    """Run a study, or take it up where it stopped.

    Args:
        study: What is asked.
        kind: ``ablate``, ``bench`` or ``reproduce``; for the record.
        out: Study folder.
        disable: Plug-ins that are never imported.
        executor: Spreads the shards; empty takes the study's, else the experiment's.
        at_once: Most shards at once; None takes the study's, else what the executor suggests.
        offline: Whether models are answered for by the journal alone.
        data: Where corpora lie now, by the path that the study names.
        told: Told a line of progress now and then.
        watch: Told of every event of the shards that are played in this process.
        mend: Given the journal first, under the lock; makes a damaged one whole, and says so.

    Raises:
        UsageError: The study or the folder is wrong; nothing was played.
        RunEndedError: The budget ended, or a provider closed; tables of what is there are written.
    """
    home = Path(out) if out is not None else default_out(study)
    cast = prepared(study, home, disable, offline=offline, data=data)
    folder = RunFolder.create(home)
    book.check_same(folder, study, kind)  # what is refused is not touched, no lock left
    with take(folder.lock, provenance.now()):
        book.check_same(folder, study, kind)
        sweep(home)
        if mend is not None:
            Signals(calls=watch).warned(mend(folder.journal))
        book.write(folder, cast.told(kind), "running", cast.shards, ())
        try:
            with watching(watch):
                played = complete(_all(cast, executor, at_once, told))
        except RunEndedError as end:
            some = [_found(one) for one in cast.shards if one.done]
            shown = _finish(folder, cast, kind, some, "stopped").path if some else home
            said = f"{end.message}; {len(some)} of {len(cast.shards)} shards are done: {shown}"
            raise type(end)(said, hint=end.hint, where=end.where) from None
        return _finish(folder, cast, kind, played, "done")


def _found(shard: Shard) -> Played:
    return Played(variant=shard.variant, seed=shard.seed, path=shard.path)


async def _all(cast: Cast, executor: str, at_once: int | None, told: Tell) -> list[Played]:
    """Play all shards; a few at a time, so that progress can be told."""
    spread = _executor(cast, executor)
    width = at_once or cast.study.at_once or int(getattr(spread, "width", 1))
    played: list[Played] = []
    try:
        while len(played) < len(cast.shards):
            some = cast.shards[len(played) : len(played) + (8 * width if width > 1 else 1)]
            played += await spread.map(play, some, width)
            last = played[-1]
            told(f"{len(played)} of {len(cast.shards)} shards: {last.variant}, seed {last.seed}")
    finally:
        getattr(spread, "close", lambda: None)()
    return played


def _executor(cast: Cast, name: str) -> Executor:
    wanted = name or cast.study.executor
    if not wanted:
        return cast.crew.executor
    first = cast.shards[0]
    raw = {**first.experiment, "executor": wanted}
    return hire(*resolve(raw, (), first.disable)).executor


def _finish(folder: RunFolder, cast: Cast, kind: str, played: Sequence[Played], state: str) -> Made:
    """Record, tables, pages, and how it ended."""
    lost = tuple(_lost(played))
    found = tuple(results(played))
    if not found:
        raise DataError(
            f"no shard has a result; the first: {lost[0] if lost else 'none was played'}",
            where=str(folder.path),
            hint="mend what the line says, then give the same command",
        )
    sound = [one for one in played if not one.ended]
    figures = Figures(evaluators={item.name: item for item in cast.crew.evaluators})
    made = record(
        cast.study.name,
        kind,
        found,
        figures,
        Question(
            pairs=tuple(_pairs(cast)),
            reference=arm_of(cast.variants[0].name, cast.study.arms[-1]),
            measures=cast.study.measures,
            over=cast.study.over,
            groups=people(sound[0].path),
        ),
        costs=costs(played, folder.path / book.JOURNAL),
        lost=lost,
    )
    facts = stated(cast.experiment, cast.crew, cast.study, made, [one.path for one in sound])
    made = attrs.evolve(made, methods=methods(facts), facts=attrs.asdict(facts))
    pages = complete(write_pages(made, folder.path, cast.crew))
    book.write(folder, cast.told(kind), state, cast.shards, played)
    return Made(path=folder.path, record=made, pages=pages, lost=lost)


def _lost(played: Sequence[Played]) -> Iterator[str]:
    for one in played:
        where = f"{one.variant}, seed {one.seed}"
        if one.ended:
            yield f"{where}: no result; {one.ended}"
        if one.faults:
            yield f"{where}: {len(one.faults)} conversations lost; the first: {one.faults[0]}"


def _pairs(cast: Cast) -> Iterator[tuple[str, str]]:
    """Arms of the baseline among themselves, then variants as the design says, arm by arm."""
    base = cast.variants[0].name
    mine = arms_of(cast.study, cast.variants[0])
    arms = [arm for arm in ARMS if arm in mine]
    for place in range(len(arms) - 1, 0, -1):
        for other in arms[:place]:
            yield arm_of(base, arms[place]), arm_of(base, other)
    for name, against in held(cast.study, cast.variants):
        for arm in cast.study.arms:
            if against != base or arm in mine:
                yield arm_of(name, arm), arm_of(against, arm)
