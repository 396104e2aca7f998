"""Deadlines of many calls under one timer.

Like ``asyncio.timeout``, but nearly free for a call that ends in time: the loop holds one timer
for all of them, set for the earliest deadline, and looks at them only when it rings.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

import attrs


@attrs.define(eq=False)
class Deadline:
    """A block of one task that must end in time; use it with ``with``."""

    owner: Deadlines
    """Who watches it."""
    until: float
    """When it ends, by the clock of the loop."""
    task: asyncio.Task[Any]
    """Whose block it is."""
    before: int
    """Cancellations of the task that others had asked for at the start."""
    late: bool = False
    """True when the watch has cancelled the task."""

    def __enter__(self) -> Deadline:
        """Begin to watch."""
        self.owner.watch(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        """End; a block that was cut short by the watch ends in ``TimeoutError``."""
        del self.owner.watched[self]
        if self.late and self.task.uncancel() <= self.before and kind is asyncio.CancelledError:
            raise TimeoutError from fault


@attrs.define
class Deadlines:
    """Watches the blocks of one event loop after the other."""

    watched: dict[Deadline, None] = attrs.field(factory=dict, init=False)
    """Blocks under way, in the order they began."""
    _loop: asyncio.AbstractEventLoop | None = attrs.field(default=None, init=False)
    _bell: asyncio.TimerHandle | None = attrs.field(default=None, init=False)
    _rings: float = attrs.field(default=float("inf"), init=False)

    def within(self, seconds: float) -> Deadline:
        """Give the block that follows so many seconds."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a running task")
        return Deadline(self, task.get_loop().time() + seconds, task, task.cancelling())

    def watch(self, block: Deadline) -> None:
        """Look after a block; the timer is set anew only for one that ends before all others."""
        self.watched[block] = None
        loop = block.task.get_loop()
        if loop is not self._loop:
            self._loop, self._bell, self._rings = loop, None, float("inf")
        if block.until < self._rings:
            self._set(loop, block.until)

    def _set(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        if self._bell is not None:
            self._bell.cancel()
        self._rings, self._bell = when, loop.call_at(when, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel what is late, and wait for the next deadline."""
        now = max(loop.time(), self._rings)  # timers may ring a tick early
        self._rings, self._bell = float("inf"), None
        for block in self.watched:
            if block.until <= now and not block.late:
                block.late = True
                block.task.cancel()
        if left := [block.until for block in self.watched if not block.late]:
            self._set(loop, min(left))
