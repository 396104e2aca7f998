"""Marked against unmarked items."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as theirs

from esc_skills.stats import contrast_interval


def test_independent_values_come_near_welch():
    """Without clusters the ends are near Welch's interval."""
    rng = np.random.default_rng(7)
    a, b = rng.normal(2, 3, 60), rng.normal(0, 5, 80)
    found = contrast_interval([*a, *b], [True] * 60 + [False] * 80)
    limits = theirs.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert found.value == pytest.approx(a.mean() - b.mean())
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), rel=0.05)
    assert found.n == 60


def test_a_seekers_own_level_cancels():
    """Seekers who are in both groups are compared with themselves: their level adds no noise."""
    levels = np.random.default_rng(8).normal(0, 50, 30).tolist()
    values = [v for level in levels for v in (level + 1.0, level)]
    names = [f"s{i}" for i in range(30) for _ in range(2)]
    clustered = contrast_interval(values, [True, False] * 30, names)
    assert clustered.value == pytest.approx(1.0)
    assert clustered.high - clustered.low < 1e-6


def test_an_empty_group_has_no_difference():
    """One group alone cannot be compared; too few clusters give no ends."""
    assert contrast_interval([1.0, 2.0], [True, True]).value is None
    assert contrast_interval([], []).value is None
    assert contrast_interval([1.0, 2.0], [True, False]).low is None
