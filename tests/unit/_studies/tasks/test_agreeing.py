"""The bench of evaluators: rank correlation of their items, and what they cost."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest
from scipy.stats import kendalltau

from esc_skills._engine.running import resolve, stored_experiment
from esc_skills._studies.pooling import Figures
from esc_skills._studies.tasks.agreeing import (
    bench_evaluators,
    measures,
    rank_correlation,
)
from esc_skills.errors import DataError
from esc_skills.model import Item, Score, StudyRecord


def bench(run: Path) -> StudyRecord:
    experiment, catalogue = resolve(stored_experiment(run))
    return bench_evaluators(run, experiment, catalogue)


def values(numbers: list[float], per: int = 2) -> dict[tuple[str, str], tuple[str, float]]:
    return {("a", f"p{at // per}#{at}"): (f"p{at // per}", one) for at, one in enumerate(numbers)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tau_is_scipys(seed: int) -> None:
    """Kendall's tau-b, with ties."""
    rng = np.random.default_rng(seed)
    one = rng.integers(0, 6, 60)
    two = one + rng.integers(0, 6, 60)
    found = rank_correlation(values(one.tolist()), values(two.tolist()))
    assert found.value == pytest.approx(kendalltau(one, two).statistic)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.n == 60


def test_the_interval_is_that_of_resampled_seekers() -> None:
    """Weights give what drawing whole seekers and counting anew gives."""
    rng = np.random.default_rng(7)
    one, two = rng.integers(0, 5, 24), rng.integers(0, 5, 24)
    two[:12] = one[:12]
    found = rank_correlation(values(one.tolist(), 4), values(two.tolist(), 4), repeats=400)
    draws = np.random.default_rng(13).multinomial(6, [1 / 6] * 6, size=400)
    seen = []
    for draw in draws:
        rows = [at for at in range(24) for _ in range(draw[at // 4])]
        seen.append(kendalltau(one[rows], two[rows]).statistic)
    low, high = np.nanquantile(seen, [0.025, 0.975])
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)


def test_too_little_to_rank_is_no_number() -> None:
    """Two shared items, or a measure of one value, say nothing."""
    assert rank_correlation(values([1, 2]), values([2, 1])).value is None
    assert rank_correlation(values([1, 1, 1, 1]), values([1, 2, 3, 4])).value is None
    only = rank_correlation(values([1, 2, 3], per=9), values([1, 2, 3], per=9))
    assert (only.value, only.low) == (1, None)


def test_items_that_counted_nothing_have_no_value() -> None:
    """A share of no replies is not 0."""
    items = (
        Item(key="a#0", cluster="a", sums=(0.0, 0.0)),
        Item(key="b#0", cluster="b", sums=(1.0, 2.0)),
    )
    score = Score(
        evaluator="e", name="x", value=0.5, n=1, of=2, signature="s", arm="k", items=items
    )
    assert measures([score], Figures()) == {"e.x": {("k", "b#0"): ("b", 0.5)}}
    assert measures([attrs.evolve(score, items=())], Figures()) == {}


def test_evaluators_of_a_run_are_held_together(small_run: Path) -> None:
    """Every pair of measures once, over conversations of all arms that have a bank of their own."""
    before = {path: path.read_bytes() for path in sorted(small_run.rglob("*")) if path.is_file()}
    made = bench(small_run)
    pairs = [(row[0].text, row[1].text) for row in made.tables[0].rows]
    assert len(pairs) == len(set(pairs))
    assert all(one < two for one, two in pairs)
    assert {"sage.emotion"} < {name for pair in pairs for name in pair}
    assert any(row[2].value is not None for row in made.tables[0].rows)
    after = {path: path.read_bytes() for path in sorted(small_run.rglob("*")) if path.is_file()}
    assert before == after


def test_who_cannot_take_part_is_told(small_run: Path) -> None:
    """No model, no replies, nothing measured: each with its reason, below every table."""
    made = bench(small_run)
    told = {line.partition(":")[0]: line for line in made.lost}
    assert "needs [models] judge" in told["judge"]
    assert "reads responses" in told["strategy"]
    assert "measured nothing" in told["ratings"]
    assert all(set(made.lost) <= set(table.notes) for table in made.tables)
    costs = {cost.arm: cost for cost in made.costs}
    assert costs["sage"].questions == 0
    assert costs["sage"].seconds is not None


def test_equal_runs_give_equal_tables(small_run: Path) -> None:
    """Seconds are in the record, and in no table."""
    one, two = bench(small_run), bench(small_run)
    assert (one.tables, one.scores) == (two.tables, two.scores)


def test_a_run_without_conversations_is_refused(tmp_path: Path) -> None:
    """There is nothing to score."""
    from esc_skills._engine.running import run

    made = run({"evolve": {"rounds": 0}}, out=tmp_path / "r", until="distil")
    with pytest.raises(DataError, match="no conversation"):
        bench(made.path)
