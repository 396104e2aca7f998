"""Rates of loss, against scipy's exact test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from esc_skills.stats import losses_differ

ARMS = st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(ARMS, ARMS)
def test_p_is_scipys(one, two):
    """Any two arms: the two-sided p-value of Fisher's exact test."""
    table = [[one[0], one[1] - one[0]], [two[0], two[1] - two[0]]]
    found = losses_differ(*one, *two)
    assert found == pytest.approx(float(fisher_exact(table).pvalue), rel=1e-9)
    assert 0 < found <= 1


@given(ARMS, ARMS)
def test_which_arm_comes_first_does_not_matter(one, two):
    """The question is the same from both sides, and when kept ones are counted as lost."""
    found = losses_differ(*one, *two)
    assert losses_differ(*two, *one) == found
    assert losses_differ(one[1] - one[0], one[1], two[1] - two[0], two[1]) == found


@pytest.mark.parametrize(
    ("arms", "p"),
    [
        ((0, 0, 3, 9), 1.0),
        ((0, 100, 0, 100), 1.0),
        ((3, 6, 3, 6), 1.0),
        # The tasting of tea: all four cups right out of the 70 ways to choose four of eight.
        ((4, 4, 0, 4), 2 / 70),
    ],
    ids=["no-arm", "none-lost", "same-rate", "tea"],
)
def test_values_by_hand(arms, p):
    """Small tables come out as worked out on paper."""
    assert losses_differ(*arms) == p


def test_large_arms_are_quick_and_exact():
    """Thousands of conversations: still scipy's value."""
    found = losses_differ(212, 5000, 160, 5000)
    assert found == pytest.approx(fisher_exact([[212, 4788], [160, 4840]]).pvalue, rel=1e-6)


@pytest.mark.parametrize("arms", [(4, 3, 0, 3), (0, 3, -1, 3)], ids=["more-than-all", "negative"])
def test_impossible_losses_are_refused(arms):
    """More lost than were held, or fewer than none."""
    with pytest.raises(ValueError, match="lost"):
        losses_differ(*arms)
