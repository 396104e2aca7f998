"""Says what a file looks like when it is not what a reader hoped for."""

from __future__ import annotations

import json

from esc_skills.errors import DataError

BINARY: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "a gzip archive", "unpack it first: gunzip FILE"),
    (b"PK\x03\x04", "a zip archive", "unpack it first: unzip FILE"),
    (b"BZh", "a bzip2 archive", "unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first: unxz FILE"),
    (b"(\xb5/\xfd", "a zstd archive", "unpack it first: zstd -d FILE"),
    (b"%PDF", "a PDF document", "give the data file itself"),
    (b"SQLite format 3", "an SQLite database", "export the dialogues as JSON first"),
    (b"PAR1", "a Parquet table", "export the dialogues as JSON Lines first"),
)
"""First bytes, what they mean, what to do."""

LFS = "version https://git-lfs.github.com/"
ARRAY_HINT = "read it with a corpus for JSON Lines, such as chat-jsonl or sage-transcripts"
LINES_HINT = "read it with a corpus for one JSON list, such as esconv or failed-esconv"


def refuse_binary(data: bytes, where: str) -> None:
    """Refuse archives and other files that hold no plain text.

    Raises:
        DataError: Saying what the file looks like.
    """
    for start, what, hint in BINARY:
        if data.startswith(start):
            raise DataError(f"looks like {what}, not JSON", where=where, hint=hint)


def _refuse_foreign(head: str, where: str) -> None:
    """Refuse text that is no JSON of any kind."""
    if head.startswith(LFS):
        raise DataError(
            "looks like a git-LFS pointer, not the data itself", where=where, hint="git lfs pull"
        )
    if head.startswith("<"):
        raise DataError(
            "looks like an HTML or XML page, not JSON",
            where=where,
            hint="download the raw file, not the page that shows it",
        )
    first = head.split("\n", 1)[0]
    if head[:1] not in ("{", "[") and max(first.count(","), first.count("\t")) >= 2:
        raise DataError(
            "looks like a CSV table, not JSON",
            where=where,
            hint="convert each dialogue to one chat-jsonl line",
        )


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def refuse_not_array(text: str, where: str) -> None:
    """Refuse text that is not one JSON list.

    Raises:
        DataError: Saying what the text looks like.
    """
    head = text.lstrip()
    if head.startswith("["):
        return
    _refuse_foreign(head, where)
    first, _, rest = head.partition("\n")
    if head.startswith("{") and _is_object(first) and rest.lstrip().startswith("{"):
        raise DataError(
            "looks like JSON Lines, expected one JSON list", where=where, hint=ARRAY_HINT
        )
    what = "one JSON object" if head.startswith("{") else "no JSON list"
    raise DataError(
        f"looks like {what}, expected a JSON list of dialogues",
        where=where,
        hint="the file must begin with [ and hold one object a dialogue",
    )


def refuse_not_lines(text: str, where: str) -> None:
    """Refuse text that is not JSON Lines.

    Raises:
        DataError: Saying what the text looks like.
    """
    head = text.lstrip()
    if head.startswith("["):
        raise DataError(
            "looks like one JSON list, expected JSON Lines", where=where, hint=LINES_HINT
        )
    _refuse_foreign(head, where)
    if head.startswith(("{\n", "{\r")):
        raise DataError(
            "looks like one indented JSON object, expected one object a line",
            where=where,
            hint="write each record on a line of its own: jq -c . FILE",
        )
