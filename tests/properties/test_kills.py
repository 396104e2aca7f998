"""A run that asks models, stopped at any moment: nothing is lost, nothing is paid for twice."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acting import act
from roads import Nursery, Road, Walk, wait_for

from esc_skills.testing.faultserver import FaultServer

Undisturbed = tuple[dict[str, str], Counter[str]]


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


def interrupted(walk: Walk, *gaps: float) -> int:
    """Ctrl-C as often as there are gaps, each so many seconds after the one before; how it ends."""
    try:
        for gap in gaps:
            time.sleep(gap)
            walk.send(signal.SIGINT)
        code = walk.wait(10)
    finally:
        walk.send(signal.SIGKILL)
    assert "Traceback" not in walk.stderr
    told = "interrupted: nothing finished is lost; give the same command to go on\n"
    assert walk.stderr.endswith(told) == (code == 130), walk.stderr
    return code


@pytest.mark.slow
def test_a_second_interrupt_and_one_during_the_last_write_lose_nothing(
    undisturbed: Undisturbed, nursery: Nursery, tmp_path: Path
) -> None:
    """R03: Ctrl-C twice ends a run as once does; one during the last write does, or comes too late.

    Afterwards the same command makes what an undisturbed run makes, and asks nothing again but what
    was under way.
    """
    expected, asked = undisturbed
    with FaultServer((), act, latency=0.004) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
        for share, gap in ((0.3, 0.0), (0.7, 0.02)):
            walk, aim = road.start(), max(server.count + 1, round(share * asked.total()))
            assert wait_for(lambda walk=walk, aim=aim: server.count >= aim or bool(walk.poll()))
            assert interrupted(walk, 0.0, gap) == 130
        assert road.go().returncode == 0
        page, codes = road.out / "report.html", Counter[int]()
        for gaps in ((0.0,), (0.02, 0.0)):
            page.unlink()
            walk = road.start()
            assert wait_for(page.exists)
            codes[interrupted(walk, *gaps)] += 1
        assert set(codes) <= {0, 130}
        assert road.go().returncode == 0
        done = road.ledger().states
    assert road.prints() == expected
    assert done["done"] == asked.total()
