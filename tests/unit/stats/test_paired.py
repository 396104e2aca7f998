"""Paired comparisons, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as theirs

from esc_skills.stats import (
    paired_difference,
    paired_permutation,
    paired_student,
    pooled_means,
)

OLD = [40.0, 31.0, 55.0, 12.0, 77.0, 40.0, 20.0, 66.0]
NEW = [52.0, 30.0, 71.0, 15.0, 80.0, 58.0, 18.0, 90.0]
GAPS = [new - old for old, new in zip(OLD, NEW, strict=True)]


def test_difference_equals_the_paired_t_interval():
    """Mean and ends are those of Student's paired test."""
    found = paired_difference(OLD, NEW)
    limits = theirs.ttest_rel(NEW, OLD).confidence_interval()
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))


def test_arms_must_have_the_same_seekers():
    """Arms of unequal length cannot be paired."""
    with pytest.raises(ValueError, match="zip"):
        paired_difference(OLD, NEW[:-1])


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
def test_student_p_equals_scipy(alternative):
    """The p-value is scipy's."""
    theirs_p = theirs.ttest_1samp(GAPS, 0, alternative=alternative).pvalue
    assert paired_student(GAPS, alternative=alternative) == pytest.approx(theirs_p)


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
def test_permutation_p_equals_scipy(alternative):
    """Few pairs: all sign patterns are counted, as scipy counts them."""
    test = theirs.permutation_test(
        (np.array(GAPS),),
        lambda x, axis: x.mean(axis=axis),
        permutation_type="samples",
        alternative=alternative,
        n_resamples=np.inf,
    )
    assert paired_permutation(GAPS, alternative=alternative) == pytest.approx(test.pvalue)


def test_many_pairs_are_sampled_near_the_t_test():
    """With many pairs the sampled p is near Student's."""
    gaps = np.random.default_rng(6).normal(1.0, 5, 100).tolist()
    assert paired_permutation(gaps) == pytest.approx(paired_student(gaps), abs=0.02)


def test_a_cluster_flips_together():
    """Repeats of one seeker are one vote: nine equal gains of one seeker prove nothing."""
    assert paired_permutation([5.0] * 9, ["s"] * 9) == 1.0
    assert paired_permutation([5.0] * 9) == pytest.approx(2 / 2**9)
    assert paired_student([5.0] * 9, ["s"] * 9) == 1.0


def test_nothing_and_no_spread():
    """Nothing to compare gives p = 1; equal gains of several seekers leave no doubt."""
    assert paired_permutation([]) == 1.0
    assert paired_student([]) == 1.0
    assert paired_student([0.0, 0.0]) == 1.0
    assert paired_student([3.0, 3.0]) == 0.0


def test_groups_that_differ_by_chance_get_one_mean():
    """DerSimonian & Laird: no variance between groups beyond chance, no difference in means."""
    rng = np.random.default_rng(31)
    shares = []
    for _ in range(200):
        same = {f"g{place}": list(rng.normal(5, 40, 9)) for place in range(8)}
        drawn = pooled_means(same)
        assert list(drawn) == list(same)
        raw = [float(np.mean(values)) for values in same.values()]
        shares.append((max(drawn.values()) - min(drawn.values())) / (max(raw) - min(raw)))
    assert sum(share < 1e-9 for share in shares) > 80
    assert float(np.mean(shares)) < 0.3


def test_a_group_that_surely_differs_keeps_its_mean():
    """Where groups differ far beyond chance, nothing is drawn anywhere."""
    rng = np.random.default_rng(32)
    groups = {f"g{place}": list(rng.normal(10 * place, 1, 20)) for place in range(5)}
    for name, mean in pooled_means(groups).items():
        assert mean == pytest.approx(np.mean(groups[name]), abs=0.1)


@pytest.mark.parametrize(
    ("groups", "means"),
    [
        ({}, {}),
        ({"a": []}, {}),
        ({"a": [4.0, 6.0]}, {"a": 5.0}),
        ({"a": [1.0], "b": [3.0]}, {"a": 1.0, "b": 3.0}),
        ({"a": [2.0, 2.0], "b": [-7.0, -7.0]}, {"a": 2.0, "b": -7.0}),
    ],
    ids=["none", "empty", "alone", "one-each", "no-spread"],
)
def test_what_cannot_be_pooled_stays_as_it_is(groups, means):
    """Too little to tell chance from difference: plain means."""
    assert pooled_means(groups) == means


def test_repeats_of_a_seeker_count_as_their_mean():
    """As many repeats for each seeker: p and interval are scipy's over the seekers' means."""
    rng = np.random.default_rng(33)
    gaps = rng.normal(4, 15, (20, 1)) + rng.normal(0, 20, (20, 3))
    names = [f"s{seeker}" for seeker in range(20) for _ in range(3)]
    exact = theirs.ttest_1samp(gaps.mean(axis=1), 0)
    flat = gaps.ravel().tolist()
    assert paired_student(flat, names) == pytest.approx(exact.pvalue)
    found = paired_difference([0.0] * 60, flat, names)
    assert (found.low, found.high) == pytest.approx(tuple(exact.confidence_interval()))


def test_a_cluster_flips_together_as_scipy_flips_sums():
    """Sign patterns over seekers: scipy's count over each seeker's sum of differences."""
    names = ["a", "b", "c", "d", "e", "f", "a", "b"]
    sums = [GAPS[0] + GAPS[6], GAPS[1] + GAPS[7], *GAPS[2:6]]
    test = theirs.permutation_test(
        (np.array(sums),),
        lambda x, axis: x.sum(axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
    )
    assert paired_permutation(GAPS, names) == pytest.approx(test.pvalue)
