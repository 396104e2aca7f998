"""The clock for those who watch."""

from __future__ import annotations

from esc_skills._engine.clock import seconds


def test_it_never_runs_backwards() -> None:
    """R45: later is never less."""
    looked = [seconds() for _ in range(100)]
    assert looked == sorted(looked)
