"""VADER's sentiment of a text (Hutto and Gilbert, 2014), without the steps that change nothing.

VADER looks every character up among its emoji and walks through every word that it does not know.
Here its own rules are asked only about words of its lexicon; what it says stays the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import attrs

_BEFORE, _AFTER = 3, 3
"""VADER looks so far: three words before the one it weighs, that one, and two after it."""


@attrs.frozen
class _Near:
    """What VADER asks of a text while it weighs one of its words; names are VADER's."""

    words_and_emoticons: list[str]
    is_cap_diff: bool


@cache
def _meter() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def compound(text: str) -> float:
    """Compound sentiment, -1 to 1."""
    from vaderSentiment.vaderSentiment import SentiText

    meter = _meter()
    if not text.isascii() and not meter.emojis.keys().isdisjoint(text):
        return float(meter.polarity_scores(text)["compound"])
    spoken = SentiText(text.strip())
    words: list[str] = spoken.words_and_emoticons
    low = [word.lower() for word in words]
    felt = [at for at, word in enumerate(low) if word in meter.lexicon and not _modifies(low, at)]
    if not felt:
        return 0.0
    weights: list[float] = [0] * len(words)
    for at in felt:
        first = max(0, at - _BEFORE)
        near = _Near(words[first : at + _AFTER], spoken.is_cap_diff)
        weights[at] = meter.sentiment_valence(0, near, words[at], at - first, [])[0]
    if "but" in low:
        weights = meter._but_check(words, weights)
    return float(meter.score_valence(weights, text)["compound"])


def _modifies(low: list[str], at: int) -> bool:
    """Whether a word only makes others stronger or weaker."""
    from vaderSentiment.vaderSentiment import BOOSTER_DICT

    return low[at] in BOOSTER_DICT or low[at : at + 2] == ["kind", "of"]
