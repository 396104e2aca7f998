"""Names that are safe in links, ids and files, whatever the id was that they stand for."""

from __future__ import annotations

import re

from esc_skills.model import short_hash

PLAIN = re.compile(r"[A-Za-z0-9-]+(/[A-Za-z0-9-]+)*")
MOST = 120
"""Longest id that is kept readable."""


def safe(name: str) -> str:
    """A readable name where the id is plain words, else a hash; unlike ids, unlike names.

    Slashes become ``_``, which no plain word holds; hashes begin with ``~``, which nothing else
    does.
    """
    if len(name) <= MOST and PLAIN.fullmatch(name):
        return name.replace("/", "_")
    return "~" + short_hash(name)


_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts ``p2`` before ``p10``."""
    return tuple(
        (len(part.lstrip("0")), part) if place % 2 else (0, part)
        for place, part in enumerate(_DIGITS.split(name))
    )
