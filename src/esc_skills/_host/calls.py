"""Calls into plug-ins that are under way, found on the stacks of tasks and threads.

Looking costs a call nothing: nobody notes when one begins or ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import FrameType
from typing import Any

import attrs

from esc_skills._host import importing, loading, wrapping
from esc_skills._host.blame import owner
from esc_skills._host.catalogue import Entry
from esc_skills.errors import PluginError

_DOORS = {
    (wrapping.__file__, "call"): "",
    (wrapping.__file__, "read"): "",
    (importing.__file__, "load_module"): "import",
    (loading.__file__, "component"): "__init__",
}
"""Functions through which the kernel enters a plug-in, and the hook where no variable says it."""
PATIENT = ("guard", "backend")
"""Roles whose waiting calls have deadlines of their own."""


@attrs.frozen(kw_only=True)
class Call:
    """One call of a plug-in."""

    frame: FrameType
    """The kernel's last frame before the plug-in's own."""
    entry: Entry
    """Who was called."""
    hook: str
    """What of it."""
    place: str
    """Where in the run; empty where nobody said."""
    heard: tuple[int, int]
    """Questions that its context has asked and got answered so far."""

    @property
    def waits(self) -> bool:
        """Whether it waits for a model."""
        return self.heard[0] != self.heard[1]

    def fault(self, seconds: float) -> PluginError:
        """What is told of a call that cannot be ended from outside."""
        place = f" at {self.place}" if self.place else ""
        return PluginError(
            f"hangs{place}: no end within {seconds:g} s, and it cannot be cancelled",
            hint="what is finished is kept, and the same command goes on; choose another "
            f"{self.entry.role}, or set run.limits.component if it needs longer",
            hook=self.hook,
            **owner(self.entry),
        )


def _call(frame: FrameType) -> Call | None:
    known = _DOORS.get((frame.f_code.co_filename, frame.f_code.co_name))
    if known is None:
        return None
    here = frame.f_locals
    pane = here.get("self")
    entry = pane._entry if isinstance(pane, wrapping.Pane) else here.get("entry")
    hook = known or here.get("name")
    if not (isinstance(entry, Entry) and isinstance(hook, str)):
        return None  # an executor's map, which lasts as long as its jobs; or not begun yet
    given = (*here.get("args", ()), *here.get("facts", {}).values())
    ctx = next((item for item in reversed(given) if hasattr(item, "place")), None)
    heard = (getattr(ctx, "asked", 0), getattr(ctx, "answered", 0))
    place = str(getattr(ctx, "place", ""))
    return Call(frame=frame, entry=entry, hook=hook, place=place, heard=heard)


def _chain(work: Any) -> Iterator[FrameType]:
    """Frames of a suspended coroutine and of all that it awaits, outermost first."""
    while work is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(work, f"{kind}_frame")), "")
        if kind and (frame := getattr(work, f"{kind}_frame")) is not None:
            yield frame
        work = getattr(work, "gi_yieldfrom" if kind == "gi" else f"{kind}_await", None)


def waiting(task: asyncio.Task[Any]) -> Call | None:
    """The innermost call that a task waits in."""
    found = [call for frame in _chain(task.get_coro()) if (call := _call(frame))]
    return found[-1] if found else None


def running(frame: FrameType | None) -> Call | None:
    """The innermost call on the stack of a thread."""
    while frame is not None:
        if call := _call(frame):
            return call
        frame = frame.f_back
    return None
