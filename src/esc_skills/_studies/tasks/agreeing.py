"""Bench of evaluators: the same conversations under all of them, and how far they rank alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_skills._engine.experiment import Experiment
from esc_skills._engine.loop import complete
from esc_skills._engine.records import read_record
from esc_skills._engine.stamping import stamper
from esc_skills._host.catalogue import Catalogue
from esc_skills._stages.judge import judge, readable
from esc_skills._store.folder import RunFolder
from esc_skills._studies.pooling import Figures
from esc_skills._studies.tasks.desk import Desk, cells
from esc_skills.errors import DataError, EscSkillsError, RunEndedError
from esc_skills.model import Cost, Evidence, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.stats import Interval

if TYPE_CHECKING:
    import numpy as np

AGREEMENT = "-agreement"
"""End of the name of a score that says how far an evaluator agrees with itself."""
RANKED = (
    "95 % intervals by bootstrap over seekers, all arms together; a dash where a measure has one "
    "value only, or where fewer than three conversations are shared. That two agree makes neither "
    "right."
)
METHODS = (
    "All installed evaluators scored the same conversations. For every two measures Kendall's "
    "tau-b was taken over the conversations that both measured, all arms together, with 95 % "
    "percentile intervals from 1,000 resamples of seekers (seed 13)."
)
FEW = 3
"""Shared items below which two measures are not ranked."""
Values = Mapping[tuple[str, str], tuple[str, float]]
"""By arm and item key: cluster and value of a measure."""


def rank_correlation(
    one: Values, two: Values, *, repeats: int = 1000, seed: int = 13, level: float = 0.95
) -> Interval:
    """Kendall's tau-b over the items that both measured, with a bootstrap over clusters.

    Every pair of items is held against each other once; a resample weighs pairs by how often
    their clusters were drawn, which is tau-b of the resampled items exactly.

    Args:
        one: A measure.
        two: Another one.
        repeats: Resamples.
        seed: Seed of the resamples.
        level: Confidence, between 0 and 1.

    Returns:
        -1 to 1, and the number of shared items; None where a measure has one value only. The ends
        are None with one cluster, or where more than ``1 - level`` of the resamples have no tau.
    """
    shared = sorted(set(one) & set(two))
    nothing = Interval(value=None, low=None, high=None, n=len(shared))
    if len(shared) < FEW:
        return nothing
    import numpy as np

    left, right = (np.sign(np.subtract.outer(row, row)) for row in _rows(shared, one, two))
    names = [one[key][0] for key in shared]
    place = {name: at for at, name in enumerate(sorted(set(names)))}
    member = np.zeros((len(shared), len(place)))
    member[np.arange(len(shared)), [place[name] for name in names]] = 1
    sums = [member.T @ table @ member for table in (left * right, np.abs(left), np.abs(right))]
    (value,) = _tau(np.ones((1, len(place))), sums)
    if np.isnan(value):
        return nothing
    draws = np.random.default_rng(seed).multinomial(
        len(place), [1 / len(place)] * len(place), size=repeats
    )
    seen = _tau(draws.astype(float), sums)
    seen = seen[~np.isnan(seen)]
    if len(place) < 2 or len(seen) < level * repeats:
        return Interval(value=float(value), low=None, high=None, n=len(shared))
    low, high = np.quantile(seen, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Interval(value=float(value), low=low, high=high, n=len(shared))


def _rows(shared: Sequence[tuple[str, str]], *measures: Values) -> list[list[float]]:
    return [[values[key][1] for key in shared] for values in measures]


def _tau(weights: np.ndarray[Any, Any], sums: Sequence[np.ndarray[Any, Any]]) -> Any:
    """Tau-b of each row of cluster weights; NaN where a measure has one value only."""
    import numpy as np

    both, one, two = (((weights @ table) * weights).sum(axis=1) for table in sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((one > 0) & (two > 0), both / np.sqrt(one * two), np.nan)


def bench_evaluators(
    run: Path,
    experiment: Experiment,
    catalogue: Catalogue,
    *,
    names: Sequence[str] = (),
    folder: Path | None = None,
) -> StudyRecord:
    """Let installed evaluators score the conversations of a run, and hold them together.

    Args:
        run: Run folder; its report conversations of all arms are scored, and nothing is written.
        experiment: Names models and limits, and settings of evaluators; the run's own will do.
        catalogue: What is installed.
        names: Only these evaluators; empty takes all.
        folder: Study folder: answers of models are kept there; None keeps nothing.

    Raises:
        DataError: The run holds no conversation.
        UnknownPluginError: A name that nobody installed.
    """
    desk = Desk(role="evaluator", experiment=experiment, catalogue=catalogue, folder=folder)
    evidence = _evidence(RunFolder.open(run))
    return complete(_bench(desk, evidence, names))


def _evidence(folder: RunFolder) -> dict[str, Evidence]:
    record = read_record(folder)
    banks = {"static": record.banks[:1], "evolved": record.banks[-1:]}
    made: dict[str, Evidence] = {}
    for arm in dict.fromkeys(trace.arm for trace in record.traces):
        traces = tuple(trace for trace in record.traces if trace.arm == arm)
        bank = next(iter(banks.get(arm, ())), None)
        if bank is None or bank not in [one.bank for one in made.values()]:
            made[arm] = Evidence(traces=traces, bank=bank)
    if not made:
        hint = "let the run come to its scores: esc-skills run"
        raise DataError("the run holds no conversation", where=str(folder.path), hint=hint)
    return made


async def _bench(desk: Desk, evidence: Mapping[str, Evidence], names: Sequence[str]) -> StudyRecord:
    scores: list[Score] = []
    known: dict[str, object] = {}
    stamp = stamper(desk.crew.models)
    for evaluator in desk.present(names):
        if not any(readable(evaluator, one) for one in evidence.values()):
            reads = ", ".join(sorted(evaluator.reads))
            desk.lost.append(f"{evaluator.name}: not run: reads {reads}, and a run holds none")
            continue
        known[evaluator.name], before = evaluator, len(scores)
        with desk.at_work(evaluator) as lender:
            for arm, one in evidence.items():
                try:
                    scores += await judge(one, (evaluator,), arm, lender.at("score"), stamp)
                except RunEndedError:
                    raise
                except EscSkillsError as fault:
                    desk.lost.append(f"{evaluator.name}: arm {arm}: {fault.message}")
        if all(score.value is None for score in scores[before:]):
            desk.lost.append(f"{evaluator.name}: measured nothing in these conversations")
    made = tuple(scores)
    tables = (_pairs(made, Figures(evaluators=known)), _itself(made), _account(desk.costs, made))
    return StudyRecord(
        name="evaluators",
        kind="bench",
        methods=METHODS,
        tables=tuple(
            StudyTable(name=one.name, caption=one.caption, head=one.head, rows=one.rows,
                       notes=(*one.notes, *desk.lost))
            for one in tables
            if one.rows
        ),
        scores=made,
        costs=tuple(desk.costs),
        lost=tuple(desk.lost),
        facts={**desk.facts, "conversations": sum(len(one.traces) for one in evidence.values())},
    )  # fmt: skip


def measures(scores: Sequence[Score], figures: Figures) -> dict[str, Values]:
    """Values of every measure whose items are conversations, by ``EVALUATOR.NAME``."""
    made: dict[str, dict[tuple[str, str], tuple[str, float]]] = {}
    for score in filter(figures.known, scores):
        figure = figures.of(score)
        for item in score.items:
            if len(item.sums) != 2 or item.sums[1]:
                held = made.setdefault(f"{score.evaluator}.{score.name}", {})
                held[score.arm, item.key] = (item.cluster, figure(item.sums))
    return dict(sorted(made.items()))


def _pairs(scores: Sequence[Score], figures: Figures) -> StudyTable:
    rows = []
    for (one, left), (two, right) in combinations(measures(scores, figures).items(), 2):
        found = rank_correlation(left, right).rounded()
        tau = StudyCell(value=found.value, low=found.low, high=found.high, digits=2)
        shown = StudyCell(text="—") if found.value is None else tau
        rows.append(
            (StudyCell(text=one), StudyCell(text=two), shown, StudyCell(value=found.n, digits=0))
        )
    return StudyTable(
        name="bench-evaluators",
        caption="How far measures rank the same conversations alike (Kendall's tau-b).",
        head=("measure", "and", "tau-b", "conversations"),
        rows=tuple(rows),
        notes=(RANKED,),
    )


def _itself(scores: Sequence[Score]) -> StudyTable:
    rows = [
        (
            StudyCell(text=f"{score.evaluator}.{score.name.removesuffix(AGREEMENT)}"),
            StudyCell(text=score.arm),
            StudyCell(value=score.value, low=score.low, high=score.high, n=score.n, of=score.of)
            if score.value is not None
            else StudyCell(text="—", n=score.n, of=score.of),
        )
        for score in scores
        if score.name.endswith(AGREEMENT)
    ]
    return StudyTable(
        name="bench-evaluators-reliability",
        caption="How far repeated readings of one evaluator agree (Krippendorff's alpha).",
        head=("measure", "arm", "alpha"),
        rows=tuple(rows),
    )


def _account(costs: Sequence[Cost], scores: Sequence[Score]) -> StudyTable:
    rows = []
    for cost in costs:
        own = [score for score in scores if score.evaluator == cost.arm]
        figures = StudyCell(value=len({score.name for score in own}), digits=0)
        itemised = StudyCell(value=len({score.name for score in own if score.items}), digits=0)
        rows.append((StudyCell(text=cost.arm), figures, itemised, *cells(cost)))
    return StudyTable(
        name="bench-evaluators-cost",
        caption="What evaluators measured, and what they asked models for it.",
        head=("evaluator", "figures", "with items", "questions", "tokens"),
        rows=tuple(rows),
    )
