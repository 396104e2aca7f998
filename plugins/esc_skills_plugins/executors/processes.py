"""Spreads jobs over processes of this machine; for shards of studies that no model slows down."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, TypeVar

import attrs

from esc_skills.errors import PluginError
from esc_skills.spec import Executor, hookimpl
from esc_skills_plugins.executors.local import LocalExecutor

T = TypeVar("T")
R = TypeVar("R")


@attrs.frozen(kw_only=True)
class ProcessExecutor:
    """A process a core; each runs one job at a time on a loop of its own.

    A job that cannot be sent to another process, such as a conversation over this process's own
    models, runs here, as with ``local``.
    """

    name: ClassVar[str] = "processes"
    summary: ClassVar[str] = "a process a core, for shards of studies; else asyncio in this process"

    processes: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.ge(1))
    )
    """Most processes; None takes one a core."""

    @property
    def width(self) -> int:
        """Jobs that are worth giving at once."""
        return self.processes or len(os.sched_getaffinity(0))

    async def map(
        self, work: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int
    ) -> tuple[R, ...]:
        """Run ``work`` over ``items``, in other processes where both can be sent there.

        The first exception ends the processes and is raised.

        Raises:
            ConfigError: ``limit`` is below 1.
            PluginError: A process was killed.
        """
        many = min(limit, self.width, len(items))
        if many < 2 or not _can_go(work, items):
            return await LocalExecutor().map(work, items, limit)
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context

        # A new interpreter each: a copy of this one would share open files and locks.
        pool = ProcessPoolExecutor(many, mp_context=get_context("spawn"))
        loop = asyncio.get_running_loop()
        futures = [loop.run_in_executor(pool, _alone, work, item) for item in items]
        try:
            answers = tuple(await asyncio.gather(*futures))
        except BrokenProcessPool as fault:
            raise PluginError(
                "a process that played a part of the work was killed",
                hint="give it more memory, or fewer processes; then the same command goes on",
                plugin="executor.processes",
                hook="map",
            ) from fault
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.terminate()  # what it was doing is resumed like after any kill
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return answers


def _can_go(work: object, items: Sequence[object]) -> bool:
    try:
        pickle.dumps((work, list(items)))
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _alone(work: Callable[[T], Awaitable[R]], item: T) -> R:
    """One job in a process of its own."""

    async def one() -> R:
        return await work(item)

    return asyncio.run(one())


@hookimpl
def esc_skills_executors() -> list[type[Executor]]:
    """Offer the component of this file."""
    return [ProcessExecutor]
