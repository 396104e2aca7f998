"""Scores of seeds become one score of an arm."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest
from madeup import counts, pooled, result, talks

from esc_skills._studies.pooling import Figures, interval, pool, ratio, rows, seed_of, summed
from esc_skills.model import Part
from esc_skills.stats import mean_interval, share_interval


@attrs.frozen
class Odd:
    """An evaluator whose figure is no mean: the product of two sums over the third."""

    name: str = "sage"

    def figure(self, name: str, sums: Sequence[float]) -> float:
        return sums[0] * sums[1] / sums[2]


ODD = Figures(evaluators={"sage": Odd()})


def test_seeds_are_pooled_and_told_apart() -> None:
    """One score an arm, with the figure of every seed beside it."""
    (score,) = pooled(
        result("a", talks({"s1": [10], "s2": [30]}), 13),
        result("a", talks({"s1": [20], "s2": [60]}), 14),
    )
    assert (score.arm, score.value, score.n, score.of) == ("a", 30, 4, 4)
    assert score.breakdown == (
        Part(group="seed=13", value=20, n=2),
        Part(group="seed=14", value=40, n=2),
    )
    assert [seed_of(item) for item in score.items] == ["13", "13", "14", "14"]


def test_means_are_clustered_by_seeker_over_all_seeds() -> None:
    """The interval is Student's: one seeker met under two seeds is one seeker."""
    seeds = ({"s1": [10.0], "s2": [30.0]}, {"s1": [20.0], "s2": [60.0]})
    (score,) = pooled(*(result("a", talks(one), seed) for seed, one in enumerate(seeds)))
    right = mean_interval([10, 30, 20, 60], ["s1", "s2", "s1", "s2"]).rounded()
    assert (score.value, score.low, score.high) == (right.value, right.low, right.high)


def test_hits_have_an_interval_of_shares() -> None:
    """Zeros and ones are counted as a share: its ends stay in 0 to 1."""
    (score,) = pooled(result("a", talks({"s1": [1], "s2": [1], "s3": [0]})))
    right = share_interval([True, True, False], ["s1", "s2", "s3"]).rounded()
    assert (score.low, score.high) == (right.low, right.high)
    assert score.high <= 1


def test_arms_measures_and_signatures_stay_apart() -> None:
    """In the order in which they first occur."""
    items = talks({"s1": [1]})
    found = pooled(
        result("b", items),
        result("a", items),
        result("b", items, 14),
        result("b", items, name="turns"),
        result("b", items, signature="sage:v2"),
    )
    assert [(one.arm, one.name, one.signature[:7], one.n) for one in found] == [
        ("b", "emotion", "sage:v1", 2),
        ("a", "emotion", "sage:v1", 1),
        ("b", "turns", "sage:v1", 1),
        ("b", "emotion", "sage:v2", 1),
    ]


def test_a_score_without_items_keeps_its_value_and_its_interval_under_one_seed() -> None:
    """It is told as it was."""
    (score,) = pooled(result("a", (), value=0.25, low=0.1, high=0.5, n=7, of=8))
    assert (score.value, score.low, score.high, score.n) == (0.25, 0.1, 0.5, 7)


def test_scores_without_items_are_averaged_and_nobody_knows_how_sure_that_is() -> None:
    """Seeds without a value are left out; none at all gives none."""
    values = (0.25, 0.5, None)
    found = [
        result("a", (), seed, value=value, low=0.1, high=0.5, n=7, of=8)
        for seed, value in enumerate(values)
    ]
    (score,) = pool(found, Figures())
    assert (score.value, score.low, score.high, score.n, score.of) == (0.375, None, None, 21, 24)
    assert [part.group for part in score.breakdown] == ["seed=0", "seed=1"]
    (empty,) = pool([result("a", (), seed, value=None) for seed in (1, 2)], Figures())
    assert empty.value is None


def test_a_figure_that_is_no_mean_is_its_evaluators_work() -> None:
    """It is worked out of the sums over all seeds, not averaged."""
    found = [
        result("a", counts({"d1": (2, 3, 1)}), 13),
        result("a", counts({"d1": (4, 5, 1)}), 14),
    ]
    (score,) = pool(found, ODD)
    assert score.value == 6 * 8 / 2


def test_a_figure_that_nobody_here_can_make_is_not_made_up() -> None:
    """Without its evaluator a score keeps its value under one seed; several are averaged."""
    one = result("a", counts({"d1": (2, 3, 1)}), value=6.0)
    two = result("a", counts({"d1": (4, 5, 1)}), 14, value=20.0)
    assert not Figures().known(one.score)
    assert [score.value for score in pooled(one)] == [6]
    assert [(score.value, score.low) for score in pooled(one, two)] == [(13, None)]


def test_sums_that_cancel_are_seen() -> None:
    """The rule of three speaks of what never happened, not of gains and losses in balance."""
    items = counts({f"d{place}": (5 * (-1) ** place, 2) for place in range(4)})
    found = interval(items, ratio)
    assert found.value == 0
    assert found.high > 3 / 8


def test_rows_are_sums_by_cluster() -> None:
    """Items of one seeker are added up, whatever the seed."""
    items = talks({"s1": [1, 2], "s2": [4]})
    assert rows(items) == {"s1": [3, 2], "s2": [4, 1]}
    assert summed(items) == [7, 3]
    assert (ratio([7, 3]), ratio([7, 0])) == (pytest.approx(7 / 3), 0)
