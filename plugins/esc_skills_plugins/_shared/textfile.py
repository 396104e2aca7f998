"""Reads a data file whole: refuses what is no plain file, finds the encoding, hashes the bytes."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import stat
from pathlib import Path

import attrs

from esc_skills.errors import DataError
from esc_skills_plugins._shared.lookalike import refuse_binary

MAX_BYTES = 128 * 2**20
"""Largest file read; ESConv has 18 MB. Text and records take several times the file's size."""


@attrs.frozen(kw_only=True)
class TextFile:
    """A file's text with what is needed to point into it."""

    where: str
    """Path as the user gave it."""
    text: str
    """Decoded content, line ends as found."""
    encoding: str = "utf-8"
    """Encoding it was decoded from."""
    sha256: str = ""
    """Hash of the bytes; empty for embedded data."""


def _status(path: Path) -> os.stat_result:
    where = str(path)
    try:
        status = path.stat()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise DataError(f"cannot read: {reason}", where=where, hint="check the path") from fault
    if not stat.S_ISREG(status.st_mode):
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a plain file"
        raise DataError(f"is {kind}", where=where, hint="give the path of one data file")
    if status.st_size > MAX_BYTES:
        raise DataError(
            f"has {status.st_size // 2**20} MiB, more than the cap of {MAX_BYTES // 2**20} MiB",
            where=where,
            hint="split it into smaller files and name each of them as a corpus",
        )
    return status


def _bytes(path: Path) -> bytes:
    """Read a plain file whole, and refuse one that is written to meanwhile."""
    before = _status(path)
    try:
        # One byte beyond the stated size tells a growing file without reading on for ever.
        with path.open("rb") as stream:
            data = stream.read(before.st_size + 1)
    except OSError as fault:
        raise DataError(
            f"cannot read: {fault.strerror}", where=str(path), hint="check its permissions"
        ) from fault
    after = _status(path)
    if (before.st_mtime_ns, len(data)) != (after.st_mtime_ns, after.st_size):
        raise DataError(
            "changed while it was being read",
            where=str(path),
            hint="wait until the file is complete, then run again",
        )
    return data


def _decoded(data: bytes, where: str) -> tuple[str, str]:
    # Beside the byte order marks, this finds UTF-16 and UTF-32 without one by their zero bytes.
    encoding = json.detect_encoding(data)
    try:
        text = codecs.decode(data, encoding)
    except UnicodeDecodeError as fault:
        raise DataError(
            f"not {encoding} text: byte 0x{data[fault.start]:02x} at offset {fault.start}",
            where=where,
            hint="save it as UTF-8, for example: iconv -f LATIN1 -t UTF-8 FILE",
        ) from fault
    return text, encoding


def setting_text(path: str) -> str:
    """Read a small text file that a setting names: rubric, taxonomy, parameters, script.

    Raises:
        DataError: There is none, it is no plain file, too large, or no UTF-8.
    """
    _status(Path(path))  # a pipe would be waited on for ever
    try:
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        what = f"byte {fault.start} is not UTF-8 text"
        raise DataError(what, where=path, hint="save the file as UTF-8") from fault


def load_text(path: Path | None, corpus: str) -> TextFile:
    """Read ``path`` as text.

    Args:
        path: A plain file in UTF-8 or, recognised by itself, UTF-16 or UTF-32.
        corpus: Name of the component that reads, for the hint.

    Raises:
        DataError: No path, not a plain file, too large, empty, binary, or wrongly encoded.
    """
    if path is None:
        raise DataError(
            f"{corpus} needs a file to read",
            hint=f'give one, such as corpus = ["{corpus}:PATH"]',
        )
    where = str(path)
    data = _bytes(path)
    refuse_binary(data, where)
    text, encoding = _decoded(data, where)
    if not text.strip():
        raise DataError("is empty", where=where, hint="give the file with the dialogues")
    digest = hashlib.sha256(data).hexdigest()
    return TextFile(where=where, text=text, encoding=encoding, sha256=digest)
