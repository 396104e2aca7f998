"""Reading a bundle of skills that a stranger made: in memory, under limits, never unpacked to disk.

A bundle is a folder, a ``.zip``, ``.tar`` or ``.tar.gz``, one JSON file or one ``SKILL.md``. Names
and sizes are looked at before anything is unpacked; one bad member refuses the whole.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from esc_skills._codec.strict import decode
from esc_skills._store.files import disk_faults
from esc_skills.errors import DataError

LARGEST = 32 * 2**20
"""Most bytes of a bundle, packed or not."""
EACH = 16 * 2**20
"""Most bytes of one member."""
MOST = 2_000
"""Most members."""
DEEPEST = 8
"""Most folders within each other."""
LONGEST = 200
"""Most characters of a member's name."""
ENDINGS = (".md", ".txt")
"""Files that may lie in a bundle, ``bank.json`` and what is named in ``PAPERS`` apart."""
PAPERS = frozenset(("license", "licence", "notice", "copying", "authors", "bank.json"))

Member = tuple[str, int, Callable[[], bytes]]
"""Name, stated size, and how to read it."""

_SIGNS = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f-\x9f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_ZIP, _ENTRY, _GZIP = b"PK\x03\x04", b"PK\x01\x02", b"\x1f\x8b"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, IndexError, KeyError, OverflowError, RecursionError, NotImplementedError),
)
"""What the readers of archives raise on bytes that were made to trouble them."""


def read_bundle(path: Path) -> dict[str, bytes]:
    """Read every file of a bundle; nothing is written and nothing is run.

    Returns:
        Names below the bundle's root, with forward slashes and sorted, and their bytes.

    Raises:
        DataError: It is none of the known kinds, or holds what no bundle of skills holds.
        StoreError: The disk refuses.
    """
    path = Path(path)
    with disk_faults(path):
        if path.is_dir():
            return _taken(_walk(path), path)
        if not path.is_file():
            raise DataError("no such bundle", where=str(path), hint="check the path")
        if path.stat().st_size > LARGEST:
            raise _refused(f"larger than {LARGEST >> 20} MB", path)
        data = path.read_bytes()
    try:
        return _taken(_members(data, path), path)
    except _BROKEN as fault:
        raise _refused(f"not a whole archive: {type(fault).__name__}", path) from fault


def _members(data: bytes, path: Path) -> Iterator[Member]:
    if data.startswith(_GZIP):
        data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _refused(f"unpacks to more than {LARGEST >> 20} MB", path)
        return _tar(data, path)
    if data.startswith(_ZIP):
        return _zip(data, path)
    if data[257:262] == b"ustar":
        return _tar(data, path)
    if path.suffix.lower() == ".json":
        return iter([("bank.json", len(data), lambda: data)])
    if path.suffix.lower() == ".md":
        return iter([("SKILL.md", len(data), lambda: data)])
    raise _refused("no folder, .zip, .tar, .tar.gz, .json or SKILL.md", path)


def _zip(data: bytes, path: Path) -> Iterator[Member]:
    if data.count(_ENTRY) > MOST:  # before a list of them is made
        raise _refused(f"more than {MOST} members", path)
    archive = zipfile.ZipFile(io.BytesIO(data))
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        folder = info.orig_filename.endswith("/") and kind in (0, stat.S_IFDIR)
        if not folder and kind not in (0, stat.S_IFREG):
            raise _refused(f"{info.orig_filename[:80]!a} is a link or a device", path)
        if info.flag_bits & 1 or info.compress_type not in _METHODS:
            raise _refused(f"{info.orig_filename[:80]!a} is locked or packed oddly", path)
        if folder:
            _check_name(info.orig_filename.removesuffix("/"), path)
        else:
            yield info.orig_filename, info.file_size, partial(archive.read, info)


def _tar(data: bytes, path: Path) -> Iterator[Member]:
    archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115 - memory alone
    for count, member in enumerate(archive):
        if count >= MOST:
            raise _refused(f"more than {MOST} members", path)
        if member.isdir():
            _check_name(member.name, path)
        elif member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.sparse:
            raise _refused(f"{member.name[:80]!a} is a link or a device", path)
        else:
            yield member.name, member.size, partial(_content, archive, member)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = archive.extractfile(member)
    return source.read() if source else b""


def _walk(root: Path) -> Iterator[Member]:
    """Files of a folder; a link is not followed, not even one that is put there meanwhile."""
    for folder, inner, files in os.walk(root):
        for name in (*inner, *files):
            found = Path(folder, name)
            told, shown = found.lstat(), found.relative_to(root).as_posix()
            if stat.S_ISDIR(told.st_mode):
                _check_name(shown, root)
            elif not stat.S_ISREG(told.st_mode) or told.st_nlink > 1:
                raise _refused(f"{shown[:80]!a} is a link or a device", root)
            else:
                yield shown, told.st_size, partial(_opened, found)


def _opened(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(EACH + 1)


def _taken(members: Iterator[Member], path: Path) -> dict[str, bytes]:
    """Check all names and sizes, and only then read."""
    wanted: dict[str, Callable[[], bytes]] = {}
    seen: dict[str, str] = {}
    left = LARGEST
    for name, size, read in members:
        _check_name(name, path)
        _check_kind(name, path)
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in seen:
            raise _refused(f"{name!a} and {seen[folded]!a} are one name", path)
        left -= size
        if not 0 <= size <= EACH or left < 0 or len(wanted) >= MOST:
            raise _refused(f"at {name!a} it is beyond all measure", path)
        seen[folded], wanted[name] = name, read
    for folded, name in seen.items():
        if above := next((seen[one] for one in _above(folded) if one in seen), None):
            raise _refused(f"{above!a} is a file and the folder of {name!a}", path)
    return _rooted({name: _text(wanted[name](), name, path) for name in sorted(wanted)})


def _above(name: str) -> Iterator[str]:
    parts = name.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def _check_name(name: str, path: Path) -> None:
    parts = name.split("/")
    odd = (
        not name
        or len(name) > LONGEST
        or len(parts) > DEEPEST
        or _SIGNS.search(name)
        or not name.isprintable()
        or any(part != part.strip() or not part.strip(".") for part in parts)
        or any(part.endswith(".") or _DEVICE.fullmatch(part.lower()) for part in parts)
    )
    if odd:
        raise _refused(f"{name[:80]!a} is no name of a file in a bundle", path)


def _check_kind(name: str, path: Path) -> None:
    last = name.rpartition("/")[2].lower()
    if not last.endswith(ENDINGS) and last not in PAPERS:
        raise _refused(f"{name!a} is no text; scripts and binaries are not taken", path)


def _text(data: bytes, name: str, path: Path) -> bytes:
    """The bytes of a member, when they are text and no more than was said."""
    if len(data) > EACH:
        raise _refused(f"{name!a} is longer than it says", path)
    text = decode(data, f"{path}/{name}")
    if "\0" in text or text.startswith("#!"):
        raise _refused(f"{name!a} is a binary or a script under another name", path)
    return data


def _rooted(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files without the one folder that everything lies in."""
    tops = {name.partition("/")[0] for name in files}
    bare = [name for name in files if "/" not in name]
    if len(tops) != 1 or bare:
        return files
    skip = len(next(iter(tops))) + 1
    inner = {name[skip:]: data for name, data in files.items()}
    # The folder of a lone skill bears the skill's name, and stays.
    return files if "SKILL.md" in inner else inner


def _refused(what: str, path: Path) -> DataError:
    return DataError(
        what,
        where=str(path),
        hint="nothing was taken; a bundle holds SKILL.md files, bank.json and plain texts",
    )
