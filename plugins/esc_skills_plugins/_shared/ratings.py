"""Ratings from 1 to 5, which corpora hold as numbers, as text, or not at all."""

from __future__ import annotations

from typing import Any

from esc_skills_plugins._shared.fields import Node


def _number(value: Any) -> int | None:
    """Whole number behind a JSON value; None when there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        # isdecimal alone would let a long run of digits through to int().
        return int(value) if value.isdecimal() and len(value) == 1 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None


def rating(found: Node | None, name: str) -> int | None:
    """Read a rating; what cannot be one is unknown, and counted under ``name``.

    Args:
        found: The field; None when the record has none, which is for the caller to count.
        name: What is rated, such as ``feedback``.
    """
    if found is None:
        return None
    number = _number(found.value)
    if number is None or not 1 <= number <= 5:
        found.tally.add(f"{name} is not a number from 1 to 5 → unknown", found.place)
        return None
    if isinstance(found.value, str):
        found.tally.add(f"{name} written as text → number", found.place)
    return number
