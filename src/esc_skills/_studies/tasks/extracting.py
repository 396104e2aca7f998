"""Bench of extractors: dialogues with gold labels that nobody shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from esc_skills._engine.contexts import Lender
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.loop import complete
from esc_skills._engine.preparation import read_corpora
from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.tasks.desk import Desk, cells
from esc_skills._studies.tasks.golds import (
    FIGURES,
    WINDOW,
    Counts,
    Told,
    compared,
    failed,
    hidden,
    scores,
)
from esc_skills.errors import DataError, EscSkillsError, RunEndedError
from esc_skills.model import Dialogue, Reading, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.spec import Extractor

SPLIT = (
    "Dialogues of the test split, where a corpus states one; strategies, ratings, survey hidden."
)
METHODS = (
    "Extractors were given dialogues without their gold labels. The strategy of each unit was held "
    "against the supporter turn's own label (accuracy, macro-F1), its polarity against the sign of "
    "the next change of the seeker's rating (accuracy, Krippendorff's alpha); 95 % percentile "
    "intervals from 1,000 resamples of dialogues (seed 13)."
)
RATED = (
    "Polarity against the sign of the seeker's next change of rating, where a turn lies between "
    f"two ratings at most {WINDOW} supporter turns apart; alpha is Krippendorff's."
)


def bench_extractors(
    experiment: Experiment,
    catalogue: Catalogue,
    *,
    names: Sequence[str] = (),
    folder: Path | None = None,
    limit: int | None = None,
) -> StudyRecord:
    """Hold installed extractors against gold labels that they are not shown.

    Args:
        experiment: Names the corpora, models and limits; its own extractor's settings count.
        catalogue: What is installed.
        names: Only these extractors; empty takes all.
        folder: Study folder: answers of models are kept there; None keeps nothing.
        limit: Most dialogues, the first of the corpora; None takes all.

    Raises:
        DataError: No dialogue has gold strategies.
        UnknownPluginError: A name that nobody installed.
    """
    desk = Desk(role="extractor", experiment=experiment, catalogue=catalogue, folder=folder)
    return complete(_bench(desk, names, limit))


async def _bench(desk: Desk, names: Sequence[str], limit: int | None) -> StudyRecord:
    with desk.at_work(desk.crew.extractor) as lender:
        readings = await read_corpora(desk.crew, lender, scrub=desk.experiment.run.scrub)
    desk.costs.clear()
    labelled = _labelled(readings)[:limit]
    if not labelled:
        raise DataError("no dialogue has gold strategies", hint="name a corpus such as esconv:FILE")
    made: dict[str, Told] = {}
    for extractor in desk.present(names):
        with desk.at_work(extractor) as lender:
            made[extractor.name] = await _told(desk, extractor, lender, labelled)
    return _record(desk, made, len(labelled))


async def _told(
    desk: Desk, extractor: Extractor, lender: Lender, dialogues: Sequence[Dialogue]
) -> Told:
    """Counts by dialogue; one that came to nothing is told, and the others go on."""

    async def one(dialogue: Dialogue) -> tuple[Counts, str]:
        lend = lender.at("bench", extractor.name, dialogue.id)
        try:
            units = await extractor.extract(hidden(dialogue), lend("extractor"))
        except RunEndedError:
            raise
        except EscSkillsError as fault:
            return failed(dialogue), fault.message
        return compared(dialogue, units), ""

    found = await desk.crew.executor.map(one, dialogues, desk.experiment.run.concurrency)
    keys = [f"{dialogue.corpus}/{dialogue.id}" for dialogue in dialogues]
    faults = [(key, fault) for key, (_, fault) in zip(keys, found, strict=True) if fault]
    desk.lost += [f"{extractor.name}: {key}: {fault}" for key, fault in faults]
    return {key: counts for key, (counts, _) in zip(keys, found, strict=True)}


def _labelled(readings: Sequence[Reading]) -> list[Dialogue]:
    """Dialogues with gold strategies; of a corpus that states a test split, that split alone."""
    made = []
    for reading in readings:
        parted = any(dialogue.split == "test" for dialogue in reading.dialogues)
        made += [
            dialogue
            for dialogue in reading.dialogues
            if any(turn.strategies for turn in dialogue.turns)
            if dialogue.split == "test" or not parted
        ]
    return made


def _record(desk: Desk, made: Mapping[str, Told], dialogues: int) -> StudyRecord:
    every = tuple(score for name, told in made.items() for score in scores(name, told))
    costs = {cost.arm: cost for cost in desk.costs}
    rows = []
    for name, told in made.items():
        units, covered, turns, lost = (
            sum(column) for column in zip(*(counts[2] for counts in told.values()), strict=True)
        )
        figures = [_cell(score) for score in every if score.arm == name]
        rows.append(
            (
                StudyCell(text=name),
                *figures,
                StudyCell(value=round(units / dialogues, 6), digits=1),
                StudyCell(value=round(covered / turns, 6), n=round(covered), of=round(turns)),
                StudyCell(value=lost, digits=0),
                *cells(costs[name]),
            )
        )
    rows += _baselines(every)
    table = StudyTable(
        name="bench-extractors",
        caption="Extractors against gold labels that they were not shown.",
        head=("extractor", "strategy accuracy", "macro-F1", "polarity accuracy", "alpha",
              "units per dialogue", "turns covered", "dialogues failed", "questions", "tokens"),
        rows=tuple(rows),
        notes=(
            SPLIT,
            "95 % intervals by bootstrap over dialogues; accuracy and F1 over turns with a unit.",
            RATED,
            *desk.lost,
        ),
    )  # fmt: skip
    return StudyRecord(
        name="extractors",
        kind="bench",
        methods=f"{METHODS} {SPLIT}",
        tables=(table,),
        scores=every,
        costs=tuple(desk.costs),
        lost=tuple(desk.lost),
        facts={**desk.facts, "dialogues": dialogues},
    )


def _cell(score: Score) -> StudyCell:
    if score.value is None:
        return StudyCell(text="—", n=score.n, of=score.of)
    return StudyCell(
        value=score.value, low=score.low, high=score.high, n=score.n, of=score.of, digits=3
    )


def _baselines(every: Sequence[Score]) -> Iterator[tuple[StudyCell, ...]]:
    """Rows of the best constant answer and of a uniform draw, by the extractor with most turns."""
    turns = {score.arm: score.n for score in every if score.name == FIGURES[0][0]}
    fullest = max(sorted(turns), key=lambda arm: turns[arm], default="")
    for word in ("majority", "random"):
        parts = [
            StudyCell(value=part.value, digits=3)
            for score in every
            if score.arm == fullest
            for part in score.breakdown
            if part.group == f"baseline={word}"
        ]
        if parts:
            yield (StudyCell(text=f"({word})"), *parts, *[StudyCell()] * (9 - len(parts)))
