"""Running coroutines from ordinary code, also where a notebook already runs a loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from esc_skills._engine.vigil import told_apart

T = TypeVar("T")
YOUNG = 20_000
"""Objects made before the garbage collector looks. Hundreds of calls under way live longer than its
usual 700, and it would walk over all of them again and again: a fifth of a call's CPU."""


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; inside a running loop, on a thread of its own."""
    with rare_collections(), told_apart():
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return _run(work)
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(_run, work).result()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``, which would also write out the repr of what was made, twice.

    It sets the handler of Ctrl-C back, ``signal`` finds no name for that handler, and formats one:
    the task with its result. That takes seconds where the result is the record of a run.
    """
    made: list[T] = []

    async def kept() -> None:
        made.append(await work)

    asyncio.run(kept())
    return made[0]


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect garbage less often; the process's own setting comes back at the end."""
    young, *older = gc.get_threshold()
    if young:
        gc.set_threshold(max(young, YOUNG), *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)
