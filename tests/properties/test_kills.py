"""A run that asks models, stopped at any moment: nothing is lost, nothing is paid for twice."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_kill_at_any_moment_pays_for_nothing_twice(killed: Callable[..., Any], seed: int) -> None:
    """R01: killed five times on its way, a run ends byte for byte like one that nobody disturbed.

    No journalled answer is lost, none is asked for again, and what the journal says was spent is
    what the server counted, but for requests that were under way at a kill.
    """
    assert len(killed(seed, 5).kills) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_interrupt_ends_soon_and_loses_nothing(
    killed: Callable[..., Any], sign: signal.Signals
) -> None:
    """R03, R04: an interrupt ends a run within five seconds, and the line says how to go on."""
    made = killed(sign.value, 3, sign)
    assert made.kills
    assert made.slowest < 5
    for code, told in made.ends:
        assert code == 130
        assert told.endswith(
            "interrupted: nothing finished is lost; give the same command to go on\n"
        )
        assert "Traceback" not in told
