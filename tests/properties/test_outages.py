"""Outages of a provider over whole runs: what fails is named, and the same command mends it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from acting import act, asked_in, fingerprint
from roads import Nursery, Road

from esc_skills.testing import faults
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received

SETS = ("--set", "run.limits.tries=2", "--set", "run.limits.deadline=3")
Undisturbed = tuple[dict[str, str], Counter[str]]


def test_a_closed_port_is_named_and_no_words_are_shown(nursery: Nursery, tmp_path: Path) -> None:
    """R33: exit 3, the host stands in the line, nothing of a talk does, nothing was counted."""
    with FaultServer() as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
    walk = road.go(*SETS)
    assert walk.returncode == 3
    last = walk.stderr.splitlines()[-1]
    assert "127.0.0.1" in last
    assert "nobody answers" in last
    assert "Traceback" not in walk.stderr
    assert "rent" not in walk.stdout + walk.stderr
    assert set(road.ledger().states) == {"network"}


def one_item(number: int, received: Received) -> Fault | None:
    """A model that can never speak with one seeker."""
    del number
    return faults.filtered() if "farm after me" in asked_in(received) else None


def test_one_item_that_always_fails_ends_no_other(
    undisturbed: Undisturbed, nursery: Nursery, tmp_path: Path
) -> None:
    """R27, R46: others finish, exit 1, the failed talk is named; healed, the result is whole."""
    expected, asked = undisturbed
    with FaultServer(one_item, act) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
        walk = road.go(*SETS)
        assert walk.returncode == 1
        assert "conversations ended in a fault" in walk.stdout
        assert "grid-report-" in walk.stdout
        assert "Traceback" not in walk.stderr
        assert (road.out / "report.html").exists()
        server.faults = ()
        assert road.go().returncode == 0
        states, got = road.ledger().states, Counter(map(fingerprint, server.requests))
    assert road.prints() == expected
    assert (got - asked).total() == states.total() - states["done"] > 0
    assert states["done"] == asked.total()


@pytest.mark.parametrize(
    ("fault", "word"),
    [(faults.bad_key(), "OPENAI_API_KEY"), (faults.no_model(), "tiny"), (faults.no_credit(), "")],
    ids=["key revoked", "model gone", "no credit"],
)
def test_an_account_that_ends_in_the_middle_loses_nothing(
    undisturbed: Undisturbed, nursery: Nursery, tmp_path: Path, fault: Fault, word: str
) -> None:
    """R18, R30, R31: after twelve calls nothing goes any more; mended, no paid call is repeated."""
    expected, asked = undisturbed
    plan = lambda number, received: fault if number >= 12 else None  # noqa: E731
    with FaultServer(plan, act) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery).write()
        walk = road.go(*SETS)
        assert walk.returncode == 3
        assert word in walk.stderr.splitlines()[-1]
        assert "Traceback" not in walk.stderr
        paid, refused = road.ledger().states["done"], server.count - 12
        assert paid == 12
        server.faults = ()
        assert road.go().returncode == 0
        assert server.count == asked.total() + refused
    assert road.prints() == expected
