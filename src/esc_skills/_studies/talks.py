"""Conversations that are there, by arm: of runs, of studies, of transcript files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import hire
from esc_skills._engine.experiment import Choice
from esc_skills._engine.loop import complete
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.preparation import read_corpora
from esc_skills._engine.records import read_record
from esc_skills._engine.signals import Signals
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Trace

Place = tuple[str, str, int]
"""Seed of a study's shard (else empty), profile id and repeat."""
SHARDS = "shards"


@attrs.frozen(kw_only=True)
class Talks:
    """Conversations by arm and place."""

    arms: tuple[str, ...]
    """In the order in which they were found."""
    held: Mapping[str, Mapping[Place, Trace]]
    """By arm; those that ended in a fault included."""

    @classmethod
    def of(cls, targets: Sequence[str | Path], arms: Sequence[str] = ()) -> Talks:
        """Gather the conversations of run folders, study folders and ``CORPUS:PATH``.

        Of several targets, arms are called ``TARGET/ARM``; a transcript file is one arm, called
        after its file.

        Raises:
            UsageError: An arm that nobody has.
            DataError: A target holds no conversation.
        """
        names = _names(targets)
        found: dict[str, dict[Place, Trace]] = {}
        for name, target in zip(names, targets, strict=True):
            for arm, seed, trace in _read(target):
                full = "/".join(filter(None, (name if len(names) > 1 or not arm else "", arm)))
                found.setdefault(full, {})[seed, trace.profile.id, trace.repeat] = trace
        if strange := [arm for arm in arms if arm not in found]:
            hint = f"arms that are there: {', '.join(found)}"
            raise UsageError(f"no conversation of an arm {strange[0]!r}", hint=hint)
        chosen = tuple(arm for arm in found if arm in arms or not arms)
        return cls(arms=chosen, held={arm: found[arm] for arm in chosen})

    def seats(self) -> dict[Place, dict[str, Trace]]:
        """By place, the conversation of every arm that has one."""
        seats: dict[Place, dict[str, Trace]] = {}
        for arm in self.arms:
            for place, trace in self.held[arm].items():
                seats.setdefault(place, {})[arm] = trace
        return seats


def _names(targets: Sequence[str | Path]) -> list[str]:
    """Short names that tell the targets apart."""
    paths = [Path(str(target).partition(":")[2] or target).resolve() for target in targets]
    bare = [path if path.is_dir() else path.with_suffix("") for path in paths]
    if len(set(bare)) < len(bare):
        raise UsageError("a target is named twice", hint="name each run or file once")
    for depth in range(1, max((len(path.parts) for path in bare), default=0) + 1):
        names = ["/".join(path.parts[-depth:]) for path in bare]
        if len(set(names)) == len(names):
            return names
    raise UsageError("nothing to read", hint="name a run folder, or CORPUS:PATH")


def _read(target: str | Path) -> Iterator[tuple[str, str, Trace]]:
    """Arm, seed and conversation of everything behind a target."""
    path = Path(target)
    if (path / SHARDS).is_dir():
        for variant in sorted(item for item in (path / SHARDS).iterdir() if item.is_dir()):
            for shard in sorted(
                item for item in variant.iterdir() if (item / "run.json").is_file()
            ):
                traces = read_record(RunFolder.open(shard)).traces
                for trace in traces:
                    arm = variant.name if trace.arm == "evolved" else f"{variant.name}/{trace.arm}"
                    yield arm, shard.name, trace
    elif path.is_dir():
        yield from ((trace.arm, "", trace) for trace in read_record(RunFolder.open(path)).traces)
    else:
        yield from (("", "", trace) for trace in _transcripts(str(target)))


def _transcripts(target: str) -> Iterable[Trace]:
    """Simulated conversations of a corpus."""
    catalogue, none = Catalogue.read(), tuple[Choice, ...]()
    made = make_experiment({"corpus": [target]}, preset(catalogue, "default"), "talks")
    experiment = attrs.evolve(made, reports=none, watchers=none, evaluators=none)
    crew = hire(experiment, catalogue, "talks")
    gateway = open_gateway(experiment, crew, Signals())
    lender = Lender(seed=experiment.run.seed, gateway=gateway, note=lambda *_: None)
    readings = complete(read_corpora(crew, lender))
    traces = [trace for reading in readings for trace in reading.traces]
    if not traces:
        raise DataError(
            "holds no simulated conversation",
            where=target,
            hint="give a run folder, or transcripts such as sage-transcripts:FILE",
        )
    return traces
