"""Executor ``ray``."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, TypeVar

import attrs

from esc_skills.errors import ConfigError, PluginError
from esc_skills.spec import Executor, hookimpl
from esc_skills_ray.hall import Hall, Worker
from esc_skills_ray.player import inside

T = TypeVar("T")
R = TypeVar("R")
Do = Callable[[Any], Awaitable[Any]]


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
            return await _all([work] * min(limit, len(items)), items)
        try:
            packed = pickle.dumps(work)
        except (pickle.PicklingError, AttributeError, TypeError):
            return await _all([work] * min(limit, len(items)), items)
        if not self._open:
            self._open.append(Hall.opened(self.address))
        number, workers = self._open[0].places(many)
        slots = [
            self._sender(workers[slot % many], number, packed)
            for slot in range(min(limit, len(items)))
        ]
        try:
            done: tuple[R, ...] = await _all(slots, items)
        except BaseException:
            for worker in workers:
                worker.kill()  # what it was doing is resumed like after any kill
            raise
        for worker in workers:
            worker.forget(number)
        return done

    def _sender(self, worker: Worker, number: int, work: bytes) -> Do:
        """One of the slots of a worker: does a job there, and again when the actor died."""
        from ray.exceptions import RayActorError

        async def send(item: Any) -> Any:
            for left in range(self.restarts, -1, -1):
                try:
                    good, answer = await worker.do(number, work, item)
                except RayActorError as fault:
                    if left:
                        continue
                    raise PluginError(
                        f"a worker died {self.restarts + 1} times over one job",
                        hint="give it more memory, or fewer workers; then the same command goes on",
                        plugin="executor.ray",
                        hook="map",
                    ) from fault
                if good:
                    return answer
                raise answer
            raise AssertionError  # the last round returns or raises

        return send

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


async def _all(slots: Sequence[Do], items: Sequence[Any]) -> tuple[Any, ...]:
    """Share items out over slots; the first exception cancels all others, and is raised."""
    queue = deque(enumerate(items))
    done: dict[int, Any] = {}

    async def drain(do: Do) -> None:
        while queue:
            place, item = queue.popleft()
            done[place] = await do(item)
            await asyncio.sleep(0)  # jobs that never wait let the loop hear an interrupt

    tasks = [asyncio.create_task(drain(do)) for do in slots]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    return tuple(done[place] for place in range(len(items)))


@hookimpl
def esc_skills_executors() -> list[type[Executor]]:
    """Offer the component of this file."""
    return [RayExecutor]
