"""From the shards of a study to its record: pooled scores, contrasts, groups, costs, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from esc_skills._engine.experiment import ARMS
from esc_skills._engine.scoring import stored
from esc_skills._store.folder import RunFolder
from esc_skills._studies import tables
from esc_skills._studies.contrasting import Over, contrasts
from esc_skills._studies.pooling import Figures, Result, pool
from esc_skills._studies.shards import Played
from esc_skills.model import Contrast, Cost, Score, StudyRecord, StudyTable

Pairs = Sequence[tuple[str, str]]
"""Arm in question, and the arm it is held against."""


@attrs.frozen(kw_only=True)
class Question:
    """What a study asks of its scores."""

    pairs: tuple[tuple[str, str], ...]
    """Arms that are held against each other."""
    reference: str = ""
    """The arm that marks beside figures speak of; empty sets none."""
    measures: tuple[str, ...] = ()
    """``EVALUATOR.NAME`` each; empty for the first comparable score of every evaluator."""
    over: Over = "seekers"
    """Whom intervals speak of."""
    groups: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """Profile id → groups that the seeker belongs to, such as ``persona_type=negative``."""


def arm_of(variant: str, arm: str) -> str:
    """Name of a run's arm in a study: the last bank's is the variant's own."""
    return variant if arm == ARMS[-1] else f"{variant}/{arm}"


def results(played: Sequence[Played]) -> Iterator[Result]:
    """Scores of all shards; a run's own paired differences are left out, a study makes its own."""
    for one in played:
        if one.ended:
            continue
        for score in stored(RunFolder(one.path)):
            if score.arm in ARMS:
                arm = arm_of(one.variant, score.arm)
                yield Result(arm=arm, seed=one.seed, score=score)


def people(path: Path) -> dict[str, tuple[str, ...]]:
    """Groups of the report seekers of a run."""
    folder, found = RunFolder(path), dict[str, tuple[str, ...]]()
    for file in folder.trace_files():
        for row in folder.read_rows(file.relative_to(folder.path)):
            one = row["profile"]
            if one["purpose"] == "report" and not one["safety"]:
                kinds = (f"{key}={one[key]}" for key in ("persona_type", "intention"))
                found.setdefault(one["id"], tuple(kinds))
    return found


def usual(scores: Sequence[Score]) -> tuple[str, ...]:
    """The first score of every evaluator that can be compared and is good or bad."""
    first: dict[str, str] = {}
    for score in scores:
        if score.items and score.better != "neither":
            first.setdefault(score.evaluator, tables.measure(score))
    return tuple(first.values())


def record(
    name: str,
    kind: str,
    found: Sequence[Result],
    figures: Figures,
    asked: Question,
    *,
    costs: Sequence[Cost] = (),
    lost: Sequence[str] = (),
) -> StudyRecord:
    """Pool, contrast and set tables."""
    scores = pool(found, figures)
    measures = asked.measures or usual(scores)
    told = contrasts(scores, asked.pairs, measures, figures, over=asked.over)
    absent = [name for name in measures if name not in set(map(tables.measure, scores))]
    notes = (
        *tables.notes_of(told, measures, asked.over),
        *_doubts(told),
        *(f"No arm has a score {name}." for name in absent),
    )
    made: list[StudyTable | None] = [
        tables.values_table(
            scores,
            [one for one in told if one.against == asked.reference],
            measures,
            notes,
            caption=f"{name}: what every arm reached.{_marked(asked)}",
        ),
        tables.gaps_table(told, notes, caption=f"{name}: differences of arms, pair by pair.")
        if told
        else None,
        tables.floors_table(told, asked.over) if told else None,
        _grouped(scores, figures, asked, measures[:1]),
        tables.scores_table(scores, measures),
        tables.costs_table(costs),
    ]
    return StudyRecord(
        name=name,
        kind=kind,
        tables=tuple(table for table in made if table is not None),
        scores=scores,
        contrasts=told,
        costs=tuple(costs),
        lost=tuple(lost),
    )


def _marked(asked: Question) -> str:
    return f" Marks: against {asked.reference}." if asked.reference else ""


def _doubts(told: Sequence[Contrast]) -> tuple[str, ...]:
    """Why contrasts have no verdict, a line a reason."""
    why = dict.fromkeys(f"Not compared: {one.why}." for one in told if one.why)
    same = dict.fromkeys(
        f"Not one pair differs: {one.arm} and {one.against} in {tables.measure(one)}."
        for one in told
        if one.n and one.low == one.high == 0
    )
    return (*why, *same)


def _grouped(
    scores: Sequence[Score], figures: Figures, asked: Question, measures: Sequence[str]
) -> StudyTable | None:
    kinds = sorted({kind for kinds in asked.groups.values() for kind in kinds})
    cut = [
        attrs.evolve(one, arm=_at(one.arm, kind), items=items, n=len(items), of=len(items))
        for kind in kinds
        for one in scores
        if tables.measure(one) in measures
        if (items := tuple(i for i in one.items if kind in asked.groups.get(i.cluster, ())))
    ]
    pairs = [(_at(arm, kind), _at(other, kind)) for kind in kinds for arm, other in asked.pairs]
    told = contrasts(cut, pairs, measures, figures, over=asked.over)
    by_kind: dict[str, list[Contrast]] = {}
    for one in told:
        arm, kind = one.arm.split(_MARK)
        against = one.against.split(_MARK)[0]
        by_kind.setdefault(kind, []).append(attrs.evolve(one, arm=arm, against=against))
    return tables.by_group(by_kind, measures[0]) if by_kind else None


_MARK = "\x1f"


def _at(arm: str, kind: str) -> str:
    return f"{arm}{_MARK}{kind}"
