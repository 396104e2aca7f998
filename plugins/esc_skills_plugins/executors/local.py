"""Runs jobs in this process, many at once on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import ClassVar, TypeVar

import attrs

from esc_skills.errors import ConfigError
from esc_skills.spec import Executor, hookimpl

T = TypeVar("T")
R = TypeVar("R")


@attrs.frozen(kw_only=True)
class LocalExecutor:
    """A few workers share one queue, so that a waiting job costs no task of its own."""

    name: ClassVar[str] = "local"
    summary: ClassVar[str] = "asyncio in this process"

    async def map(
        self, work: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int
    ) -> tuple[R, ...]:
        """Run ``work`` over ``items``.

        The first exception cancels all other jobs, waits until they have ended, and is raised.

        Args:
            work: Coroutine function of one item.
            items: What to work on.
            limit: Most jobs at once, at least 1.

        Returns:
            Answers in item order.

        Raises:
            ConfigError: ``limit`` is below 1.
        """
        if limit < 1:
            raise ConfigError(
                f"concurrency = {limit}: at least one job must run", hint="set run.concurrency to 1"
            )
        queue = iter(enumerate(items))
        done: dict[int, R] = {}
        count = min(limit, len(items))
        workers = [asyncio.create_task(_drain(work, queue, done)) for _ in range(count)]
        try:
            await asyncio.gather(*workers)
        except BaseException:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            raise
        return tuple(done[place] for place in range(len(items)))


async def _drain(
    work: Callable[[T], Awaitable[R]], queue: Iterator[tuple[int, T]], done: dict[int, R]
) -> None:
    for place, item in queue:
        done[place] = await work(item)
        # Jobs without a model never wait; this lets the loop hear an interrupt between two.
        await asyncio.sleep(0)


@hookimpl
def esc_skills_executors() -> list[type[Executor]]:
    """Offer the component of this file."""
    return [LocalExecutor]
