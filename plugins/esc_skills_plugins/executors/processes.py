"""Spreads jobs over processes of this machine; for work that no model slows down."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import ClassVar, TypeVar

import attrs

from esc_skills.errors import PluginError
from esc_skills.spec import Executor, hookimpl
from esc_skills_plugins.executors.local import LocalExecutor

T = TypeVar("T")
R = TypeVar("R")


@attrs.frozen(kw_only=True)
class ProcessExecutor:
    """A process a core: conversations and shards of studies; each runs some jobs at a time.

    A job that cannot be sent to another process, such as one over this process's own models,
    runs here, as with ``local``; so does everything in a process that another one began.
    """

    name: ClassVar[str] = "processes"
    summary: ClassVar[str] = "a process a core, where no model is waited for"

    processes: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.ge(1))
    )
    """Most processes; None takes one a core."""
    _open: dict[int, ProcessPoolExecutor] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

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
        if many < 2 or _is_child() or not _can_go(work, items):
            return await LocalExecutor().map(work, items, limit)
        from concurrent.futures.process import BrokenProcessPool

        each = limit // many
        size = 1 if each == 1 else -(-len(items) // many)
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        pool = self._pool(many)
        loop = asyncio.get_running_loop()
        futures = [loop.run_in_executor(pool, _some, work, part, each) for part in parts]
        try:
            return tuple(answer for some in await asyncio.gather(*futures) for answer in some)
        except BrokenProcessPool as fault:
            self._end(many)
            raise PluginError(
                "a process that played a part of the work was killed",
                hint="give it more memory, or fewer processes, and guard a script's own lines by "
                '`if __name__ == "__main__":`; then the same command goes on',
                plugin="executor.processes",
                hook="map",
            ) from fault
        except BaseException:
            self._end(many)
            raise

    def close(self) -> None:
        """End the processes; the next jobs begin new ones."""
        while self._open:
            self._open.popitem()[1].shutdown()

    def _pool(self, many: int) -> ProcessPoolExecutor:
        """Processes stay from map to map: to begin one takes as long as many conversations."""
        if many not in self._open:
            from multiprocessing import get_context

            self.close()
            # A new interpreter each: a copy of this one would share open files and locks.
            self._open[many] = ProcessPoolExecutor(
                many, mp_context=get_context("spawn"), initializer=_follow
            )
        return self._open[many]

    def _end(self, many: int) -> None:
        pool = self._open.pop(many)
        for process in list((pool._processes or {}).values()):
            process.terminate()  # what it was doing is resumed like after any kill
        pool.shutdown(wait=True, cancel_futures=True)


def _is_child() -> bool:
    from multiprocessing import parent_process

    return parent_process() is not None


def _follow() -> None:
    """End with the process that began this one, however that ended; nobody waits for answers."""
    from multiprocessing import parent_process
    from threading import Thread

    def watch() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _can_go(work: object, items: Sequence[object]) -> bool:
    try:
        pickle.dumps((work, list(items)))
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _some(work: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int) -> tuple[R, ...]:
    """Jobs in a process of their own."""
    return asyncio.run(LocalExecutor().map(work, items, limit))


@hookimpl
def esc_skills_executors() -> list[type[Executor]]:
    """Offer the component of this file."""
    return [ProcessExecutor]
