"""Servers that never end: every question ends by its deadline, in a state with a name."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import attrs
import pytest
from acting import act
from roads import Nursery, Road

from esc_skills.testing import faults
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received

Undisturbed = tuple[dict[str, str], Counter[str]]
DEADLINE = 1.4
SETS = tuple(
    word
    for key in ("each=0.6", f"deadline={DEADLINE}", "tries=3")
    for word in ("--set", f"run.limits.{key}")
)
GOOD = 36
"""Requests up to the first talk of the scores; the talks of the evolution are sound."""
STAGES = 3
"""Stages of the run that play talks, one after the other."""
FAULTS = {
    "drip": ("stalled", faults.dripping(0.2)),
    "hang": ("stalled", faults.stalled()),
    "storm": ("rate-limit", faults.rate_limited("0.4")),
    "long wait": ("rate-limit", faults.rate_limited("3600")),
    "cut": ("protocol", faults.cut()),
    "web page": ("not-an-api", faults.web_page()),
}
TOLD = {
    "stalled": "no whole answer within",
    "rate-limit": "429",
    "protocol": "broke before the answer was whole",
    "not-an-api": "not an API answer: text/html",
}


@attrs.define
class Turning:
    """A server that answers well, and from some request on in one bad manner."""

    fault: Fault
    """The manner."""
    good: int
    """Good answers before it."""
    first: float = 0.0
    """When it began."""

    def __call__(self, number: int, received: Received) -> Fault | None:
        """Plan of a fault server."""
        if number < self.good:
            return None
        self.first = self.first or time.monotonic()
        return self.fault


@pytest.mark.parametrize("name", FAULTS)
def test_at_the_first_question_nothing_else_is_tried(
    name: str, nursery: Nursery, tmp_path: Path
) -> None:
    """R14, R15, R20, R21, R22, R23: a run ends by the deadline, with one line that names it."""
    state, fault = FAULTS[name]
    plan = Turning(fault, 0)
    with FaultServer(plan, act) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
        walk = road.go(*SETS)
        seconds = time.monotonic() - plan.first
    assert walk.returncode in {2, 3}
    assert "Traceback" not in walk.stderr
    assert TOLD[state] in walk.stderr.splitlines()[-1]
    assert seconds < DEADLINE + 2
    # In a storm questions are sent again all the time: one may be under way at the deadline.
    late = {"stalled"} if name == "storm" else set()
    assert {state} <= set(road.ledger().states) <= {state} | late


@pytest.mark.parametrize("name", FAULTS)
def test_in_the_middle_the_run_ends_and_goes_on_later(
    name: str, undisturbed: Undisturbed, nursery: Nursery, tmp_path: Path
) -> None:
    """R17, R20, R21: what was finished stays, no question outlasts its deadline, and all heals."""
    state, fault = FAULTS[name]
    expected, _ = undisturbed
    plan = Turning(fault, GOOD)
    with FaultServer(plan, act) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
        walk = road.go(*SETS)
        ended, states, count = time.monotonic(), road.ledger().states, server.count
        assert walk.returncode in {1, 3}
        assert "Traceback" not in walk.stderr
        assert TOLD[state] in (walk.stdout if walk.returncode == 1 else walk.stderr)
        assert ended - plan.first < STAGES * DEADLINE + 2
        assert states == {"done": GOOD, state: count - GOOD}
        server.faults = ()
        assert road.go().returncode == 0
    assert road.prints() == expected


def test_a_redirect_is_never_followed(nursery: Nursery, tmp_path: Path) -> None:
    """R32, M10: nothing of a talk reaches the host that a server points at."""
    with FaultServer((), act) as other:
        plan = Turning(faults.redirect(f"{other.url}/v1/chat/completions"), GOOD)
        with FaultServer(plan, act) as server:
            road = Road(folder=tmp_path, server=server, nursery=nursery).write()
            walk = road.go(*SETS)
        assert (other.count, other.connections) == (0, 0)
    assert walk.returncode in {1, 3}
    assert "Traceback" not in walk.stderr
    assert road.ledger().states == {"done": GOOD, "redirect": server.count - GOOD}
