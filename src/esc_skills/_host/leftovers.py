"""What plug-ins left behind when the work was done: threads and processes that still run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from pathlib import Path

from esc_skills._host.suspects import named, suspects

PATIENCE = 0.2
"""Seconds that a thread has to end by itself."""
_PYTHONS_OWN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def threads() -> list[str]:
    """Threads that Python would wait for at its end, a line each."""
    found = []
    for one in threading.enumerate():
        if one.daemon or one is threading.main_thread():
            continue
        one.join(PATIENCE)
        if one.is_alive():
            frame, files = sys._current_frames().get(one.ident or 0), set()
            while frame is not None:
                files.add(frame.f_code.co_filename)
                frame = frame.f_back
            found.append(f"thread {one.name!r}{_whose(files)}")
    return found


def workers() -> list[str]:
    """Processes of ``multiprocessing`` that Python would wait for at its end, a line each."""
    library = sys.modules.get("multiprocessing")
    alive = library.active_children() if library else ()
    return [f"process {one.pid} ({one.name}){_whose()}" for one in alive if not one.daemon]


def children() -> list[str]:
    """All child processes that go on, a line each; none where the system does not list them."""
    every = Path("/proc/self/task").glob("*/children")
    pids = sorted({int(pid) for path in every for pid in _read(path).split()})
    return [f"process {pid} ({words}){_whose()}" for pid in pids if (words := _alive(pid))]


def _read(path: Path) -> str:
    """What a file of the system holds; nothing when its thread has ended meanwhile."""
    try:
        return path.read_text("ascii")
    except OSError:
        return ""


def _alive(pid: int) -> str:
    """Command line of a process; empty for one that has ended, or serves Python itself."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    shown = " ".join(words.decode("utf-8", "replace").split())[:80]
    ended = state[:1] == ["Z"] or any(name in shown for name in _PYTHONS_OWN)
    return "" if ended else shown or "just begun"


def _whose(files: Collection[str] = ()) -> str:
    found = suspects(files)
    return f", perhaps of {named(found)}" if found else ""
