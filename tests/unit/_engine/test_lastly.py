from __future__ import annotations

from esc_skills._engine import lastly


def test_a_library_ends_nobodys_process() -> None:
    """P05: only the command line says how to end a process that hears nothing."""
    assert lastly.last_resort is None
