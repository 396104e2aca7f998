"""A whole run of the paper's components, again when all stands in its folder; ``make bench``.

Both runs are processes of their own, as a user starts them; the models are played on loopback. The
journal alone, with 4,800 calls in it, is measured by ``bench_job.py``.
"""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import attrs
from acting import act
from figures import figure
from roads import Nursery, Road

from esc_skills.testing.faultserver import FaultServer

KINDS = '"passive", "negative", "avoidant"'


@attrs.frozen
class Spent:
    """What a process took."""

    wall: float
    cpu: float


def walked(road: Road) -> Spent:
    """Walk the road in a process of its own."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = road.cold()
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def test_a_finished_run_again_and_its_prefixes(tmp_path: Path) -> None:
    """Nothing is sent, and it takes less than the first time; prompts share long prefixes."""
    nursery = Nursery()
    try:
        with FaultServer((), act) as server:
            road = Road(
                folder=tmp_path, server=server, nursery=nursery, kinds=KINDS, dialogues=12, limit=4
            ).write()
            first = walked(road)
            calls = server.count
            again = walked(road)
            sent = server.count - calls
    finally:
        nursery.close()
    told = json.loads((road.out / "run.json").read_text("utf-8"))
    share = told["account"]["prefix"]["tiny"]
    figure(
        "a finished run of the paper's components again: requests sent, CPU against the first time",
        f"{sent} of {calls}, {again.cpu / first.cpu:.2f}",
        bar="0, 1",
    )
    figure(
        "bytes of the same run's prompts that lay in a prefix sent before",
        f"{100 * share:.0f} %",
        bar="above 0",
    )
    assert sent == 0
    assert again.cpu < first.cpu
    assert share > 0
