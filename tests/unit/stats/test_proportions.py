"""Shares and their intervals, against scipy."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from esc_skills.stats import rule_of_three, wilson


@pytest.mark.parametrize(("successes", "n"), [(0, 5), (3, 10), (10, 10), (1, 997), (450, 1000)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_equals_scipy(successes, n, level):
    """Wilson's interval is the one scipy computes."""
    theirs = binomtest(successes, n).proportion_ci(level, method="wilson")
    assert wilson(successes, n, level) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_without_trials_knows_nothing():
    """No trials leave the whole range open."""
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_refuses_more_successes_than_trials():
    """A share above one is a fault of the caller."""
    with pytest.raises(ValueError, match="between 0 and n = 3"):
        wilson(4, 3)


def test_rule_of_three_is_near_the_exact_limit():
    """Three over n is the exact 95 % limit, (1 - limit) ** n = 0.05, within a percent."""
    assert rule_of_three(300) == pytest.approx(1 - 0.05 ** (1 / 300), rel=0.01)
    assert rule_of_three(0) == 1.0
    assert rule_of_three(2) == 1.0
