"""A forest plot worked out."""

from __future__ import annotations

import attrs
from hypothesis import given, settings

from esc_skills.model import Contrast, StudyRecord
from esc_skills.testing import strategies
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports import forest

GAP = Contrast(evaluator="e", name="s", arm="a", against="b", value=-5.0, low=-10.0, high=10.0)


def record(*contrasts: Contrast) -> StudyRecord:
    return StudyRecord(name="s", kind="ablate", contrasts=contrasts)


def test_main_measure_is_that_of_the_first_contrast() -> None:
    """Other measures stand in the tables, not on the drawing."""
    other = attrs.evolve(GAP, name="other")
    assert forest.main_contrasts(record(GAP, other, GAP)) == (GAP, GAP)
    assert forest.main_contrasts(record()) == ()


def test_nothing_is_drawn_of_nothing() -> None:
    """A study that compared nothing has no drawing."""
    assert forest.drawn(record()) is None


def test_places_are_to_scale() -> None:
    """From -10 to 10 on 360 units with a margin of 14: 0 in the middle, -5 half-way to the edge."""
    made = forest.drawn(record(attrs.evolve(GAP, floor=2.5)))
    assert made is not None
    (lane,) = made.lanes
    assert (made.zero, lane.dot, lane.bar, lane.band) == (180.0, 97.0, (14.0, 332.0), (138.5, 83.0))
    assert made.ends == ("-10.00", "10.00")


def test_what_is_unknown_is_not_drawn() -> None:
    """Neither dot nor bar nor band stand for something that is None."""
    bare = attrs.evolve(GAP, value=None, low=None, high=None, why="no pairs")
    made = forest.drawn(record(bare))
    assert made is not None
    (lane,) = made.lanes
    assert (lane.dot, lane.bar, lane.band) == (None, None, None)
    assert lane.why == "no pairs"


def test_lane_says_who_and_what() -> None:
    """Names, figure with interval and count, and the verdict in words."""
    made = forest.drawn(study())
    assert made is not None
    (lane,) = made.lanes
    assert lane.name == "no skills – full"
    assert lane.text == "-14.00⁻ [-20.00, -8.00] 7 of 8"
    assert lane.why == "worse"


@settings(max_examples=60)
@given(strategies.several(strategies.contrasts()))
def test_everything_stays_on_the_drawing(contrasts: tuple[Contrast, ...]) -> None:
    """Whatever the figures, no dot, bar or band leaves the frame."""
    made = forest.drawn(record(*contrasts))
    for lane in made.lanes if made else ():
        spans = [span for span in (lane.bar, lane.band) if span]
        ends = [end for start, width in spans for end in (start, start + width)]
        dots = [] if lane.dot is None else [lane.dot]
        assert all(0 <= end <= forest.WIDTH for end in (*ends, *dots))
