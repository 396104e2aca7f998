"""Executor ``ray`` on real Ray: order, errors, limits, deaths, and what stays at home."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from esc_skills_ray.executor import RayExecutor

from esc_skills.errors import ConfigError, DataError, PluginError
from esc_skills.testing import conformance

sys.path.insert(0, str(Path(__file__).parent))  # workers get this process's path
import jobs


@pytest.fixture(scope="module")
def executor(ray_here: None) -> Iterator[RayExecutor]:
    """Two workers."""
    made = RayExecutor(workers=2)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def ended(executor: RayExecutor) -> Iterator[None]:
    """Workers end with each test."""
    yield
    executor.close()


def run(executor: RayExecutor, work: Any, items: Any, limit: int = 4) -> Any:
    """Answers of the executor."""
    return asyncio.run(executor.map(work, items, limit))


def test_it_keeps_every_law_of_executors(executor: RayExecutor) -> None:
    """The conformance suite; its jobs cannot travel, so this is the way at home."""
    conformance.check("executor", executor)


def test_workers_answer_in_item_order(executor: RayExecutor) -> None:
    """Answers stand in item order, both workers work, and none of it happens here."""
    done = run(executor, jobs.where, range(12))
    assert [item for item, _ in done] == list(range(12))
    assert len({process for _, process in done} - {os.getpid()}) == 2
    again = run(executor, jobs.where, range(4))
    assert {process for _, process in again} == {process for _, process in done}


def test_limit_is_shared_out(executor: RayExecutor) -> None:
    """Six at once on two workers are three at once on each."""
    done = run(executor, jobs.Busy(), range(24), limit=6)
    assert {process: max(n for n, one in done if one == process) for _, process in done} == {
        process: 3 for _, process in done
    }


def test_an_own_error_comes_home_and_the_rest_ends(
    executor: RayExecutor, players: Callable[[], list[int]]
) -> None:
    """The first exception is raised as it was, at once; long jobs do not go on."""
    with pytest.raises(DataError, match="item 1 is bad") as caught:
        run(executor, jobs.spoil, range(6))
    assert (caught.value.hint, caught.value.where) == ("mend it", "here")
    assert [item for item, _ in run(executor, jobs.where, range(4))] == [0, 1, 2, 3]


def test_an_exception_that_cannot_travel_is_told(executor: RayExecutor) -> None:
    """Its type and words come home."""
    with pytest.raises(RuntimeError, match="RuntimeError: odd"):
        run(executor, jobs.odd, range(2))


def test_jobs_of_a_killed_worker_are_done_again(executor: RayExecutor, tmp_path: Path) -> None:
    """Another worker takes its place; nothing is lost, and the order stands."""
    items = [str(tmp_path / str(number)) for number in range(8)]
    assert run(executor, jobs.die_once, items) == tuple("01234567")


def test_a_job_that_kills_every_worker_is_given_up(ray_here: None) -> None:
    """After some deaths a line says what to do."""
    short = RayExecutor(workers=2, restarts=1)
    with pytest.raises(PluginError, match="died 2 times") as caught:
        run(short, jobs.die, range(2))
    short.close()
    assert "memory" in caught.value.hint


def test_work_that_cannot_travel_stays_here(
    executor: RayExecutor, players: Callable[[], list[int]]
) -> None:
    """Work over things of this process is done in it, and no worker begins for it."""

    async def near(item: int) -> int:
        return os.getpid()

    assert set(run(executor, near, range(5))) == {os.getpid()}
    assert run(executor, jobs.where, [7])[0][1] == os.getpid()
    assert run(executor, jobs.where, []) == ()
    assert players() == []
    with pytest.raises(ConfigError):
        run(executor, jobs.where, range(2), limit=0)


def test_inside_a_worker_everything_is_near(executor: RayExecutor) -> None:
    """A shard whose own experiment names this executor begins no workers of workers."""
    for outer, inner in run(executor, jobs.Within(), range(2)):
        assert set(inner) == {outer}
