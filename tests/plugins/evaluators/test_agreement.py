"""Krippendorff's alpha, against values worked out by hand and the published example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.evaluators.agreement import interval_alpha

OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""The example of Krippendorff's own introduction: four observers, twelve units, with gaps."""
UNITS = [
    [int(value) for value in column if value != "."]
    for column in zip(*(row.split() for row in OBSERVERS), strict=True)
]


def test_published_example() -> None:
    """The interval alpha of the textbook example is 0.849."""
    assert interval_alpha(UNITS) == pytest.approx(0.849, abs=0.0005)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([(1, 1), (2, 2), (5, 5)], 1.0),
        # Observed disagreement 1, expected 8/12: 1 - 12/8.
        ([(1, 2), (1, 2)], -0.5),
        # Observed (0 + 2) / 4 = 1/2; expected over 1,1,1,2: 6/12.
        ([(1, 1), (1, 2)], 0.0),
        # Readings 1,1,5,4: observed 2/4; expected 2 * (4 * 43 - 121) / 12 = 102/12.
        ([(1, 1), (5, 4)], 1 - 0.5 / (102 / 12)),
        ([(1, 1), (2, 2), (3,)], 1.0),
    ],
)
def test_values_by_hand(units, expected) -> None:
    """Small cases come out as worked out on paper; a unit read once says nothing."""
    assert interval_alpha(units) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("units", [[], [()], [(3,), (4,)], [(3, 3), (3, 3, 3)]])
def test_undefined_is_none(units) -> None:
    """Without two readings of a unit, or without any difference, there is no alpha."""
    assert interval_alpha(units) is None


@given(st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=6), st.integers(-3, 3))
def test_moving_the_scale_changes_nothing(units, shift) -> None:
    """Alpha is at most 1 and does not depend on where the scale begins."""
    found = interval_alpha(units)
    assert found == interval_alpha([[value + shift for value in unit] for unit in units])
    assert found is None or found <= 1
