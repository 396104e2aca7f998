"""Many deadlines, one timer."""

from __future__ import annotations

import asyncio
import time

import pytest

from esc_skills._engine.deadlines import Deadlines


def hold_the_loop(seconds: float) -> None:
    time.sleep(seconds)


def test_what_ends_in_time_is_left_alone() -> None:
    """A block inside its deadline gives its value, and nothing of it stays."""
    watch = Deadlines()

    async def work() -> str:
        with watch.within(5):
            await asyncio.sleep(0)
            return "done"

    assert asyncio.run(work()) == "done"
    assert not watch.watched


@pytest.mark.parametrize("seconds", [0.05, 0, -1])
def test_what_is_late_ends_in_a_timeout(seconds: float) -> None:
    """R21: the deadline holds, also one that has passed; the task goes on uncancelled."""
    watch = Deadlines()

    async def work() -> int:
        with pytest.raises(TimeoutError), watch.within(seconds):
            await asyncio.sleep(30)
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    start = time.monotonic()
    assert asyncio.run(work()) == 0
    assert time.monotonic() - start < 2


def test_each_block_has_its_own_deadline() -> None:
    """A later, shorter deadline rings first; a longer one still rings after it."""
    watch, ended = Deadlines(), []

    async def one(seconds: float) -> None:
        try:
            with watch.within(seconds):
                await asyncio.sleep(30)
        except TimeoutError:
            ended.append(seconds)

    async def all_of() -> None:
        await asyncio.gather(*(one(seconds) for seconds in (0.15, 0.05, 0.1)))

    for _ in range(2):  # one event loop after the other
        asyncio.run(all_of())
    assert ended == [0.05, 0.1, 0.15] * 2


def test_a_cancellation_by_others_is_no_timeout() -> None:
    """Who cancels the task gets a cancelled task, also when the deadline passes meanwhile."""
    watch = Deadlines()

    async def slow() -> None:
        with watch.within(0.02):
            try:
                await asyncio.sleep(30)
            finally:
                hold_the_loop(0.05)

    async def work() -> None:
        task = asyncio.create_task(slow())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())


def test_an_error_of_the_block_stands() -> None:
    """A fault inside the block comes out as it is, even when it came late."""
    watch = Deadlines()

    async def work() -> None:
        with watch.within(0.01):
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                raise KeyError("mine") from None

    with pytest.raises(KeyError):
        asyncio.run(work())


def test_a_block_needs_a_task() -> None:
    """Outside of a task there is nothing to end."""

    async def work() -> Deadlines:
        return Deadlines()

    watch = asyncio.run(work())
    with pytest.raises(RuntimeError):
        watch.within(1)
