"""What is there to plan with: stored outcomes by arm, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from esc_skills._engine import accounts
from esc_skills._engine.experiment import ARMS
from esc_skills._engine.pricing import Prices
from esc_skills._engine.provenance import FILE
from esc_skills._engine.rescoring import score_corpus
from esc_skills._engine.scoring import stored
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal
from esc_skills._studies.pooling import Figures, pool
from esc_skills._studies.recording import results
from esc_skills._studies.shards import Played
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Score

SHARDS = "shards"


def read(targets: Sequence[str | Path], measure: str) -> tuple[Score, ...]:
    """Scores of one measure with their items, of every arm of every target.

    Args:
        targets: Run folders, study folders, or ``CORPUS:PATH``. Of several targets, arms of
            folders are called ``FOLDER/ARM``.
        measure: ``EVALUATOR.NAME``.

    Raises:
        UsageError: The measure is no mean.
        DataError: Nobody has the measure, or its items.
    """
    found: list[Score] = []
    for target in targets:
        every = _scores(target, measure)
        some = [one for one in every if f"{one.evaluator}.{one.name}" == measure]
        if len(targets) > 1 and Path(target).is_dir():
            some = [attrs.evolve(one, arm=f"{Path(target).name}/{one.arm}") for one in some]
        if not any(one.items for one in some):
            raise DataError(f"no outcomes of {measure}", where=str(target), hint=_instead(every))
        found += some
    if any(len(item.sums) != 2 for one in found for item in one.items):
        raise UsageError(
            f"{measure} is no mean over conversations: nothing can be planned for it",
            hint="for example --measure sage.emotion",
        )
    return tuple(found)


def _instead(scores: Sequence[Score]) -> str:
    """What may be planned for instead: means whose outcomes are there."""
    means = {
        f"{one.evaluator}.{one.name}"
        for one in scores
        if one.items and all(len(item.sums) == 2 for item in one.items)
    }
    if means:
        return f"measures: {', '.join(sorted(means))}"
    return "an older run gets them from: esc-skills run --out DIR"


def _scores(target: str | Path, measure: str) -> Sequence[Score]:
    path = Path(target)
    if (path / SHARDS).is_dir():
        return pool(list(results(_shards(path))), Figures())
    if path.is_dir():
        return [one for one in stored(RunFolder.open(path)) if one.arm in ARMS]
    return score_corpus(str(target), None, [measure.partition(".")[0]])[0]


def _shards(home: Path) -> list[Played]:
    return [
        Played(variant=shard.parent.name, seed=int(shard.name), path=shard)
        for shard in _folders(home)
        if shard.parent != home and RunFolder(shard).has("scores.jsonl")
    ]


def _folders(path: Path) -> list[Path]:
    """Run folders of a target, itself or its shards."""
    if (path / SHARDS).is_dir():
        return sorted(one.parent for one in (path / SHARDS).glob(f"*/*/{FILE}"))
    return [path] if (path / FILE).is_file() else []


@attrs.frozen(kw_only=True)
class Spent:
    """What some runs asked and took."""

    talks: int
    """Conversations that they held, those for learning and verifying among them."""
    questions: int = 0
    """Requests sent."""
    tokens: tuple[int, int] = (0, 0)
    """Prompt and completion tokens."""
    usd: float | None = 0.0
    """Price; None when one is unknown."""
    seconds: float | None = None
    """Wall time; None when a run does not tell it."""


def spent(targets: Sequence[str | Path]) -> Spent | None:
    """What the targets asked and took; None where nobody can know, as of transcripts."""
    paths = [Path(target) for target in targets]
    folders = [folder for path in paths for folder in _folders(path)]
    if not folders or not all(path.is_dir() for path in paths):
        return None
    rows = [row for path in paths for row in _account(path)]
    times = [RunFolder(one).read_json(FILE).get("seconds") for one in folders]
    known = [float(one) for one in times if one is not None]
    unknown = any(row.unpriced for row in rows)
    return Spent(
        talks=sum(1 for folder in folders for _ in _talks(RunFolder(folder))),
        questions=sum(row.sent for row in rows),
        tokens=(sum(row.tokens_in for row in rows), sum(row.tokens_out for row in rows)),
        usd=None if unknown else round(sum(row.usd for row in rows), 6),
        seconds=round(sum(known), 3) if len(known) == len(folders) else None,
    )


def _account(path: Path) -> Sequence[accounts.Row]:
    """By role; a study has one journal for all its shards."""
    journal = Journal(path / "journal.sqlite")
    try:
        return accounts.of(journal, Prices()).rows
    finally:
        journal.close()


def _talks(folder: RunFolder) -> Iterator[object]:
    for file in folder.trace_files():
        yield from folder.read_rows(file.relative_to(folder.path))
