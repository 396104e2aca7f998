"""Laws of a study's figures, over many simulated studies whose truth is known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import (
    Design,
    emotions,
    errors,
    held,
    held_share,
    ratio,
    replies,
    share_errors,
    true_mean,
    true_share,
)

from esc_skills.stats import noise_floor, paired_bootstrap, seekers_needed

SEED = 13
DESIGNS = (
    Design(seekers=24, shifts=(0.0, 0.3)),
    Design(seekers=72, shifts=(-0.2, -0.2, 0.1, 0.4)),
    Design(seekers=100, shifts=(0.0, 0.0, 0.1, 0.2, 0.4, -0.3)),
)
SPREADS = st.floats(0, 50)
SUMS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(9, 20)), min_size=1, max_size=12
)


def test_the_simulated_truth_is_the_mean_of_very_many_seekers() -> None:
    """The closed forms agree with 100,000 seekers, whose ends spread as SAGE's do: 31 to 39."""
    shifts = (-0.6, 0.0, 0.6)
    felt = emotions(np.random.default_rng(SEED), shifts, 100_000, 1)[:, :, 0]
    for arm, shift in zip(felt, shifts, strict=True):
        assert arm.mean() == pytest.approx(true_mean(shift), abs=0.5)
        assert 31 <= arm.std() <= 39
    arms = replies(np.random.default_rng(SEED), (0.0, 0.4), 100_000)
    for arm, shift in zip(arms, (0.0, 0.4), strict=True):
        assert ratio(np.sum(list(arm.values()), axis=0)) == pytest.approx(
            true_share(shift), abs=0.004
        )


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: f"{design.seekers}-seekers")
def test_intervals_of_paired_differences_hold_the_truth(design: Design) -> None:
    """Over 1,000 studies 93 to 97 of 100 intervals, clustered by seeker, hold the difference."""
    assert 0.93 <= held(design, 1000, SEED).rate <= 0.97


@pytest.mark.parametrize(("seekers", "arms"), [(24, 6), (100, 5)])
def test_the_family_errs_no_oftener_than_stated(seekers: int, arms: int) -> None:
    """Equal arms against a baseline: after Holm at most 5 of 100 studies find any difference."""
    found = errors(Design(seekers=seekers, shifts=(0.0,) * (arms + 1)), 3000, SEED)
    assert found.rate <= 0.05
    assert found.upper <= 0.065


@pytest.mark.parametrize("dialogues", [24, 72])
def test_bootstrap_intervals_of_corpus_shares_hold_the_truth(dialogues: int) -> None:
    """Over 1,000 studies 93 to 97 of 100 hold the difference, even with few dialogues."""
    assert 0.93 <= held_share((0.0, 0.3), dialogues, 1000, SEED).rate <= 0.97


def test_the_bootstrap_family_errs_no_oftener_than_stated() -> None:
    """Five equal arms on few dialogues, by bootstrap and Holm; the bench has the full number."""
    assert share_errors(6, 24, 300, SEED).rate <= 0.065


@given(SUMS, st.integers(0, 99))
def test_turning_the_arms_round_turns_the_answer_round(sums, seed) -> None:
    """Which arm is called the candidate changes signs alone, and p lies in 0 to 1."""
    old = {f"d{place}": (float(one), float(of)) for place, (one, _, of) in enumerate(sums)}
    new = {f"d{place}": (float(two), float(of)) for place, (_, two, of) in enumerate(sums)}
    there, back = (
        paired_bootstrap(*arms, ratio, repeats=50, seed=seed) for arms in ((old, new), (new, old))
    )
    assert back.value == pytest.approx(-there.value)
    assert back.p == there.p
    if there.low is not None:
        assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
        assert 0 < there.p <= 1


@given(SPREADS, SPREADS, st.floats(2, 40), st.integers(1, 9))
def test_more_repeats_never_need_more_seekers(within, unlike, effect, repeats) -> None:
    """Each further repeat helps or does nothing; a larger effect never needs more."""
    asked = seekers_needed(within, unlike, effect, repeats=repeats)
    assert seekers_needed(within, unlike, effect, repeats=repeats + 1) <= asked
    assert seekers_needed(within, unlike, effect * 1.5, repeats=repeats) <= asked
    assert noise_floor(within, 2 * repeats) <= noise_floor(within, repeats)
