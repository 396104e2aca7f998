"""A chain of rows: each holds the hash of the one before, so that a change of the past shows (S12).

An edit, a cut or a change of order breaks it. Whoever writes the whole chain anew is found only by
a head that was written down elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from esc_skills.model import content_hash

LINKS = ("prev", "hash")

Row = Mapping[str, Any]


def body(row: Row) -> dict[str, Any]:
    """A row without its links."""
    return {key: value for key, value in row.items() if key not in LINKS}


def linked(row: Row, prev: str) -> dict[str, Any]:
    """A row with its links: hash of the row before, and hash of that and of the row itself."""
    bare = body(row)
    return {**bare, "prev": prev, "hash": content_hash([prev, bare])}


def verify_chain(rows: Sequence[Row], head: str | None = None) -> int | None:
    """Find the first row that does not follow from those before it.

    Args:
        rows: The chain, oldest first.
        head: Hash of the last row, as it was written down; None when it is not at hand.

    Returns:
        Its index; the number of rows when the end was cut off; None when all is well.
    """
    prev = ""
    for index, row in enumerate(rows):
        if dict(row) != linked(row, prev):
            return index
        prev = row["hash"]
    return len(rows) if head is not None and head != prev else None
