"""Archives whose bytes depend on their content alone, and reading one that a stranger made.

A reader takes nothing on trust: no path that leads out, no link, no device, nothing twice, and
never more bytes than the limits allow, whatever the headers say.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from esc_skills._store.files import FILE_MODE, disk_faults, make_folder
from esc_skills.errors import DataError

LARGEST = 4 * 2**30
"""Most bytes of an archive's members together."""
MOST = 20_000
"""Most members."""
AT_ONCE = 2**24
"""Most bytes that are read in one piece."""
LONGEST = 400
"""Most characters of a member's name."""

_UNSAFE = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')
_HINT = "it was not made by `esc-skills study pack`, or was changed on its way; ask for it again"


class _Sober(gzip.GzipFile):
    """Never gives much at once: a header that claims to be long does not fill the memory."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= AT_ONCE:
            raise tarfile.ReadError("a header beyond all measure")
        return super().read(size)


def write_archive(path: Path, members: Mapping[str, Path]) -> None:
    """Write files into a ``.tar.gz``; the same names and bytes always give the same archive.

    Args:
        path: The archive; one of that name is replaced at once.
        members: Name in the archive, with forward slashes → file.

    Raises:
        StoreError: The disk refuses.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    make_folder(path.parent)
    with disk_faults(path):
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
            with (
                os.fdopen(handle, "wb") as raw,
                gzip.GzipFile("", "wb", 9, raw, mtime=0) as squeezed,
                tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as archive,
            ):
                for name in sorted(members):
                    _add(archive, name, members[name])
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def holds(path: Path, name: str) -> bool:
    """Whether a file is a whole archive with such a member, so that it may be made anew."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            return name in archive.getnames()
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        return False


def _add(archive: tarfile.TarFile, name: str, file: Path) -> None:
    member = tarfile.TarInfo(name)  # owner, group and time are 0
    member.size, member.mode = file.stat().st_size, 0o644
    with file.open("rb") as source:
        archive.addfile(member, source)


def read_archive(path: Path, into: Path) -> tuple[str, ...]:
    """Unpack an archive into an empty folder.

    Returns:
        Names of its members, in its order.

    Raises:
        DataError: It is no such archive, or holds what no archive of ours holds.
        StoreError: The disk refuses.
    """
    names: list[str] = []
    left = LARGEST
    with disk_faults(path):
        if not path.is_file():
            raise DataError("no such pack", where=str(path), hint="give the path of a .tar.gz")
        try:
            with _Sober(path) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
                for member in archive:
                    left -= member.size
                    _check(member, names, left, path)
                    _unpack(archive, member, into)
                    names.append(member.name)
                if stream.read(AT_ONCE).strip(b"\0") or stream.read(1):  # to its check sum
                    raise tarfile.ReadError("something lies behind its end")
        except (tarfile.TarError, EOFError, gzip.BadGzipFile, ValueError) as fault:
            raise _refused(f"not a whole archive: {fault}", path) from fault
        except OSError as fault:
            if fault.errno is not None:
                raise
            raise _refused(f"not a whole archive: {fault}", path) from fault
    return tuple(names)


def _check(member: tarfile.TarInfo, names: list[str], left: int, path: Path) -> None:
    parts = PurePosixPath(member.name).parts
    shown = ascii(member.name[:80])
    if not member.isreg():
        raise _refused(f"{shown} is no plain file", path)
    odd = (
        _UNSAFE.search(member.name) or len(member.name) > LONGEST or "/".join(parts) != member.name
    )
    if odd or not parts or member.name.startswith("/") or ".." in parts:
        raise _refused(f"{shown} is no name of a member", path)
    if member.name in names:
        raise _refused(f"{shown} is there twice", path)
    if member.size < 0 or left < 0 or len(names) >= MOST:
        raise _refused(f"at {shown} it is beyond {LARGEST} bytes or {MOST} members", path)


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    source = archive.extractfile(member)
    if source is None:
        raise tarfile.ReadError(f"{member.name} has no content")
    target = into / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("xb") as file:
        shutil.copyfileobj(source, file)


def _refused(what: str, path: Path) -> DataError:
    return DataError(what, where=str(path), hint=_HINT)
