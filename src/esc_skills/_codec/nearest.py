"""The word that was meant, for messages that ask "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from itertools import takewhile


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is one slip away, else the most alike one; empty when none is near.

    A slip is a letter too many, too few or another, or two neighbours that changed places. Likeness
    alone knows nothing of short words: ``k`` and ``j`` have no letter in common.
    """
    names = sorted({*known})
    slips = [name for name in names if _slip(word, name)]
    if slips:
        return max(slips, key=lambda name: (SequenceMatcher(None, word, name).ratio(), name))
    return next(iter(get_close_matches(word, names, n=1, cutoff=0.6)), "")


def _slip(word: str, name: str) -> bool:
    """Whether one edit makes one of the other."""
    if abs(len(word) - len(name)) > 1:
        return False
    start = _alike(word, name)
    left, right = word[start:], name[start:]
    end = _alike(left[::-1], right[::-1])
    left, right = left[: len(left) - end], right[: len(right) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
