"""Words a person may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(word: str, known: Iterable[str]) -> str:
    """``did you mean …?`` with the nearest known word, else the list of what there is."""
    names = sorted(known)
    near = get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
