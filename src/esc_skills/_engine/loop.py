"""Running coroutines from ordinary code, also where a notebook already runs a loop."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from esc_skills._engine import lastly
from esc_skills._engine.vigil import hanging, told_apart

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
        with hearing_once():
            made.append(await work)

    asyncio.run(kept())
    return made[0]


@contextmanager
def hearing_once() -> Iterator[None]:
    """Let a second Ctrl-C end the process, where somebody said how (R03).

    The loop's own handler would raise at whatever line is under way, in a callback that swallows it
    as well as in one that cannot.
    """
    ours, stop = signal.getsignal(signal.SIGINT), lastly.impatient
    elsewhere = threading.current_thread() is not threading.main_thread()
    if stop is None or elsewhere or not callable(ours):
        yield
        return

    presses = 0

    def heard(number: int, frame: Any) -> None:
        nonlocal presses
        presses += 1
        if presses > 1 and not hanging():
            stop()
        ours(number, frame)

    signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        if not presses:
            signal.signal(signal.SIGINT, ours)


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
