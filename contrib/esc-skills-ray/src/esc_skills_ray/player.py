"""The actor: a worker process with one event loop, on which it plays many jobs at once."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Item = tuple[int, Any]
"""Place of an item, and the item."""
Ended = tuple[int, bool, Any]
"""Place of an item, whether its job came to its end, and the answer or the exception."""
LINGER = 0.02
"""Seconds for which an answer may wait for others: a message of Ray's costs about a millisecond."""

_INSIDE: list[bool] = []
"""Filled in a worker: what begins there is played there."""


def inside() -> bool:
    """Whether this process is a worker of this executor."""
    return bool(_INSIDE)


class Part:
    """What one worker does of a map."""

    def __init__(self, work: Callable[[Any], Awaitable[Any]]) -> None:
        """Nothing has begun."""
        self.work = work
        self.tasks: set[asyncio.Task[None]] = set()
        self.ended: list[Ended] = []
        self.some = asyncio.Event()

    def begin(self, item: Item) -> None:
        """Begin a job."""
        task = asyncio.create_task(self._do(*item))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _do(self, place: int, item: Any) -> None:
        try:
            made: Ended = (place, True, await self.work(item))
        except Exception as fault:
            made = (place, False, _portable(fault))
        self.ended.append(made)
        self.some.set()


class Player:
    """Holds the work of the maps under way, and does it item by item."""

    def __init__(self, folder: str, path: Sequence[str]) -> None:
        """Look for files and modules where the first process does."""
        os.chdir(folder)
        sys.path.extend(place for place in path if place not in sys.path)
        self._parts: dict[int, Part] = {}
        _INSIDE.append(True)

    async def load(self, number: int, work: bytes) -> None:
        """Unpack the work of a map."""
        self._parts[number] = Part(pickle.loads(work))  # noqa: S301 - sent by the first process

    async def swap(self, number: int, items: bytes) -> bytes:
        """Begin items, and give what has ended: something at least, and what ends right after it.

        Both are pickled here: Ray's own way is meant for more, and takes longer.
        """
        part = self._parts[number]
        for item in pickle.loads(items):  # noqa: S301 - sent by the first process
            part.begin(item)
        await part.some.wait()
        if part.tasks:
            await asyncio.sleep(LINGER)
        part.some.clear()
        ended, part.ended = part.ended, []
        return pickle.dumps(ended)

    async def drop(self, number: int) -> None:
        """Forget the work of a map that has ended."""
        self._parts.pop(number, None)


def _portable(fault: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - made here
    except Exception:
        return RuntimeError(f"{type(fault).__name__}: {fault}")
    return fault
