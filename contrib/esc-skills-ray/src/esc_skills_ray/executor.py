"""Executor ``ray``."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

import attrs

from esc_skills.errors import ConfigError, PluginError
from esc_skills.spec import Executor, hookimpl
from esc_skills_ray.hall import Hall, Worker
from esc_skills_ray.player import Item, inside

T = TypeVar("T")
R = TypeVar("R")
Do = Callable[[Any], Awaitable[Any]]


@attrs.define(kw_only=True)
class Task:
    """A map that is under way."""

    number: int
    """Its number."""
    work: bytes
    """Pickled."""
    left: deque[Item]
    """Not given out yet, or given back by a death."""
    done: dict[int, Any] = attrs.field(factory=dict)
    """Answers by place."""
    deaths: Counter[int] = attrs.field(factory=Counter)
    """How often a worker died over an item."""


@attrs.frozen(kw_only=True)
class RayExecutor:
    """Async actors of Ray on this machine, each with an event loop that plays many jobs at once.

    A job that cannot be sent to another process runs here; so does everything inside an actor.
    An actor that dies is begun anew, and what it had under way is done again: a conversation
    finds every answer that was journalled before.
    """

    name: ClassVar[str] = "ray"
    summary: ClassVar[str] = "async actors of Ray, begun anew when one dies"

    workers: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.ge(1))
    )
    """Actors; None takes one a core."""
    address: str = ""
    """A Ray that runs, such as ``auto``; empty begins one for the length of a run."""
    restarts: int = attrs.field(default=3, validator=attrs.validators.ge(0))
    """How often a job is given out again after its worker has died."""
    _open: list[Hall] = attrs.field(factory=list, init=False, eq=False, repr=False)

    @property
    def width(self) -> int:
        """Jobs that are worth giving at once."""
        return self.workers or len(os.sched_getaffinity(0))

    async def map(
        self, work: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int
    ) -> tuple[R, ...]:
        """Run ``work`` over ``items``, in actors where both can be sent there.

        The first exception ends the actors and is raised.

        Raises:
            ConfigError: ``limit`` is below 1.
            PluginError: Workers died again and again, or Ray cannot be reached.
        """
        if limit < 1:
            raise ConfigError(
                f"concurrency = {limit}: at least one job must run", hint="set run.concurrency to 1"
            )
        many = min(limit, self.width, len(items))
        if many < 2 or inside() or not _can_go(items):
            return await _here(work, items, limit)
        try:
            packed = pickle.dumps(work)
        except (pickle.PicklingError, AttributeError, TypeError):
            return await _here(work, items, limit)
        if not self._open:
            self._open.append(Hall.opened(self.address))
        number, workers = self._open[0].places(many)
        task = Task(number=number, work=packed, left=deque(enumerate(items)))
        shares = [limit // many + (place < limit % many) for place in range(many)]
        try:
            await _together(self._pump(task, *pair) for pair in zip(workers, shares, strict=True))
        except BaseException:
            for worker in workers:
                worker.kill()  # what it was doing is resumed like after any kill
            raise
        for worker in workers:
            worker.forget(number)
        return tuple(task.done[place] for place in range(len(items)))

    async def _pump(self, task: Task, worker: Worker, share: int) -> None:
        """Keep a worker busy; what it had under way when it died is given out again."""
        from ray.exceptions import RayActorError

        out: dict[int, Any] = {}
        while task.left or out:
            fresh = [task.left.popleft() for _ in range(min(share - len(out), len(task.left)))]
            out.update(fresh)
            try:
                ended = await worker.swap(task.number, task.work, fresh)
            except RayActorError as fault:
                task.deaths.update(tuple(out))
                task.left.extendleft(reversed(out.items()))
                if max(task.deaths[place] for place in out) > self.restarts:
                    raise _given_up(self.restarts + 1) from fault
                out.clear()
                continue
            for place, good, answer in ended:
                if not good:
                    raise answer
                task.done[place] = answer
                del out[place]

    def close(self) -> None:
        """End the actors, and Ray if it was begun here; the next jobs begin them anew."""
        while self._open:
            self._open.pop().close()


def _can_go(items: Sequence[object]) -> bool:
    try:
        pickle.dumps(list(items))
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _given_up(times: int) -> PluginError:
    return PluginError(
        f"a worker died {times} times over one job",
        hint="give it more memory, or fewer workers; then the same command goes on",
        plugin="executor.ray",
        hook="map",
    )


async def _here(work: Do, items: Sequence[Any], limit: int) -> tuple[Any, ...]:
    """Run jobs in this process, many at once."""
    left = deque(enumerate(items))
    done: dict[int, Any] = {}

    async def drain() -> None:
        while left:
            place, item = left.popleft()
            done[place] = await work(item)
            await asyncio.sleep(0)  # jobs that never wait let the loop hear an interrupt

    await _together(drain() for _ in range(min(limit, len(items))))
    return tuple(done[place] for place in range(len(items)))


async def _together(jobs: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all; the first exception cancels the others, waits for their end, and is raised."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


@hookimpl
def esc_skills_executors() -> list[type[Executor]]:
    """Offer the component of this file."""
    return [RayExecutor]
