"""One writer a run: a lock that names its holder and outlives no crash.

Two marks, because each has a hole. The system's own lock on the open file ends with the
process, but some network disks have none. The text inside names the process by id, boot and
start time, so that a number given to another program later is not mistaken for the holder.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType

import attrs

from esc_skills._store.files import FILE_MODE, disk_faults, make_folder
from esc_skills.errors import UsageError


@attrs.frozen(kw_only=True)
class Holder:
    """Who holds a run."""

    pid: int = 0
    """Process id."""
    boot: str = ""
    """Id of the machine's boot; empty where the system tells none."""
    start: str = ""
    """When the process started, in ticks since boot; empty where the system tells none."""
    since: str = ""
    """When it took the run, for people."""

    @property
    def alive(self) -> bool:
        """Say whether that very process still runs on this machine (R09)."""
        if self.pid <= 0 or self.boot != _boot():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            pass
        return self.start == _start(self.pid)


@attrs.define
class RunLock:
    """Held by the one process that may write a run; a context manager."""

    handle: int
    """Open file descriptor that carries the system's lock; -1 once released."""
    stale: Holder | None = None
    """The dead holder that it was taken over from; None after a clean end."""

    def release(self) -> None:
        """Give the run free; twice does no harm."""
        if self.handle >= 0:
            os.ftruncate(self.handle, 0)
            os.close(self.handle)
            self.handle = -1

    def __enter__(self) -> RunLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trail: TracebackType | None,
    ) -> None:
        self.release()


def take(path: Path, since: str) -> RunLock:
    """Take the lock of a run.

    Args:
        path: Lock file, ``RunFolder.lock``.
        since: What to tell others about the time; this room has no clock.

    Raises:
        UsageError: Another process holds it (R08); the message names it.
        StoreError: The disk refuses.
    """
    make_folder(path.parent)
    with disk_faults(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        free = _system_lock(handle)
        old = _read(handle)
        if not free or (old and old.alive):
            _refuse(old or Holder(), path)
        mine = Holder(pid=os.getpid(), boot=_boot(), start=_start(os.getpid()), since=since)
        with disk_faults(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(attrs.asdict(mine)).encode() + b"\n", 0)
    except BaseException:
        os.close(handle)
        raise
    return RunLock(handle, old)


def _refuse(holder: Holder, path: Path) -> None:
    who = f"pid {holder.pid} since {holder.since}" if holder.pid else "another process"
    raise UsageError(
        f"run in use by {who}",
        where=str(path.parent),
        hint="wait for it or stop it, or choose another folder with --out",
    )


def _system_lock(handle: int) -> bool:
    """Try the system's lock; True also where there is none to be had."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _read(handle: int) -> Holder | None:
    """The holder named in the file; None when it is empty or names nobody."""
    try:
        data = json.loads(os.pread(handle, 4096, 0))
        return Holder(**data) if type(data["pid"]) is int else None
    except (ValueError, TypeError, KeyError):
        return None


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _start(pid: int) -> str:
    """Field 22 of ``/proc/PID/stat``; the name before it may hold blanks and brackets."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        return text.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
