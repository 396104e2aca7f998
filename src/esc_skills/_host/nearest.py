"""Near names, for messages that ask "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable

from esc_skills._codec.nearest import nearest


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask for the nearest known word; an empty string when none is near."""
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Join names for a message; ``none`` when there are none."""
    return ", ".join(sorted(names)) or "none"
