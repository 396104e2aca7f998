"""BM25 weights of a whole bank as arrays: as ``bm25`` scores, quick for very large banks too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from esc_skills.model import Moment, SkillsBank
from esc_skills_plugins.retrievers.words import moment_text, skill_text, spoken, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Posting = tuple[NDArray[np.int32], NDArray[np.float64]]

SHOWN = 3
"""Shared words that a why names."""


@attrs.frozen(kw_only=True, eq=False)
class Lexicon:
    """Which skill has which word, and what it weighs."""

    size: int
    """Skills."""
    postings: Mapping[str, Posting]
    """Word → places and weights of the skills that have it."""
    stop: frozenset[str]
    """Words left out."""

    def asked(self, moment: Moment, window: int) -> dict[str, str]:
        """Known stems of a moment, each with the word it came from."""
        said = spoken(moment_text(moment, window), self.stop)
        return {piece: word for piece, word in said.items() if piece in self.postings}

    def scores(self, asked: Mapping[str, str]) -> NDArray[np.float64]:
        """Sum of the weights of shared words, by place."""
        import numpy as np

        found = np.zeros(self.size, dtype=np.float64)
        for piece in asked:
            places, weights = self.postings[piece]
            found[places] += weights
        return found

    def shared(self, asked: Mapping[str, str], place: int) -> list[str]:
        """Words that a skill shares, the weightiest first."""
        found = []
        for piece, word in asked.items():
            places, weights = self.postings[piece]
            found += [(-float(weight), word) for weight in weights[places == place]]
        return [word for _, word in sorted(found)[:SHOWN]]


def lexicon(bank: SkillsBank) -> Lexicon:
    """Weigh the words of the active skills (Lucene's variant, by bm25s)."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    stop = frozenset(word.replace("'", "") for word in STOPWORDS_EN_PLUS)
    documents = [tokens(skill_text(skill, bank.taxonomy), stop) for skill in bank.active]
    return Lexicon(size=len(documents), postings=_postings(documents), stop=stop)


def _postings(documents: list[list[str]]) -> dict[str, Posting]:
    import numpy as np

    if not any(documents):
        return {}
    import bm25s

    scorer = bm25s.BM25()
    scorer.index(documents, show_progress=False)
    starts, places, weights = (scorer.scores[part] for part in ("indptr", "indices", "data"))
    words = [(word, at) for word, at in scorer.vocab_dict.items() if word]
    return {
        word: (places[here], weights[here].astype(np.float64))
        for word, here in ((word, slice(starts[at], starts[at + 1])) for word, at in words)
    }
