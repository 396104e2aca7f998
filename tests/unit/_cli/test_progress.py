"""Progress: lines off a terminal, bars on one."""

from __future__ import annotations

import pytest

from esc_skills._cli.progress import BarProgress, PlainProgress, progress, told
from esc_skills.errors import PluginError
from esc_skills.model import Verdict
from esc_skills.testing.samples import bank

START = "esc_skills_stage_started"


def test_batches_of_one_stage_say_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A stage that goes on in batches is named once; the next stage has a line of its own."""
    shown = PlainProgress()
    for stage in ("evolve", "evolve", "score/none"):
        shown(START, stage=stage, items=10)
    shown("esc_skills_item_done", stage="score/none")
    assert capsys.readouterr().err.splitlines() == ["evolve (10 items)", "score/none (10 items)"]


def test_quiet_progress_says_nothing() -> None:
    """With ``--json`` nobody is told anything."""
    assert progress(quiet=True) is None


def test_events_worth_a_line() -> None:
    """Banks, verdicts and dropped watchers are told in words."""
    assert "2 skills" in told("esc_skills_bank_promoted", {"bank": bank(), "number": 1})
    verdict = Verdict(decision="reject", gate="g", pairs=30, reason="no gain")
    assert told("esc_skills_verdict", {"verdict": verdict}) == (
        "verdict: reject after 30 pairs; no gain"
    )
    fault = PluginError("raised", hint="mend it", plugin="watcher.x")
    assert "watcher.x" in told("esc_skills_watcher_dropped", {"fault": fault})


def test_bar_grows_with_its_batches() -> None:
    """On a terminal a stage has one bar, however many batches it comes in."""
    shown = BarProgress()
    for _ in range(3):
        shown(START, stage="evolve", items=10)
        shown("esc_skills_item_done", stage="evolve")
    (task,) = shown._progress.tasks
    shown.close()
    assert (task.total, task.completed) == (30, 3)
