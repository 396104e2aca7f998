"""Executor ``local``."""

from __future__ import annotations

import asyncio
import time

import pytest

from esc_skills.errors import ConfigError
from esc_skills_plugins.executors.local import LocalExecutor


def run(work, items, limit=4):
    """Answers of the executor."""
    return asyncio.run(LocalExecutor().map(work, items, limit))


def test_keeps_item_order():
    """Answers stand in item order, though late items end first."""

    async def work(item):
        await asyncio.sleep((5 - item) / 1000)
        return item * 10

    assert run(work, range(6)) == (0, 10, 20, 30, 40, 50)


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_respects_the_limit(limit):
    """Never more than ``limit`` jobs run at once, and the limit is made use of."""
    now, most = 0, 0

    async def work(item):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.001)
        now -= 1

    run(work, range(20), limit)
    assert most == min(limit, 20)


def test_first_exception_cancels_the_rest():
    """The first exception is raised as it is; other jobs are cancelled and have ended by then."""
    ended = []

    async def work(item):
        if item == 1:
            raise ValueError("broken")
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(item)

    with pytest.raises(ValueError, match="broken"):
        run(work, range(4))
    assert sorted(ended) == [0, 2, 3]


def test_no_item_is_started_after_a_failure():
    """A queue is not worked off once a job has failed."""
    begun = []

    async def work(item):
        begun.append(item)
        await asyncio.sleep(0)
        if item == 0:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run(work, range(1000), limit=2)
    assert len(begun) < 10


def test_cancelling_the_map_cancels_the_jobs():
    """An interrupt reaches every job."""
    ended = []

    async def work(item):
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(item)

    async def main():
        task = asyncio.create_task(LocalExecutor().map(work, range(3), 3))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert sorted(ended) == [0, 1, 2]


def test_jobs_that_never_wait_leave_room_for_others():
    """Between two jobs without a pause, the event loop gets its turn."""
    beats = []

    async def work(item):
        return item

    async def main():
        async def beat():
            while True:
                beats.append(1)
                await asyncio.sleep(0)

        pulse = asyncio.create_task(beat())
        await LocalExecutor().map(work, range(100), 1)
        pulse.cancel()

    asyncio.run(main())
    assert len(beats) >= 50


def test_limit_below_one_is_refused():
    """A limit that would run nothing is an error with a hint."""

    async def work(item):
        return item

    with pytest.raises(ConfigError) as caught:
        run(work, range(3), 0)
    assert caught.value.hint


def test_overhead_is_small():
    """An item costs some microseconds beyond its own work (aim 10, bound 100 for busy machines)."""

    async def work(item):
        return item

    started = time.perf_counter()
    run(work, range(20_000), 64)
    assert (time.perf_counter() - started) / 20_000 < 100e-6
