"""Distinct-n both ways that papers count it: over all replies together, and reply by reply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from esc_skills.stats import Interval, jackknife_interval

Gram = tuple[str, ...]


def ngrams(words: Sequence[str], order: int) -> Counter[Gram]:
    """How often each run of ``order`` words stands in a text."""
    return Counter(zip(*(words[start:] for start in range(order)), strict=False))


def distinct_together(replies: Iterable[tuple[str, Sequence[str]]], order: int) -> Interval:
    """Different n-grams over all n-grams of all replies (Li et al., NAACL 2016), 0-1.

    It falls as replies are added, and types of two dialogues do not add up: the figure has no
    items. A bootstrap would double dialogues and so deflate it; the interval is the jackknife's.

    Args:
        replies: Dialogue and words of each reply.
        order: Length of an n-gram.
    """
    by_dialogue: dict[str, Counter[Gram]] = {}
    for dialogue, words in replies:
        by_dialogue.setdefault(dialogue, Counter()).update(ngrams(words, order))
    held = Counter(gram for grams in by_dialogue.values() for gram in grams)
    every = sum(grams.total() for grams in by_dialogue.values())
    if every == 0:
        return Interval(value=None, low=None, high=None, n=0)
    left_out = []
    for _, grams in sorted(by_dialogue.items()):
        alone = sum(held[gram] == 1 for gram in grams)
        rest = every - grams.total()
        left_out.append((len(held) - alone) / rest if rest else 0.0)
    return jackknife_interval(len(held) / every, left_out)


def distinct_within(words: Sequence[str], order: int) -> float | None:
    """Different n-grams over n-grams of one reply, 0-1; None when it is too short to have one."""
    grams = ngrams(words, order)
    return len(grams) / grams.total() if grams else None
