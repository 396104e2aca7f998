"""The sequential test of pairs: its errors, its power, its cost."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from esc_skills.stats import GroupSequential, pairs_needed
from esc_skills.stats.sequential import student

TEST = GroupSequential(budget=200, effect=10.0)
SPREAD = 42.0
"""Spread of paired differences in the published transcripts, SAGE points."""


def rounds(mean, count, seed):
    """Outcomes and pairs of many tests of normal differences."""
    draws = np.random.default_rng(seed).normal(mean, SPREAD, (count, 200))
    found = [TEST.read(row) for row in draws.tolist()]
    return [look.outcome for look in found], float(np.mean([look.n for look in found]))


@pytest.mark.slow
def test_a_bank_against_itself_is_seldom_accepted():
    """A/A: the accept rate is not above alpha, and futility ends it by 60 % of the budget."""
    outcomes, pairs = rounds(0.0, 4000, seed=10)
    accepted = outcomes.count("accept")
    assert binomtest(accepted, 4000, TEST.alpha, alternative="greater").pvalue > 0.01
    assert pairs <= 0.6 * TEST.budget


@pytest.mark.slow
def test_a_true_gain_is_found_with_fewer_pairs():
    """Ten points at a spread of 42: nine in ten accepted, with 65 % of the pairs of a fixed test.

    The fixed-size test has the same errors: 0.05 one-sided, and 0.10.
    """
    outcomes, pairs = rounds(10.0, 4000, seed=11)
    assert outcomes.count("accept") >= 3600
    assert pairs <= 0.65 * pairs_needed(SPREAD, 10, 0.05, 0.9, sides=1)


def test_few_differences_at_the_first_look_are_not_trusted_too_much():
    """Student's quantiles: at ten pairs the bar is far above the normal one."""
    assert student(2.8, 9) == pytest.approx(3.69, abs=0.05)
    assert student(2.8, 10**6) == pytest.approx(2.8, abs=1e-3)


def test_answer_does_not_depend_on_batches():
    """Pairs that arrive one by one or all at once stop at the same look with the same words."""
    row = np.random.default_rng(12).normal(12, SPREAD, 200).tolist()
    whole = TEST.read(row)
    assert whole.outcome == "accept"
    assert TEST.read(row[: whole.n]) == whole
    assert TEST.read(row[: whole.n - 1]).outcome == "continue"


def test_interval_and_decision_agree():
    """Accepted exactly when the interval lies above 0; rejected only below the wanted gain."""
    for mean in (-20, 0, 5, 10, 20):
        look = TEST.read(np.random.default_rng(mean + 99).normal(mean, SPREAD, 200).tolist())
        assert (look.outcome == "accept") == (look.low > 0)
        assert look.outcome != "reject" or look.high < TEST.effect
        assert look.low <= look.mean <= look.high


def test_budget_end_is_inconclusive():
    """A gain that is neither shown nor ruled out is called inconclusive, not rejected."""
    short = GroupSequential(budget=20, effect=10.0)
    look = short.read(np.random.default_rng(14).normal(6, SPREAD, 20).tolist())
    assert (look.outcome, look.n) == ("inconclusive", 20)


def test_a_bank_that_changes_nothing_is_not_accepted():
    """Pairs without any difference are ended for futility before half of the budget."""
    look = TEST.read([0.0] * 200)
    assert look.outcome == "reject"
    assert look.n <= 100


def test_many_equal_small_gains_are_no_certainty():
    """Thirty gains of three points may hide a rare great loss: the spread is not believed."""
    assert TEST.read([3.0] * 30).outcome == "continue"
    assert TEST.read([3.0] * 200).outcome == "accept"


def test_small_spread_makes_small_gains_worth_finding():
    """Where the budget can show three points, a gain of three is not stopped for futility."""
    assert TEST.wanted(42.0) == TEST.effect
    assert TEST.wanted(12.0) == pytest.approx(3.16, abs=0.01)
    found = [
        TEST.read(np.random.default_rng(seed).normal(3, 12, 200).tolist()).outcome
        for seed in range(100)
    ]
    assert found.count("accept") >= 90


def test_repeats_of_one_seeker_do_not_pass_for_many():
    """Thirty pairs of two seekers carry the doubt of two."""
    gains = [12.0, 30.0] * 15
    assert TEST.read(gains).outcome == "accept"
    assert TEST.read(gains, ["a", "b"] * 15).outcome == "continue"


def test_looks_reach_the_budget():
    """The last look is the budget, whatever the first one and the step."""
    assert GroupSequential(budget=55, effect=1.0).looks == (30, 40, 50, 55)
    assert GroupSequential(budget=30, effect=1.0).looks == (30,)
    assert GroupSequential(budget=3, effect=1.0).looks == (3,)
    assert GroupSequential(budget=4, effect=1.0, step=1, first=2).looks == (2, 3, 4)


@pytest.mark.parametrize("settings", [{"budget": 1}, {"effect": 0.0}, {"step": 0}])
def test_impossible_settings_are_refused(settings):
    """A test without pairs, gain or step cannot be."""
    with pytest.raises(ValueError, match="must be"):
        GroupSequential(**({"budget": 20, "effect": 1.0} | settings))
