"""What evaluators and corpora hand over."""

from __future__ import annotations

from esc_skills.model import Evidence, Finding, Reading


def test_evidence_may_lack_any_part() -> None:
    """An evaluator takes what is there."""
    assert Evidence() == Evidence(traces=(), responses=(), bank=None, units=())


def test_a_reading_keeps_its_findings_in_order() -> None:
    """The preparation report tells what was done, counted."""
    found = Finding(rule="merged", count=3, where=("dialogues[0]",))
    assert Reading(corpus="c", licence="l", findings=(found,)).findings == (found,)
