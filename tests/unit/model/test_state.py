"""Readings of a seeker, and tests upon them."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

from esc_skills.model import Condition, SeekerState
from esc_skills.testing import strategies

STATE = SeekerState(scenario="grief", label="sad", emotion="sadness", intensity=60)


@given(strategies.states())
def test_an_empty_condition_allows_everything(state: SeekerState) -> None:
    """Words alone test nothing."""
    assert Condition(words="when it rains").holds(state)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(scenarios=("grief", "breakup")), True),
        (Condition(scenarios=("breakup",)), False),
        (Condition(states=("sad",), emotions=("fear",)), False),
        (Condition(intensity_min=60, intensity_max=60), True),
        (Condition(intensity_min=61), False),
        (Condition(intensity_max=59), False),
    ],
)
def test_all_filled_fields_must_hold(condition: Condition, holds: bool) -> None:
    """Within a field any label fits; between fields all must; ends are included."""
    assert condition.holds(STATE) is holds


@pytest.mark.parametrize("intensity", [-1, 101])
def test_distress_lies_between_0_and_100(intensity: int) -> None:
    """Another scale must be mapped before."""
    with pytest.raises(ValueError, match="intensity"):
        attrs.evolve(STATE, intensity=intensity)
