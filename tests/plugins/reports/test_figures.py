"""Numbers made ready for pages."""

from __future__ import annotations

from statistics import fmean

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Score, Trace
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.figures import (
    ARMS,
    arms_of,
    figure,
    interval,
    lines,
    mean_curve,
    others,
)

CURVES = st.lists(st.lists(st.integers(0, 100), min_size=1, max_size=12), max_size=20)


def talk(number: int, *deltas: int, arm: str = "evolved") -> Trace:
    made = trace(profile(f"p{number}"), *deltas)
    return attrs.evolve(made, id=f"{arm}/p{number:03d}", arm=arm)


def score(arm: str, evaluator: str = "sage") -> Score:
    return Score(evaluator=evaluator, name="n", value=1.0, n=1, of=1, signature="s", arm=arm)


def record(*traces: Trace, scores: tuple[Score, ...] = ()) -> RunRecord:
    return RunRecord(name="r", experiment={}, traces=traces, scores=scores)


@given(CURVES)
def test_mean_curve_lies_between_the_curves(curves: list[list[int]]) -> None:
    """At every exchange the mean lies between the least and the greatest carried-on value."""
    mean = mean_curve(curves)
    assert len(mean) == max((len(curve) for curve in curves), default=0)
    for place, value in enumerate(mean):
        column = [curve[min(place, len(curve) - 1)] for curve in curves]
        assert min(column) <= value <= max(column)


@given(CURVES)
def test_mean_curve_starts_and_ends_at_the_means(curves: list[list[int]]) -> None:
    """It begins at the mean of the starts and ends at the mean of the ends: the score itself."""
    mean = mean_curve(curves)
    if curves:
        assert mean[0] == pytest.approx(fmean(curve[0] for curve in curves), abs=1e-3)
        assert mean[-1] == pytest.approx(fmean(curve[-1] for curve in curves), abs=1e-3)
    assert mean_curve(curves[::-1]) == mean


def test_ended_talks_keep_their_last_value() -> None:
    """A talk that ended early does not pull the mean by being absent."""
    assert mean_curve([(40, 100), (40, 50, 60)]) == (40, 75, 80)


def test_arms_stand_in_their_order() -> None:
    """none, static, evolved; an arm without scores and traces is left out."""
    found = arms_of(record(talk(1, 5), talk(1, 5, arm="none"), scores=(score("static"),)))
    assert [item.arm for item in found] == list(ARMS)
    assert [item.arm for item in arms_of(record(scores=(score("static"),)))] == ["static"]
    assert arms_of(record()) == ()


def test_faults_are_counted_by_whose_they_are_and_of_what_kind() -> None:
    """Errors are never scores: a fault is a count beside them."""
    broken = attrs.evolve(fault_trace(), arm="evolved")
    (arm,) = arms_of(record(talk(1, 10), broken))
    assert (arm.faults, arm.lost) == (1, "service: failed 1")
    kinds = [
        attrs.evolve(broken, fault=whose, state=kind)
        for whose, kind in (("guard", "guard-failed"), ("seeker", "refused"), ("seeker", "refused"))
    ]
    (arm,) = arms_of(record(talk(1, 10), *kinds))
    assert (arm.faults, arm.lost) == (3, "guard: guard-failed 1, seeker: refused 2")


def test_comparisons_are_no_arm() -> None:
    """Scores that compare arms stand apart."""
    paired = score("static-none", "paired")
    assert others(record(scores=(score("none"), paired))) == (paired,)


def test_scores_of_arms_stand_side_by_side() -> None:
    """A line a score, a cell an arm; an arm without that score has an empty cell."""
    scores = (score("none"), score("evolved"), score("evolved", "bank"))
    found = lines(arms_of(record(scores=scores)))
    assert [(line.evaluator, line.cells) for line in found] == [
        ("sage", scores[:2]),
        ("bank", (None, scores[2])),
    ]
    assert lines(()) == ()


def test_unlike_signatures_share_no_line() -> None:
    """Two simulators in one arm, or in two: each score is shown, on a line that says so."""
    other = attrs.evolve(score("evolved"), signature="other", value=1.0)
    found = lines(arms_of(record(scores=(score("none"), score("evolved"), other))))
    assert [line.cells for line in found] == [(score("none"), score("evolved")), (None, other)]
    assert all("compare with no other" in line.note for line in found)
    assert found[0].note != found[1].note
    alike = lines(arms_of(record(scores=(score("none"), score("evolved")))))
    assert [line.note for line in alike] == [""]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (0.0, "0.000"), (0.12345, "0.123"), (-12.345, "-12.35")]
)
def test_figure_has_the_digits_it_can_bear(value: float | None, shown: str) -> None:
    """Shares get three digits, points two; nothing is a dash and not a zero."""
    assert figure(value) == shown


def test_interval_needs_both_ends() -> None:
    """Half an interval is none."""
    assert interval(0.1, 0.25) == "[0.100, 0.250]"
    assert interval(None, 1.0) == interval(1.0, None) == ""
