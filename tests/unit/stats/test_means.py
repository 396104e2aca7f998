"""Means and their intervals, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as theirs

from esc_skills.stats import Interval, mean_interval


def test_interval_equals_students():
    """Without clusters the interval is Student's."""
    values = np.random.default_rng(1).normal(3, 5, 17).tolist()
    found = mean_interval(values, level=0.9)
    limits = theirs.ttest_1samp(values, 0).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))
    assert found.n == 17


def test_own_cluster_for_each_value_changes_nothing():
    """One value a cluster is the ordinary interval."""
    values = [1.0, 4.0, 2.0, 8.0]
    assert mean_interval(values, list("abcd")) == mean_interval(values)


def test_repeats_of_a_seeker_count_once():
    """Doubling every value inside its cluster leaves the interval where it was."""
    values = [1.0, 4.0, 2.0, 8.0]
    single, doubled = mean_interval(values), mean_interval(values * 2, list("abcd") * 2)
    assert (doubled.low, doubled.high) == pytest.approx((single.low, single.high))
    naive = mean_interval(values * 2)
    assert naive.high < doubled.high


def test_clustered_interval_keeps_its_level():
    """With strongly alike repeats the 95 % interval holds the truth 95 times in 100."""
    rng = np.random.default_rng(2)
    names = [f"s{i}" for i in range(20) for _ in range(5)]
    hits = 0
    for _ in range(300):
        values = (np.repeat(rng.normal(0, 3, 20), 5) + rng.normal(0, 1, 100)).tolist()
        found = mean_interval(values, names)
        hits += found.low < 0 < found.high
    assert 0.91 < hits / 300 < 0.985


@pytest.mark.parametrize(
    ("values", "clusters", "value"),
    [([], None, None), ([7.0], None, 7.0), ([1.0, 3.0], ["a", "a"], 2.0)],
)
def test_too_little_gives_no_ends(values, clusters, value):
    """Nothing to score is None, not 0; one cluster has no spread."""
    assert mean_interval(values, clusters) == Interval(
        value=value, low=None, high=None, n=len(values)
    )


def test_rounding_keeps_what_is_missing():
    """Stored figures have six digits, and None stays None."""
    assert Interval(value=1 / 3, low=None, high=2.0, n=1).rounded() == Interval(
        value=0.333333, low=None, high=2.0, n=1
    )


def test_cluster_names_must_fit():
    """One name a value."""
    with pytest.raises(ValueError, match="1 cluster names for 2 values"):
        mean_interval([1.0, 2.0], ["a"])
