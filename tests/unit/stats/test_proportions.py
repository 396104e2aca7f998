"""Shares and their intervals, against scipy."""

from __future__ import annotations

from random import Random

import pytest
from scipy.stats import binomtest

from esc_skills.stats import Interval, rule_of_three, share_interval, wilson


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


def test_share_of_independent_trials_is_wilsons():
    """Without clusters nothing is taken off the number of trials."""
    found = share_interval([True] * 3 + [False] * 7)
    assert (found.low, found.high) == pytest.approx(wilson(3, 10), abs=1e-12)
    assert (found.value, found.n) == (0.3, 10)


def test_share_of_nothing_is_none():
    """No trial, no share."""
    assert share_interval([]) == Interval(value=None, low=None, high=None, n=0)


def test_all_misses_count_by_seeker():
    """Where no spread can be seen each seeker is one trial."""
    found = share_interval([False] * 12, ["a", "b", "c", "d"] * 3)
    assert (found.low, found.high) == pytest.approx(wilson(0, 4), abs=1e-12)


def test_one_seeker_is_one_trial():
    """However often one seeker was asked, nothing is known of others."""
    found = share_interval([True, False] * 50, ["a"] * 100)
    assert found.high - found.low > 0.8


def test_clustered_interval_keeps_its_level():
    """With seekers who differ (beta 2, 2), the interval holds the truth in 93 % or more."""
    rng = Random(5)
    held = 0
    for _ in range(400):
        hits, names = [], []
        for seeker in range(12):
            share = rng.betavariate(2, 2)
            hits += [rng.random() < share for _ in range(8)]
            names += [str(seeker)] * 8
        found = share_interval(hits, names)
        held += found.low <= 0.5 <= found.high
    assert held >= 0.93 * 400, held
