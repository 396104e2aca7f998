"""Failures and their report."""

from __future__ import annotations

import pytest

from esc_skills.model import FAILURE_KINDS, Failure, FailureReport


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_the_papers_three_classes(kind: str) -> None:
    """A failure is a missing skill, an unsafe intervention or profile-specific."""
    failure = Failure(kind=kind, trace="t", exchange=0)  # type: ignore[arg-type]
    assert FailureReport(failures=(failure,), traces=1).failures[0].kind == kind


def test_a_failure_stands_somewhere() -> None:
    """Without a trace there is nothing to look at."""
    with pytest.raises(ValueError, match="trace"):
        Failure(kind="missing-skill", trace="", exchange=0)
