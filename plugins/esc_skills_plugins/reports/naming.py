"""Names in the order in which people count."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts ``p2`` before ``p10``."""
    return tuple(
        (len(part.lstrip("0")), part) if place % 2 else (0, part)
        for place, part in enumerate(_DIGITS.split(name))
    )
