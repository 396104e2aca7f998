"""Offers skills that share words with what the seeker says and whose conditions fit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import attrs

from esc_skills.model import Condition, Match, Moment, SeekerState, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl
from esc_skills_plugins.retrievers.ranking import Entry, because, entry, offer
from esc_skills_plugins.retrievers.words import moment_text, skill_text, spoken, tokens

SHOWN = 3
"""Shared words that a why names."""


def weigh(documents: list[list[str]]) -> dict[str, tuple[tuple[int, float], ...]]:
    """BM25 weight of every word in every document that has it (Lucene's variant, by bm25s).

    The weights are taken out of bm25s once, because for a bank of some dozen skills its
    arrays cost more per question than a look-up.
    """
    if not any(documents):
        return {}
    import bm25s

    scorer = bm25s.BM25()
    scorer.index(documents, show_progress=False)
    places: dict[str, list[int]] = {}
    for place, document in enumerate(documents):
        for word in dict.fromkeys(document):
            places.setdefault(word, []).append(place)
    rows = ((word, places[word], scorer.get_scores([word])) for word in sorted(places))
    return {  # only where the word is, as words of one skill grow in number with the bank
        word: tuple(
            (at, weight) for at, weight in zip(held, row[held].tolist(), strict=True) if weight
        )
        for word, held, row in rows
    }


@attrs.frozen(kw_only=True)
class BM25Index:
    """Weights of all words in the active skills of one bank."""

    settings: BM25Retriever
    """Settings of the component."""
    entries: tuple[Entry, ...]
    """Active skills; places are those of ``weights``."""
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    """Word → (place, weight) of every skill that has it."""
    stop: frozenset[str]
    """Words left out."""

    def lexical(self, moment: Moment) -> dict[int, list[tuple[float, str]]]:
        """Weight and word of all that a skill shares with the moment, by place."""
        shared: dict[int, list[tuple[float, str]]] = {}
        asked = spoken(moment_text(moment, self.settings.window), self.stop)
        for piece, word in asked.items():
            for place, weight in self.weights.get(piece, ()):
                shared.setdefault(place, []).append((weight, word))
        return shared

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer by shared words, fitting conditions and measured effects, best first."""
        settings, shared, state = self.settings, self.lexical(moment), moment.state
        found = []
        for place, item in enumerate(self.entries):
            close = item.closest(state)
            if close is None and (settings.respect_conditions or item.skill.protected):
                continue
            points, test = close or (0.0, None)
            common = shared.get(place, [])
            score = sum(weight for weight, _ in common) + settings.condition_weight * points
            why = partial(_why, test, state, item.effect, common)
            found.append((item.skill, score + item.effect, why))
        return offer(found, settings.k, settings.floor)


def _why(
    test: Condition | None, state: SeekerState, effect: float, shared: list[tuple[float, str]]
) -> str:
    phrases = because(test, state, effect)
    if shared:
        best = [word for _, word in sorted(shared, key=lambda item: (-item[0], item[1]))[:SHOWN]]
        count = "1 shared word" if len(shared) == 1 else f"{len(shared)} shared words"
        phrases.append(f"{count} ({', '.join(best)})")
    return "; ".join(phrases) or "applies to every state"


@attrs.frozen(kw_only=True)
class BM25Retriever:
    """Score = BM25 of shared words + ``condition_weight`` × points of the conditions + effect.

    Words of a skill are those of its name, overview, conditions (with the taxonomy's definition
    and cues of each label), guidance and examples.
    """

    name: ClassVar[str] = "bm25"
    summary: ClassVar[str] = "skills by shared words (BM25), fitting conditions and measured effect"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "conditions while searching": {"respect_conditions": False, "condition_weight": 0.0},
        "measured effects": {"effect_weight": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    floor: float = attrs.field(default=1.0, validator=between(-100, 1000))
    """Least score offered, else it abstains; one rare shared word or one condition field that
    holds brings about one point."""
    window: int = attrs.field(default=2, validator=between(1, 100))
    """Last seeker messages that are searched with."""
    respect_conditions: bool = True
    """False offers also skills whose conditions forbid them, for an ablation; protected skills
    always keep to their conditions."""
    condition_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Weight of the conditions' points; 0 leaves words and effects alone to decide."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect; 0 leaves the record out."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Weigh the words of the active skills."""
        from bm25s.stopwords import STOPWORDS_EN_PLUS

        stop = frozenset(word.replace("'", "") for word in STOPWORDS_EN_PLUS)
        texts = [skill_text(skill, bank.taxonomy) for skill in bank.active]
        weights = weigh([tokens(text, stop) for text in texts])
        entries = tuple(entry(skill, self.effect_weight) for skill in bank.active)
        return BM25Index(settings=self, entries=entries, weights=weights, stop=stop)


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [BM25Retriever]
