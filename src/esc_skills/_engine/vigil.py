"""Watches for components that hang: one thread looks now and then at what is under way.

A call costs nothing more for it. What waits too long is cancelled and becomes a fault of its item;
what cannot be cancelled ends the run, for nobody else could go on beside it (design 0016).
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import attrs

from esc_skills._engine import lastly
from esc_skills._host.calls import PATIENT, Call, running, waiting
from esc_skills._host.wrapping import LATE
from esc_skills.errors import PluginError

LOOKS = 20
"""Looks within the limit."""
GRACE = 5.0
"""Most seconds between the cancellation of a call, an interrupt, and the end of the process."""

_kept: dict[asyncio.AbstractEventLoop, Vigil] = {}
_stuck: list[PluginError] = []


@attrs.define(kw_only=True)
class Vigil:
    """The watch over one event loop."""

    loop: asyncio.AbstractEventLoop
    """Whose calls are watched."""
    limit: float
    """Seconds that a call may take, the time that it waits for models left out."""
    thread: int = attrs.field(factory=threading.get_ident)
    """Who runs the loop."""
    users: int = 0
    """Walks over this loop."""
    _over: threading.Event = attrs.field(factory=threading.Event, init=False)
    _since: dict[FrameType, tuple[float, Any]] = attrs.field(factory=dict, init=False)

    def stand(self) -> None:
        """Look until told to stop; run on a thread of its own."""
        while not self._over.wait(min(self.limit / LOOKS, 15.0)):
            late = self.look(time.monotonic())
            if late is not None:
                self._end(late)
                return

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def look(self, now: float) -> Call | None:
        """Cancel what is late; gives a call that goes on after it was cancelled."""
        grace = min(GRACE, self.limit)
        before, self._since, stuck = self._since, {}, None
        for call, task in self._under_way():
            since, heard = before.get(call.frame, (now, None))
            # An answered question is a sign of life, and so is a new one.
            free = call.waits or (task is not None and call.entry.role in PATIENT)
            since = now if free or heard not in {None, call.heard} else since
            self._since[call.frame] = (since, call.heard)
            if now - since > self.limit + grace:
                stuck = call
            elif now - since > self.limit and task is not None:
                self.loop.call_soon_threadsafe(self._cancel, task, call.frame)
        return stuck

    def _under_way(self) -> Iterator[tuple[Call, asyncio.Task[Any] | None]]:
        seen = set()
        if call := running(sys._current_frames().get(self.thread)):
            seen.add(call.frame)
            yield call, None
        for task in asyncio.all_tasks(self.loop):
            if (call := waiting(task)) and call.frame not in seen:
                yield call, task

    def _cancel(self, task: asyncio.Task[Any], frame: FrameType) -> None:
        """Cancel a call if it still is what its task waits in; on the loop's own thread."""
        found = waiting(task)
        if found is not None and found.frame is frame and task not in LATE:
            LATE[task] = self.limit
            task.cancel()

    def _end(self, call: Call) -> None:
        """Interrupt the run as Ctrl-C does, twice as asyncio wants it; then harder."""
        fault = call.fault(self.limit)
        _stuck.append(fault)
        self.loop.set_exception_handler(lambda *_: None)  # one line says it all
        for _ in range(2):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            if self._over.wait(0.1):
                return
        if not self._over.wait(min(GRACE, self.limit)) and lastly.last_resort is not None:
            lastly.last_resort(fault)


@contextmanager
def watched(limit: float) -> Iterator[None]:
    """Watch over the components of the running loop; walks that share a loop share a watch."""
    loop = asyncio.get_running_loop()
    vigil = _kept.get(loop)
    if vigil is None:
        vigil = _kept[loop] = Vigil(loop=loop, limit=limit)
        threading.Thread(target=vigil.stand, name="esc-skills vigil", daemon=True).start()
    vigil.limit = max(vigil.limit, limit) if vigil.users else limit
    vigil.users += 1
    try:
        yield
    finally:
        vigil.users -= 1
        if vigil.users == 0:
            vigil.stop()
            del _kept[loop]


def hanging() -> bool:
    """Whether the watch has begun to end the run: then it is the watch that interrupts."""
    return bool(_stuck)


@contextmanager
def told_apart() -> Iterator[None]:
    """Tell an interrupt of the watch from one of a person.

    Raises:
        PluginError: A component hangs and could not be cancelled.
    """
    _stuck.clear()
    try:
        yield
    except KeyboardInterrupt:
        if _stuck:
            raise _stuck[0] from None
        raise
