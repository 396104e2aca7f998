"""Where a text may be cut, so that its pieces joined are the text again."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？…]+[”’」』）]*\s*|\n+")
_PIECE = 48


def settled(text: str) -> int:
    """Characters up to the end of the last whole sentence of a growing text; 0 when none is."""
    return max((found.end() for found in _END.finditer(text)), default=0)


def pieces(text: str) -> Iterator[str]:
    """A finished text in pieces of a few words, for a stream."""
    start = 0
    while start < len(text):
        end = min(start + _PIECE, len(text))
        gap = text.rfind(" ", start, end)
        end = gap + 1 if end < len(text) and gap > start else end
        yield text[start:end]
        start = end
