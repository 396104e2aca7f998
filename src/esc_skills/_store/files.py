"""Writing so that a crash leaves the old file or the new one, and nobody else can read it.

A whole file is written beside its place and renamed; rows are appended behind a whole line.
A fault of the disk becomes a StoreError that says what to do.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from esc_skills.errors import DataError, StoreError, UsageError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
NAME_LIMIT = 80

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_HINTS = {
    errno.ENOSPC: "free some space on that disk, then run the same command again",
    errno.EDQUOT: "free some of your quota, then run the same command again",
    errno.EFBIG: "raise the limit on file sizes, then run the same command again",
    errno.EACCES: "look at its permissions, or choose another place",
    errno.EPERM: "look at its permissions, or choose another place",
    errno.EROFS: "choose a folder you may write to with --out",
}
_TAKEN = {errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG}
"""What another try cannot mend: a file lies where a folder is wanted, or the other way round."""
_serial = itertools.count()


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Turn an OSError into a StoreError that names the file and the next step (R06, R07).

    A path that can hold no such thing is a UsageError.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno in _TAKEN:
            hint = "choose another place; no command writes over what it has not made"
            raise UsageError(str(fault.strerror), where=str(path)[-200:], hint=hint) from fault
        hint = _HINTS.get(fault.errno or 0, "check the disk, then run the same command again")
        what = fault.strerror or str(fault)
        if fault.errno == errno.ENOSPC:
            what += f" ({free(path)} MB free)"
        raise StoreError(what, where=str(path), hint=hint) from fault


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can enter; its parents as the system makes them."""
    with disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)


def is_folder(path: Path) -> bool:
    """Whether a folder is there, for those who look and make none.

    Raises:
        UsageError: None can be made there: a file lies in the way.
        StoreError: The disk refuses a look.
    """
    with disk_faults(path):
        near = next((one for one in (path, *path.parents) if os.path.lexists(one)), Path())
        if not near.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        return near == path


def write_file(path: Path, data: bytes) -> None:
    """Write a whole file at once: after a crash it is the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}-{next(_serial)}.tmp")
    make_folder(path.parent)
    with disk_faults(path):
        try:
            _put(beside, data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        settle(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not be there yet; its owner alone can read it (O08)."""
    with disk_faults(path):
        _put(path, data)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder at once; one of that name must not exist (O08)."""
    if path.exists():
        raise UsageError(
            "exists, and is not written over", where=str(path), hint="choose another place"
        )
    beside = path.with_name(f".{path.name}.{os.getpid()}-{next(_serial)}.tmp")
    make_folder(path.parent)
    with disk_faults(path):
        try:
            make_folder(beside)
            for name, data in files.items():
                make_folder((beside / name).parent)
                _put(beside / name, data)
            beside.rename(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        settle(path.parent)


def append_rows(path: Path, text: str) -> None:
    """Append whole lines; a torn last line of a crash is cut off first (M2).

    When the disk refuses, the file is cut back to where it was, so that no row is ever half. A
    whole file to which nothing is appended is not touched: anybody may look at a run.
    """
    if not text and _is_whole(path):
        return
    make_folder(path.parent)
    with disk_faults(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            end = _whole_end(handle)
            os.ftruncate(handle, end)
            os.lseek(handle, end, os.SEEK_SET)
            try:
                _write_all(handle, text.encode())
            except OSError:
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _whole_end(file.fileno()) == file.seek(0, os.SEEK_END)
    except OSError:
        return False


def read_bytes(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        DataError: There is no such file, or it is no file.
        StoreError: The disk refuses.
    """
    with disk_faults(path):
        if path.is_file():
            return path.read_bytes()
    what = f"{path.name} is no plain file" if os.path.lexists(path) else f"no file {path.name}"
    raise DataError(what, where=str(path), hint="check the path; is the run complete?")


def sweep(path: Path) -> None:
    """Remove what a killed writer left half done; only for the holder of the run's lock."""
    with disk_faults(path):
        for left in sorted(path.rglob(".*.tmp")):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """A file name for any id: itself where that is safe everywhere, else with a hash (O07).

    Two ids never share a name, also where upper and lower case are one.
    """
    safe = len(name) <= NAME_LIMIT and _SAFE.fullmatch(name) and not name.endswith(".")
    if safe and not _DEVICES.fullmatch(name):
        return name
    bare = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[: NAME_LIMIT - 13].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{bare or 'id'}-{digest}"


def _put(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _whole_end(handle: int) -> int:
    """Where the last whole line ends."""
    end = os.lseek(handle, 0, os.SEEK_END)
    while end:
        start = max(0, end - 65536)
        block = os.pread(handle, end - start, start)
        if (found := block.rfind(b"\n")) >= 0:
            return start + found + 1
        end = start
    return 0


def settle(folder: Path) -> None:
    """Make a rename last through a power cut, where the system allows it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def free(path: Path) -> int:
    """Free space of the disk that holds a path, or will, in megabytes."""
    near = next((folder for folder in path.parents if folder.is_dir()), Path())
    return shutil.disk_usage(near).free // 10**6
