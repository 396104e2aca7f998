"""Fifty times Ctrl-C, at random moments of runs that ask models."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2000, 2010))
def test_ctrl_c_ends_soon_and_loses_nothing(killed: Callable[..., Any], seed: int) -> None:
    """R03: of five interrupts of a run each ends it within ten seconds; nothing is paid twice."""
    made = killed(seed, 5, signal.SIGINT)
    assert made.kills
    assert made.slowest < 10
    assert {code for code, _ in made.ends} == {130}
    assert not any("Traceback" in told for _, told in made.ends)
