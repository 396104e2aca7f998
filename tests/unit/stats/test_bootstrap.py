"""Resampling, against scipy's bootstrap and against formulas."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as theirs

from esc_skills.stats import bootstrap_interval, bootstrap_sums, jackknife_interval, mean_interval


def mean(items):
    """Plain mean."""
    return sum(items) / len(items)


@pytest.fixture
def skewed():
    """Forty skewed numbers."""
    return np.random.default_rng(3).exponential(10, 40).tolist()


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_ends_agree_with_scipy(skewed, method):
    """Percentile and BCa ends lie where scipy's do, up to the noise of resampling."""
    ours = bootstrap_interval(
        {f"{i:02d}": [v] for i, v in enumerate(skewed)}, mean, repeats=4000, method=method
    )
    limits = theirs.bootstrap(
        (skewed,), np.mean, n_resamples=4000, method=method, rng=np.random.default_rng(0)
    ).confidence_interval
    width = limits.high - limits.low
    assert (ours.low, ours.high) == pytest.approx((limits.low, limits.high), abs=width * 0.04)


def test_bca_follows_the_skew(skewed):
    """On data with a long right tail BCa moves both ends to the right."""
    items = {f"{i:02d}": [v] for i, v in enumerate(skewed)}
    plain = bootstrap_interval(items, mean)
    moved = bootstrap_interval(items, mean, method="bca")
    assert moved.low > plain.low
    assert moved.high > plain.high


def test_whole_clusters_are_drawn():
    """Ten equal repeats in each cluster add no certainty."""
    single = {f"{i}": [float(i)] for i in range(12)}
    repeated = {name: items * 10 for name, items in single.items()}
    one, ten = bootstrap_interval(single, mean), bootstrap_interval(repeated, mean)
    assert (ten.low, ten.high) == pytest.approx((one.low, one.high))
    assert ten.n == 120


def test_sums_agree_with_the_general_way():
    """The fast way over sums finds the interval of a ratio that the general way finds."""
    rng = np.random.default_rng(4)
    items = {f"{i:02d}": rng.integers(0, 2, rng.integers(1, 9)).tolist() for i in range(50)}
    sums = {name: [sum(values), len(values)] for name, values in items.items()}
    slow = bootstrap_interval(items, mean, repeats=3000)
    fast = bootstrap_sums(sums, lambda row: row[0] / row[1], repeats=3000)
    assert fast.value == pytest.approx(slow.value)
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=0.01)


def test_same_seed_same_ends(skewed):
    """Chance comes from the seed alone; the order of names has no effect."""
    items = {f"{i:02d}": [v] for i, v in enumerate(skewed)}
    turned = dict(reversed(items.items()))
    assert bootstrap_interval(items, mean, seed=5) == bootstrap_interval(turned, mean, seed=5)
    assert bootstrap_interval(items, mean, seed=5) != bootstrap_interval(items, mean, seed=6)


def test_too_little_gives_no_ends():
    """No items: None. One cluster: a value without ends."""
    assert bootstrap_interval({}, mean).value is None
    assert bootstrap_sums({}, sum).value is None
    assert bootstrap_interval({"a": [1.0, 3.0]}, mean).low is None
    assert bootstrap_sums({"a": [1.0, 3.0]}, sum).low is None
    assert jackknife_interval(2.0, [1.0]).low is None


def test_a_constant_has_a_point_for_an_interval():
    """BCa does not stumble over equal resamples."""
    found = bootstrap_interval({"a": [2.0], "b": [2.0], "c": [2.0]}, mean, method="bca")
    assert (found.low, found.high) == (2.0, 2.0)


def test_jackknife_of_a_mean_is_its_standard_error(skewed):
    """For a mean the jackknife equals s / sqrt(n) exactly."""
    total, n = sum(skewed), len(skewed)
    found = jackknife_interval(total / n, [(total - v) / (n - 1) for v in skewed])
    half = theirs.norm.ppf(0.975) * np.std(skewed, ddof=1) / n**0.5
    assert found.high - found.value == pytest.approx(half)
    assert mean_interval(skewed).value == pytest.approx(found.value)
