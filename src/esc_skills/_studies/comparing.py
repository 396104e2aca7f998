"""Compare what is there: runs, variants of studies, and transcripts, paired where seekers match."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import attrs

from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.crew import hire
from esc_skills._engine.experiment import ARMS, Running
from esc_skills._engine.rescoring import is_corpus, score_corpus
from esc_skills._engine.scoring import stored
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._store.folder import RunFolder
from esc_skills._studies import book
from esc_skills._studies.contrasting import Over, unlike
from esc_skills._studies.pooling import Figures, Result
from esc_skills._studies.recording import Question, arm_of, people, record, results
from esc_skills._studies.shards import Played
from esc_skills._studies.tables import measure
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Score, StudyRecord


@attrs.frozen(kw_only=True)
class Side:
    """One thing that is compared."""

    name: str
    """What tables call it."""
    results: tuple[Result, ...]
    """Its scores; a run's have its seed where a study is compared, else none, so that equal seekers
    pair whatever theirs."""
    folder: Path | None = None
    """A run folder that knows the seekers."""


def compare(
    targets: Sequence[str],
    *,
    measures: Sequence[str] = (),
    evaluators: Sequence[str] = (),
    over: Over = "seekers",
) -> StudyRecord:
    """Compare targets, every two of them.

    Args:
        targets: ``RUN`` (its last bank), ``RUN@ARM``, ``STUDY@VARIANT``, or ``CORPUS:PATH``.
        measures: ``EVALUATOR.NAME`` each; empty for the first comparable score of each evaluator.
        evaluators: Who reads transcripts; empty takes the defaults.
        over: Whom intervals speak of.

    Raises:
        UsageError: Fewer than two targets, or the first measure has unlike signatures.
        DataError: A target has no scores.
    """
    if len(targets) < 2:
        raise UsageError(
            f"{len(targets)} to compare: two are needed",
            hint="esc-skills study compare runs/one runs/two",
        )
    seeded = any(_is_study(target) for target in targets)
    sides = _named_apart([_side(target, evaluators, seeded=seeded) for target in targets])
    found = [one for side in sides for one in side.results]
    _check_alike(sides, measures)
    known = [people(side.folder) for side in sides if side.folder]
    groups = {key: kinds for some in known for key, kinds in some.items()}
    return record(
        " and ".join(side.name for side in sides),
        "compare",
        found,
        _figures(found),
        Question(
            pairs=tuple((two.name, one.name) for one, two in combinations(sides, 2)),
            measures=tuple(measures),
            over=over,
            groups=groups,
        ),
    )


def _parted(target: str) -> tuple[Path, str]:
    """Folder and what is wanted of it."""
    whole = "@" not in target or Path(target).exists()
    place, _, wanted = (target, "", "") if whole else target.rpartition("@")
    return Path(place), wanted


def _is_study(target: str) -> bool:
    return (_parted(target)[0] / book.FILE).is_file()


def _side(target: str, evaluators: Sequence[str], *, seeded: bool) -> Side:
    folder, wanted = _parted(target)
    if _is_study(target):
        return _of_study(folder, wanted or "baseline")
    if folder.is_dir():
        made = _of_run(folder, wanted or ARMS[-1])
        seed = RunFolder(folder).experiment.get("run", {}).get("seed", Running().seed)
        moved = tuple(attrs.evolve(one, seed=seed if seeded else 0) for one in made.results)
        return attrs.evolve(made, results=moved)
    is_corpus(target)  # refuses what is neither
    scores, _ = score_corpus(target, None, evaluators)
    return _sided(Path(target.partition(":")[2]).stem or target, scores)


def _of_run(folder: Path, arm: str) -> Side:
    scores = stored(RunFolder.open(folder))
    mine = [score for score in scores if score.arm == arm]
    if not mine or not any(score.items for score in mine):
        held = ", ".join(dict.fromkeys(one.arm for one in scores if one.arm in ARMS)) or "no scores"
        raise DataError(
            f"arm {arm!r} has no scores that can be compared; the run has {held}",
            where=str(folder),
            hint=f"esc-skills score {folder}, or choose an arm with {folder}@static",
        )
    name = folder.resolve().name
    return attrs.evolve(_sided(name if arm == ARMS[-1] else f"{name}@{arm}", mine), folder=folder)


def _of_study(folder: Path, wanted: str) -> Side:
    variant, _, arm = wanted.partition("/")
    if arm and arm not in ARMS:
        raise UsageError(f"no arm {arm!r}", where=str(folder), hint=f"one of {', '.join(ARMS)}")
    told = RunFolder(folder).read_json(book.FILE)
    names = list(dict.fromkeys(row["variant"] for row in told["shards"]))
    if variant not in names:
        raise UsageError(
            f"this study has no variant {variant!r}",
            where=str(folder),
            hint=f"one of {', '.join(names)}",
        )
    played = [
        Played(variant=variant, seed=row["seed"], path=folder / row["path"])
        for row in told["shards"]
        if row["variant"] == variant and (folder / row["path"] / "scores.jsonl").is_file()
    ]
    name = arm_of(variant, arm or ARMS[-1])
    mine = [one for one in results(played) if one.arm == name]
    if not mine:
        raise DataError(
            f"variant {wanted!r} has no scores yet",
            where=str(folder),
            hint="give the study's command again to finish it",
        )
    full = f"{folder.resolve().name}@{name}"
    sided = tuple(attrs.evolve(one, arm=full) for one in mine)
    return Side(name=full, results=sided, folder=played[0].path)


def _sided(name: str, scores: Sequence[Score]) -> Side:
    return Side(name=name, results=tuple(Result(arm=name, seed=0, score=one) for one in scores))


def _named_apart(sides: Sequence[Side]) -> list[Side]:
    """Two targets of one name are told apart by number."""
    made: list[Side] = []
    for side in sides:
        taken = {one.name for one in made}
        name, count = side.name, 2
        while name in taken:
            name, count = f"{side.name} #{count}", count + 1
        moved = tuple(attrs.evolve(one, arm=name) for one in side.results)
        made.append(attrs.evolve(side, name=name, results=moved))
    return made


def _check_alike(sides: Sequence[Side], measures: Sequence[str]) -> None:
    """Refuse to compare what was not measured alike."""
    for one, two in combinations(sides, 2):
        mine, theirs = _signed(one), _signed(two)
        shared = [name for name in measures or mine if name in mine and name in theirs]
        if not shared:
            raise UsageError(
                f"{one.name} and {two.name} have no measure in common",
                hint=f"{one.name} has {', '.join(mine)}; {two.name} has {', '.join(theirs)}",
            )
        first = shared[0]
        if not mine[first] & theirs[first]:
            told = unlike(min(mine[first]), min(theirs[first]))
            raise UsageError(
                f"{one.name} and {two.name} are not comparable in {first}: {told}",
                hint="make both with the same seekers, simulator and rules, or name another "
                "measure with --measure",
            )


def _signed(side: Side) -> dict[str, set[str]]:
    """Signatures of every measure that can be compared."""
    found: dict[str, set[str]] = {}
    for one in side.results:
        if one.score.items:
            found.setdefault(measure(one.score), set()).add(one.score.signature)
    return found


def _figures(found: Sequence[Result]) -> Figures:
    """The installed evaluators whose figures are no means, with their usual settings."""
    catalogue = Catalogue.read()
    odd = [one.score for one in found if any(len(item.sums) != 2 for item in one.score.items)]
    names = list(dict.fromkeys(score.evaluator for score in odd))
    known = [name for name in names if catalogue.has("evaluator", name)]
    raw = {"evaluators": known, "reports": []}
    crew = hire(make_experiment(raw, preset(catalogue, "default"), "compare"), catalogue)
    return Figures(evaluators={item.name: item for item in crew.evaluators})
