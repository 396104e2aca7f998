"""Curves, intervals and dots as numbers inside their drawing."""

from __future__ import annotations

import itertools
import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.curves import (
    Frame,
    Scale,
    arm_curves,
    around_zero,
    blocks,
    heap,
    lane,
    listed,
    small,
)

CURVE = st.lists(st.integers(0, 100), min_size=1, max_size=30)
FRAME = Frame(across=30)


def numbers(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?[0-9.]+", path)]


@given(CURVE)
def test_curve_stays_in_its_frame(curve: list[int]) -> None:
    """O01: a path is numbers alone, inside the drawing, left to right."""
    assert re.fullmatch(r"[MLh0-9. ]+", FRAME.line(curve))
    points = numbers(FRAME.line(curve).removesuffix("h0"))
    across, down = points[::2], points[1::2]
    assert len(across) == len(curve)
    assert across == sorted(across)
    assert FRAME.left <= across[0] <= across[-1] <= FRAME.width
    assert all(FRAME.pad <= y <= FRAME.height for y in down)
    assert len(blocks(curve)) == len(curve)
    assert small(curve).line(curve).startswith(f"M0 {100 - curve[0]}")


@given(st.lists(CURVE, min_size=1, max_size=8))
def test_each_step_of_each_curve_is_drawn_once(curves: list[list[int]]) -> None:
    """Every conversation is there, however many take the same step: the drawing does not grow."""
    want = {(n, *step) for curve in curves for n, step in enumerate(itertools.pairwise(curve))}
    assert "".join(FRAME.steps(curves)).count("M") == len(want)
    assert FRAME.steps(curves * 50) == FRAME.steps(curves)


def test_curves_of_an_arm_leave_faults_out() -> None:
    """Mean of the sound conversations, a band where two seekers are; nothing without any."""
    talks = [trace(profile("a"), 10, 10), trace(profile("b"), -10)]
    found = arm_curves([*talks, fault_trace()], 2)
    assert found
    assert (found.talks, found.values) == (2, (40.0, 40.0, 45.0))
    assert found.band.endswith("Z")
    alone = arm_curves(talks[:1], 2)
    assert alone
    assert alone.band == ""
    assert arm_curves([fault_trace()], 2) is None


@given(st.floats(-200, 200), st.floats(-200, 200), st.floats(-200, 200))
def test_lane_lies_on_its_scale(value: float, low: float, high: float) -> None:
    """What lies outside is drawn at the end."""
    scale = Scale(low=-10, high=10)
    found = lane(scale, value, min(low, high), max(low, high))
    assert found.bar
    places = (found.dot or 0, *found.bar)
    assert all(scale.pad <= x <= scale.width - scale.pad for x in places)
    assert found.bar[0] <= found.bar[1]
    assert lane(scale, None, None, 1.0) == attrs.evolve(found, dot=None, bar=None)


@pytest.mark.parametrize(("most", "reach"), [(0, 10), (10, 10), (-17.4, 20), (100, 100)])
def test_scale_around_zero_holds_all(most: float, reach: float) -> None:
    """Out to the next ten on both sides."""
    scale = around_zero([most, None])
    assert (scale.low, scale.high) == (-reach, reach)


@given(st.lists(st.integers(-100, 100), max_size=300))
def test_every_pair_is_a_dot(values: list[int]) -> None:
    """Equal differences pile up, never higher than the drawing."""
    path, height = heap(around_zero([100.0]), values)
    assert path.count("M") == len(values)
    assert height <= 100


def test_a_usual_talk_is_drawn_in_whole_numbers() -> None:
    """Up to ten exchanges no place has a digit behind the point: it would stand there for each."""
    curve = list(range(40, 95, 5))
    assert "." not in small(curve).line(curve)
    assert listed([22.0, 44.0, 17.333]) == "22 44 17.3"
