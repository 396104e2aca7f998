"""Caps end a run cleanly, and a higher cap goes on without paying for anything twice."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from acting import act, fingerprint
from roads import Nursery, Road

from esc_skills.testing.faultserver import FaultServer

PRICE = "price = { input = 100.0, output = 100.0 }"
CAPS = ("calls=2", "calls=9", "calls=33", "tokens=12000", "usd=0.9", "seconds=0.25")


def spent(road: Road, what: str) -> float:
    """What the journal says was used."""
    base = sqlite3.connect(road.out / "journal.sqlite")
    ((found,),) = base.execute(f"SELECT {what} FROM sends WHERE state != 'unsent'")
    base.close()
    return float(found or 0)


SUMS = {"calls": "count(*)", "tokens": "sum(tokens_in + tokens_out)", "usd": "sum(usd)"}


@pytest.mark.parametrize("cap", CAPS)
def test_a_cap_ends_a_run_and_a_higher_one_goes_on(
    undisturbed: tuple[dict[str, str], Counter[str]], nursery: Nursery, tmp_path: Path, cap: str
) -> None:
    """R39: exit 4, a line that names the cap, partial results; no cap is passed by calls at once.

    Without the cap the same command ends like a run that never had one, and no paid call is made
    again.
    """
    expected, asked = undisturbed
    kind, _, most = cap.partition("=")
    with FaultServer((), act, latency=0.05) as server:
        road = Road(folder=tmp_path, server=server, nursery=nursery, model=PRICE).write()
        walk = road.go("--set", f"run.budget.{cap}")
        assert walk.returncode == 4
        last = walk.stderr.splitlines()[-1]
        assert last.startswith(f"error[budget]: the budget of {float(most):g} ")
        assert f"raise run.budget.{kind}" in last
        assert "Traceback" not in walk.stderr
        assert json.loads((road.out / "run.json").read_text("utf-8"))["state"] == "budget"
        assert (road.out / "report.html").exists()
        states = road.ledger().states
        assert states["done"] == server.count == states.total() - states["unsent"]
        if kind in SUMS:
            assert spent(road, SUMS[kind]) <= float(most)
        assert road.go().returncode == 0
        assert Counter(map(fingerprint, server.requests)) == asked
        assert road.prints() == expected
