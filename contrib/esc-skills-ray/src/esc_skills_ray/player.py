"""The actor: a worker process with one event loop, on which it plays many jobs at once."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Answer = tuple[bool, Any]
"""Whether the job came to its end, and its answer or its exception."""

_INSIDE: list[bool] = []
"""Filled in a worker: what begins there is played there."""


def inside() -> bool:
    """Whether this process is a worker of this executor."""
    return bool(_INSIDE)


class Player:
    """Holds the work of the maps under way, and does it item by item."""

    def __init__(self, folder: str, path: Sequence[str]) -> None:
        """Look for files and modules where the first process does."""
        os.chdir(folder)
        sys.path.extend(place for place in path if place not in sys.path)
        self._works: dict[int, Callable[[Any], Awaitable[Any]]] = {}
        _INSIDE.append(True)

    async def load(self, number: int, work: bytes) -> int:
        """Unpack the work of a map.

        Returns:
            Id of the process.
        """
        self._works[number] = pickle.loads(work)  # noqa: S301 - sent by the first process
        return os.getpid()

    async def do(self, number: int, item: Any) -> Answer:
        """Do the work for one item; Ray would wrap an exception, so it is given as an answer."""
        try:
            return True, await self._works[number](item)
        except Exception as fault:
            return False, _portable(fault)

    async def drop(self, number: int) -> None:
        """Forget the work of a map that has ended."""
        self._works.pop(number, None)


def _portable(fault: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - made here
    except Exception:
        return RuntimeError(f"{type(fault).__name__}: {fault}")
    return fault
