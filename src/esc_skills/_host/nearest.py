"""Near names, for messages that ask "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask for the nearest known word; an empty string when none is near."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Join names for a message; ``none`` when there are none."""
    return ", ".join(sorted(names)) or "none"
