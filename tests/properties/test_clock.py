"""Time is nobody's evidence: what a run finds does not depend on a clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine.limits import Limits
from esc_skills._engine.running import run

SMALL: dict[str, Any] = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy"]},
    "evaluators": ["sage"],
    "evolve": {"rounds": 0},
}
STAMPED = {"run.json", "lock"}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a run but those that may know the time."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in STAMPED
    }


def test_a_clock_that_jumps_changes_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R45: a run leaves the same bytes though the time of day goes back at every look."""
    run(SMALL, out=tmp_path / "run", until="converse")
    sound = contents(tmp_path / "run")
    looks: list[float] = []
    real = time.time

    def jumping() -> float:
        looks.append(real() - 3600 * len(looks))
        return looks[-1]

    monkeypatch.setattr(time, "time", jumping)
    (tmp_path / "run").rename(tmp_path / "old")
    run(SMALL, out=tmp_path / "run", until="converse")
    assert contents(tmp_path / "run") == sound
    assert any(name.startswith("traces/") for name in sound)


def test_waits_and_deadlines_count_on_a_clock_that_never_runs_back() -> None:
    """R45: a corrected time of day neither lengthens a wait nor ends a call."""
    assert Limits().clock is time.monotonic
    assert time.get_clock_info("monotonic").monotonic
