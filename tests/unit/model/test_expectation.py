"""What counts as a kept promise."""

from __future__ import annotations

import pytest

from esc_skills.model import ExpectedOutcome, Rate, Reaction
from esc_skills.model.expectation import met


@pytest.mark.parametrize(
    ("least", "delta", "hit"),
    [(0, 0, False), (0, 1, True), (2, 1, False), (2, 2, True), (-2, 0, True), (-2, -3, False)],
)
def test_a_promise_in_points(least: int, delta: int, hit: bool) -> None:
    """Standing still is a hit only where no more than a bounded loss was promised."""
    expected = ExpectedOutcome(least_gain=least)
    assert met(expected, Reaction(delta=delta, emotion=50)) is hit


def test_a_named_change_is_a_hit_and_no_name_is_none() -> None:
    """Any expected change counts; a reaction that names none shows none."""
    expected = ExpectedOutcome(changes=("opens-up",), least_gain=3)
    assert met(expected, Reaction(delta=0, emotion=50, change="opens-up"))
    assert not met(expected, Reaction(delta=0, emotion=50))


def test_a_rate_without_trials_is_no_rate_of_zero() -> None:
    """Nothing tried is None; tried and missed is 0."""
    assert Rate().value is None
    assert Rate(hits=0, n=3, seekers=1, low=0.0, high=0.8).value == 0.0


def test_a_rate_has_at_most_as_many_hits_as_trials() -> None:
    """More hits than trials is a fault of the maker."""
    with pytest.raises(ValueError, match="hits"):
        Rate(hits=2, n=1)
