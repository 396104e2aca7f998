"""What people said in the corpora, made ready to find it again in a skill (S14).

Eight words in a row count as copied, two Chinese signs as one word; case, punctuation and signs
that nobody sees do not matter. A run of words is known by 64 bits, so that the runs of a whole
corpus lie in one sorted array: a copy is always found, and a false alarm is a chance of about
one in 10^13 a run.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from itertools import chain
from typing import Any

import attrs

from esc_skills.model import Dialogue, Skill, Trace

RUN = 8
"""Consecutive words that count as copied."""

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_UNSEEN = {ord(sign): None for sign in "'’\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"}
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).translate(_UNSEEN).casefold())


@cache
def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest())


def _runs(texts: Iterable[str]) -> Any:
    """Numbers of all runs of the texts, sorted, each once."""
    import numpy as np

    numbers, sizes, counts = array("Q"), array("b", [0]), array("q")
    for text in texts:
        words = _words(text)
        numbers.extend(map(_number, words))
        # In halves of a word, so that no float decides.
        sizes.extend(1 if "\u3400" <= word <= "\u9fff" else 2 for word in words)
        counts.append(len(words))
    reach = np.cumsum(np.array(sizes, dtype=np.int64))
    stop = np.searchsorted(reach, reach[:-1] + 2 * RUN)
    start = np.flatnonzero(stop <= np.repeat(np.cumsum(counts), counts))
    with np.errstate(over="ignore"):  # all of it is modulo 2^64
        powers = _powers(_BASE, len(numbers))
        parts = np.array(numbers, dtype=np.uint64) * powers
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(parts, dtype=np.uint64)])
        back = _powers(pow(_BASE, -1, 2**64), len(numbers))
        return np.unique((sums[stop[start]] - sums[start]) * back[start])


def _powers(base: int, count: int) -> Any:
    import numpy as np

    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.cumprod(factors, dtype=np.uint64)


def lines(skill: Skill) -> tuple[str, ...]:
    """Everything in a skill that people read."""
    risks = chain.from_iterable((risk.trigger, risk.instead) for risk in skill.risks)
    return (skill.overview, *skill.guidance, *skill.pitfalls, *skill.examples, *risks)


@attrs.define(slots=False)
class Sayings:
    """All that was said in a run's corpora; read and counted when it is first asked for."""

    texts: Callable[[], Iterable[str]] = tuple
    """Gives the texts, once."""

    @cached_property
    def _known(self) -> Any:
        return _runs(self.texts())

    def hold(self, texts: Sequence[str]) -> bool:
        """Whether the texts, read as one, share a run of words with what was said."""
        import numpy as np

        asked = _runs([" ".join(texts)])
        known = self._known
        if not len(asked) or not len(known):
            return False
        places = np.searchsorted(known, asked).clip(max=len(known) - 1)
        return bool((known[places] == asked).any())

    def copied(self, skill: Skill, before: Iterable[Skill] = ()) -> bool:
        """Whether a skill's lines repeat people; lines that stand in a skill ``before`` are old."""
        old = set(chain.from_iterable(map(lines, before)))
        fresh = [line for line in lines(skill) if line not in old]
        return bool(fresh) and self.hold(fresh)


def spoken(dialogues: Iterable[Dialogue], traces: Iterable[Trace] = ()) -> Iterable[str]:
    """The words of people, and of conversations that a corpus brought."""
    for dialogue in dialogues:
        yield dialogue.situation
        yield from (turn.text for turn in dialogue.turns)
    for trace in traces:
        for item in trace.exchanges:
            yield from (item.seeker, item.reply.text)
