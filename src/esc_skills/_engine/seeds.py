"""Chance, seeded by place: equal places give equal numbers, whatever ran before."""

from __future__ import annotations

import hashlib
import random


def generator(seed: int, *place: str | int) -> random.Random:
    """Random numbers for one place of a run.

    Args:
        seed: Seed of the run.
        *place: Stage, item, repeat …; order matters.
    """
    text = "\x1f".join(str(part) for part in (seed, *place))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
