"""Failures and their report."""

from __future__ import annotations

import pytest

from esc_skills.model import FAILURE_KINDS, Failure, FailureReport
from esc_skills.model.failure import causes


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_the_papers_three_classes(kind: str) -> None:
    """A failure is a missing skill, an unsafe intervention or profile-specific."""
    failure = Failure(kind=kind, trace="t", exchange=0)  # type: ignore[arg-type]
    assert FailureReport(failures=(failure,), traces=1).failures[0].kind == kind


def test_a_failure_stands_somewhere() -> None:
    """Without a trace there is nothing to look at."""
    with pytest.raises(ValueError, match="trace"):
        Failure(kind="missing-skill", trace="", exchange=0)


def failed(cause: str, trace: str, *, lapse: bool = False, skills: tuple[str, ...] = ()) -> Failure:
    return Failure(
        kind="missing-skill", trace=trace, exchange=1, cause=cause, lapse=lapse, skills=skills
    )


def test_causes_are_grouped_over_seekers() -> None:
    """One cause of three failures of two seekers; lapses and defects are told apart."""
    found = (
        failed("sad/advise", "t3", lapse=True, skills=("b",)),
        failed("sad/advise", "t2", skills=("a", "b")),
        failed("sad/advise", "t1", lapse=True),
        failed("angry/ask", "t1"),
    )
    first, second = causes(found, {"t1": "p1", "t2": "p2", "t3": "p1"})
    assert (first.cause, first.n, first.lapses, first.defects) == ("sad/advise", 3, 2, 1)
    assert (first.profiles, first.skills) == (("p1", "p2"), ("b", "a"))
    assert (first.trace, first.exchange) == ("t2", 1), "a defect shows more than a lapse"
    assert first.lapse_share == pytest.approx(2 / 3, abs=1e-6)
    assert (second.cause, second.n) == ("angry/ask", 1)
