"""What a supporter's words do: the action labels of a taxonomy, read by cues and by form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import attrs

from esc_skills.model import STRATEGIES, Taxonomy
from esc_skills_plugins._shared.affect import sentiment
from esc_skills_plugins._shared.cues import Lexicon, compile_cues, tokens
from esc_skills_plugins._shared.taxonomy import default_taxonomy

_CAP = 4.0
_ASKED = 2.0
_UNASKED = 0.3
_BRIGHT = 0.3
_PLAIN = {
    "Question": "explore-situation",
    "Restatement or Paraphrasing": "paraphrase",
    "Reflection of feelings": "name-feeling",
    "Self-disclosure": "share-experience",
    "Affirmation and Reassurance": "validate",
    "Providing Suggestions": "suggest-step",
    "Information": "inform",
    "Others": "keep-company",
}
"""The action that a strategy means when no cue speaks for another one."""
_BREADTH = {
    "keep-company": 0.55,
    "suggest-step": 0.75,
    "share-experience": 0.85,
    "inform": 0.7,
    "encourage": 0.7,
    "praise": 0.9,
    "paraphrase": 0.8,
    "name-feeling": 0.9,
    "explain-others": 0.9,
    "explore-situation": 0.75,
    "ask-needs": 0.9,
    "guide-reflection": 1.3,
    "explore-feelings": 1.4,
    "take-side": 1.2,
    "weigh-options": 0.9,
}
"""Factors below 1 for actions whose cues are everyday words, above 1 for telling ones."""


@attrs.frozen(eq=False)
class ActReader:
    """Reads supporters in the action labels of one taxonomy."""

    taxonomy: Taxonomy
    """Labels and their cues."""
    lexicon: Lexicon
    """Cues of all actions together."""
    asking: frozenset[str]
    """Action labels that are kinds of Question."""

    def scores(self, text: str) -> Mapping[str, float]:
        """Weight of every action that the text shows, strongest first, ties by name."""
        return _scores(self, text)

    def act(self, text: str, strategies: tuple[str, ...] = ()) -> tuple[str, str]:
        """Choose one action.

        Args:
            text: The supporter's words.
            strategies: Gold strategies; the action is then a kind of one of these.

        Returns:
            Action label and the ESConv strategy it is a kind of. With gold strategies and a
            taxonomy that knows no action of theirs, the label is empty.
        """
        scores = self.scores(text)
        allowed = [
            label
            for label in self.taxonomy.actions
            if not strategies or label.strategy in strategies
        ]
        if not allowed:
            return "", strategies[0] if strategies else "Others"
        usual = _usual(strategies[0] if strategies else "Others", text)

        def rank(name: str) -> tuple[float, bool, str]:
            return (-scores.get(name, 0.0), name != usual, name)

        best = min((label.name for label in allowed), key=rank)
        return best, self.taxonomy.strategy_of(best)


def _usual(strategy: str, text: str) -> str:
    if strategy == "Affirmation and Reassurance" and sentiment(text) > _BRIGHT:
        return "encourage"
    return _PLAIN.get(strategy, "")


@lru_cache(maxsize=50_000)
def _scores(reader: ActReader, text: str) -> Mapping[str, float]:
    words = tokens(text)
    found = reader.lexicon.count(words)
    asked = "?" in words
    scores: dict[str, float] = {}
    for label, weight in found.items():
        factor = _BREADTH.get(label, 1.0)
        if label in reader.asking:
            factor = factor if asked else _UNASKED
        scores[label] = min(_CAP, weight) * factor
    if asked and reader.asking:
        usual = _PLAIN[STRATEGIES[0]]
        best = min(
            reader.asking, key=lambda label: (-scores.get(label, 0.0), label != usual, label)
        )
        scores[best] = scores.get(best, 0.0) + _ASKED / max(1, words.count(".") + 1)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return {label: round(weight, 6) for label, weight in ranked}


@lru_cache(maxsize=8)
def act_reader(taxonomy: Taxonomy) -> ActReader:
    """The reader for a taxonomy, made once for equal taxonomies."""
    cues = {label.name: label.cues for label in taxonomy.actions}
    asking = frozenset(label.name for label in taxonomy.actions if label.strategy == STRATEGIES[0])
    return ActReader(taxonomy, compile_cues(cues), asking)


def act_scores(text: str) -> Mapping[str, float]:
    """Weight of every default action label that a supporter's text shows, strongest first."""
    return act_reader(default_taxonomy()).scores(text)


def read_act(text: str, least: float = 1.0) -> tuple[str, ...]:
    """Default action labels that a supporter's text performs, strongest first.

    Args:
        text: The supporter's words.
        least: Weight from which an action counts as performed; a cue of one word weighs about 1.
    """
    return tuple(label for label, weight in act_scores(text).items() if weight >= least)
