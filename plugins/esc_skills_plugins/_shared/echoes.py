"""Checks what a model gives back: names it was offered, quotes it claims, words it copied."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from esc_skills_plugins._shared.cleaning import clean
from esc_skills_plugins._shared.tally import Tally

COPIED = 8
"""Consecutive words that count as copied (faults S14); two Chinese signs count as one word."""

_NEAR = 0.8
_LEAST_QUOTE = 2
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


def named(answer: str, names: Sequence[str]) -> str:
    """The name that an answer means: the same one, else a very near one, else empty."""
    said = re.sub(r"[\s_]+", "-", answer.strip().casefold())
    folded = {name.casefold(): name for name in names}
    if said in folded:
        return folded[said]
    near = get_close_matches(said, sorted(folded), n=1, cutoff=_NEAR)
    return folded[near[0]] if near else ""


def _words(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    return _WORD.findall(flat)


def quoted(quote: str, source: str) -> bool:
    """Say whether the words of ``quote`` stand in ``source``, in order and without a gap.

    Case, punctuation and white space do not matter; less than two letters is no quote.
    """
    wanted = _words(quote)
    if sum(map(len, wanted)) < _LEAST_QUOTE:
        return False
    return f" {' '.join(wanted)} " in f" {' '.join(_words(source))} "


def runs(text: str, length: int = COPIED) -> Iterator[tuple[str, ...]]:
    """All runs of ``length`` words of a text; two Chinese signs count as one word."""
    words = _words(text)
    # In halves of a word, so that no float decides.
    sizes = [1 if "\u3400" <= word <= "\u9fff" else 2 for word in words]
    end = size = 0
    for start in range(len(words)):
        while end < len(words) and size < 2 * length:
            size += sizes[end]
            end += 1
        if size < 2 * length:
            return
        yield tuple(words[start:end])
        size -= sizes[start]


def all_runs(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Runs of many sources, to look copies up in."""
    return frozenset(run for text in texts for run in runs(text))


def copies(text: str, sources: frozenset[tuple[str, ...]]) -> bool:
    """Say whether a text shares a run of words with the sources."""
    return any(run in sources for run in runs(text))


def tidy(text: str) -> str:
    """A model's words on one line, without signs that break files, terminals or trust."""
    return " ".join(clean(text, "", Tally()).split())


def row(**facts: Any) -> str:
    """One line of JSON for ``Prompt.data``: no text in it can begin a line of its own."""
    return json.dumps(facts, ensure_ascii=False)
