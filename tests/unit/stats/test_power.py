"""Sizes of comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as theirs

from esc_skills.stats import minimum_detectable, pairs_needed


def test_sizes_of_the_published_transcripts():
    """At a spread of 42: 100 seekers find 12 points; 5 points need 550, 3 points 1,500."""
    assert minimum_detectable(42, 100) == pytest.approx(12, abs=0.2)
    assert pairs_needed(42, 5) == pytest.approx(550, rel=0.02)
    assert pairs_needed(42, 3) == pytest.approx(1540, rel=0.02)


@pytest.mark.parametrize("n", [10, 50, 400])
@pytest.mark.parametrize("sides", [1, 2])
def test_power_is_what_it_says(n, sides):
    """The noncentral t distribution gives the power that was asked for."""
    effect = minimum_detectable(10, n, power=0.9, sides=sides)
    critical = theirs.t.ppf(1 - 0.05 / sides, n - 1)
    power = theirs.nct.sf(critical, n - 1, effect / 10 * np.sqrt(n))
    assert power == pytest.approx(0.9, abs=0.02)


def test_arms_without_pairs_need_more():
    """Two separate arms of spread s find less than pairs whose differences spread by s."""
    assert minimum_detectable(10, 50, paired=False) > minimum_detectable(10, 50)


def test_pairs_needed_is_the_least_number():
    """One pair fewer would not do."""
    n = pairs_needed(42, 10, power=0.9, sides=1)
    assert n == 153
    assert minimum_detectable(42, n, power=0.9, sides=1) <= 10
    assert minimum_detectable(42, n - 1, power=0.9, sides=1) > 10


def test_what_cannot_be_answered():
    """One pair has no spread; an effect of nothing needs infinitely many."""
    assert minimum_detectable(42, 1) is None
    assert pairs_needed(0, 5) == 2
    with pytest.raises(ValueError, match="above 0"):
        pairs_needed(42, 0)
    with pytest.raises(ValueError, match="more than"):
        pairs_needed(42, 1e-9)
