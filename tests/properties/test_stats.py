"""Laws of figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.stats import (
    GroupSequential,
    bonferroni,
    holm,
    mean_interval,
    paired_difference,
    paired_permutation,
    wilson,
)

NUMBERS = st.lists(st.integers(-100, 100).map(float), min_size=2, max_size=30)
LEVELS = st.floats(0.5, 0.999)
PVALUES = st.lists(st.floats(0, 1), max_size=12)


@given(st.data(), LEVELS, LEVELS)
def test_wilson_holds_its_share_and_widens(data, one, other):
    """The interval holds the estimate, stays in 0-1 and grows with the level."""
    n = data.draw(st.integers(1, 500))
    successes = data.draw(st.integers(0, n))
    narrow, wide = (wilson(successes, n, level) for level in sorted((one, other)))
    assert 0 <= wide[0] <= narrow[0] <= successes / n <= narrow[1] <= wide[1] <= 1


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_mirrors(successes, more):
    """Failures have the mirrored interval."""
    n = successes + more
    low, high = wilson(successes, n)
    assert wilson(more, n) == pytest.approx((1 - high, 1 - low))


@given(NUMBERS, LEVELS, LEVELS)
def test_mean_interval_holds_its_mean_and_widens(values, one, other):
    """The interval holds the mean and grows with the level."""
    narrow, wide = (mean_interval(values, level=level) for level in sorted((one, other)))
    assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high


@given(st.data(), NUMBERS)
def test_order_and_cluster_names_do_not_matter(data, values):
    """Any order of the values and any names of the clusters give the same bytes."""
    places = data.draw(st.lists(st.sampled_from("abc"), min_size=len(values), max_size=len(values)))
    turned = data.draw(st.permutations(list(zip(values, places, strict=True))))
    found = mean_interval(values, places)
    assert mean_interval([v for v, _ in turned], [p for _, p in turned]) == found
    assert mean_interval(values, ["seeker-" + place for place in places]) == found


@given(NUMBERS, st.integers(2, 4))
def test_copies_inside_clusters_add_no_certainty(values, copies):
    """The same values again from the same seekers leave the interval alone."""
    names = [str(place) for place in range(len(values))]
    once, often = mean_interval(values, names), mean_interval(values * copies, names * copies)
    assert (often.low, often.high) == pytest.approx((once.low, once.high), abs=1e-9)


@given(NUMBERS)
def test_an_arm_equals_itself(values):
    """A/A without noise: no difference, and no doubt about it."""
    found = paired_difference(values, values)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert paired_permutation([0.0] * len(values), repeats=100) == 1.0


@given(PVALUES)
def test_corrections_only_raise(pvalues):
    """Raw <= Holm <= Bonferroni <= 1, in the given order, and ranks are kept."""
    for raw, step, flat in zip(pvalues, holm(pvalues), bonferroni(pvalues), strict=True):
        assert raw <= step <= flat <= 1
    ranked = [step for _, step in sorted(zip(pvalues, holm(pvalues), strict=True))]
    assert ranked == sorted(ranked)


@given(st.lists(st.integers(-100, 100).map(float), max_size=60))
def test_a_decision_once_made_stands(values):
    """More pairs never change what an earlier look decided."""
    test = GroupSequential(budget=40, effect=10.0)
    found = test.read(values)
    if found.outcome in {"accept", "reject"}:
        assert test.read([*values, 100.0, -100.0]) == found
    assert found.outcome != "continue" or len(values) < 40
