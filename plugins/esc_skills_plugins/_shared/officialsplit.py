"""The split of ESConv that its authors' code makes.

``codes_zcj/_reformat/process.py`` in thu-coai/Emotional-Support-Conversation seeds Python's
``random`` with 13, shuffles the 1,300 dialogues in file order, and takes the first 15 % as
validation set, the next 15 % as test set and the rest as training set.

This file alone imports ``random`` outside the kernel: published numbers rest on exactly this
shuffle, which the run-seeded numbers of ``ctx.rng`` cannot repeat.
"""

from __future__ import annotations

import random

SIZE = 1300
"""Dialogues in the released ESConv.json."""
SEED = 13
SHARE = 0.15


def official_split(size: int = SIZE) -> tuple[str, ...]:
    """Split name of each dialogue, by its position in the file: 195 valid, 195 test, 910 train."""
    order = list(range(size))
    random.Random(SEED).shuffle(order)
    part = int(SHARE * size)
    names = dict.fromkeys(order[:part], "valid")
    names |= dict.fromkeys(order[part : 2 * part], "test")
    return tuple(names.get(position, "train") for position in range(size))
