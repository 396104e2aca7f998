"""From what a model read in a dialogue to facts: labels of the taxonomy, quotes of the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from esc_skills.model import Action, Change, SeekerState, Taxonomy, Turn
from esc_skills.model.taxonomy import Dimension
from esc_skills_plugins._shared.echoes import named, quoted, tidy

EMOTIONS: tuple[str, ...] = (
    "anger",
    "anxiety",
    "depression",
    "disgust",
    "fear",
    "guilt",
    "jealousy",
    "nervousness",
    "pain",
    "sadness",
    "shame",
)
"""ESConv's eleven emotions."""

MOST_QUOTES = 2
"""Quotes that are kept of one reading."""
_PROVED, _CLAIMED, _UNKNOWN = 0.9, 0.5, 0.1


@attrs.frozen(kw_only=True)
class StateReading:
    """A model's reading of a seeker."""

    scenario: str = ""
    """Scenario label; empty when unclear."""
    state: str = ""
    """State label; empty when unclear."""
    emotion: str = ""
    """One of the emotions; empty when unclear."""
    intensity: int = 50
    """Distress, 0 (calm) to 100 (overwhelmed)."""
    cues: tuple[str, ...] = ()
    """Quotes of the seeker that the reading rests on."""


@attrs.frozen(kw_only=True)
class TurnReading:
    """A model's annotation of one supporter turn, in four dimensions."""

    turn: int
    """Number of the turn, as shown."""
    scenario: str = ""
    """Scenario label; empty when unclear."""
    state: str = ""
    """State label before the turn; empty when unclear."""
    emotion: str = ""
    """Emotion before the turn; empty when unclear."""
    intensity: int = 50
    """Distress before the turn, 0-100."""
    cues: tuple[str, ...] = ()
    """Quotes of the seeker from before the turn."""
    action: str = ""
    """Action label; empty when unclear."""
    change: str = ""
    """Change label; empty when unclear."""
    proof: tuple[str, ...] = ()
    """Quotes of the seeker's answer that show the change."""
    state_after: str = ""
    """State label after the answer; empty when unclear."""
    intensity_after: int = 50
    """Distress after the answer, 0-100."""


@attrs.frozen(kw_only=True)
class Annotation:
    """A model's annotation of a window."""

    turns: tuple[TurnReading, ...] = ()
    """One entry for each turn that was asked for."""


@attrs.define(kw_only=True)
class Checker:
    """Lets through what holds, and counts what did not."""

    taxonomy: Taxonomy
    """Labels that count."""
    counts: Counter[str] = attrs.field(factory=Counter)
    """What was mended or dropped, by kind."""

    def label(self, dimension: Dimension, answer: str) -> str:
        """The label that an answer means; empty when there is none."""
        if not answer.strip():
            return ""
        found = named(answer, [item.name for item in getattr(self.taxonomy, f"{dimension}s")])
        if found != answer:
            self.counts[f"{dimension} label {'mended' if found else 'dropped'}"] += 1
        return found

    def quotes(self, claimed: Sequence[str], source: str) -> tuple[str, ...]:
        """The quotes that stand in the source."""
        kept = tuple(tidy(quote) for quote in claimed if quoted(quote, source))
        if len(kept) < len(claimed):
            self.counts["quote not in the source"] += len(claimed) - len(kept)
        return kept[:MOST_QUOTES]

    def state(self, reading: StateReading, source: str) -> SeekerState:
        """A reading as a state; the cues must stand in ``source``."""
        emotion = named(reading.emotion, EMOTIONS) if reading.emotion.strip() else ""
        if reading.emotion.strip() and not emotion:
            self.counts["emotion dropped"] += 1
        return SeekerState(
            scenario=self.label("scenario", reading.scenario),
            label=self.label("state", reading.state),
            emotion=emotion,
            intensity=self._intensity(reading.intensity),
            cues=self.quotes(reading.cues, source),
        )

    def _intensity(self, value: int) -> int:
        kept = max(0, min(100, value))
        if kept != value:
            self.counts["intensity clamped"] += 1
        return kept

    def action(self, answer: str, turn: Turn, *, gold: bool) -> Action:
        """What the supporter did; the corpus's own strategy stands where it has one."""
        label = self.label("action", answer)
        strategy = self.taxonomy.strategy_of(label)
        if gold and turn.strategies and strategy not in turn.strategies:
            if label:
                self.counts["action against the gold strategy"] += 1
            strategy = turn.strategies[0]
        return Action(label=label, strategy=strategy, text=turn.text)

    def change(self, reading: TurnReading, answer: str, *, proved: bool) -> Change:
        """What it changed, with the polarity of the label.

        Args:
            reading: The model's annotation.
            answer: The seeker's next words; without any there is no change to speak of.
            proved: Whether a change for better or worse needs a quote of the answer.
        """
        if not answer.strip():
            return self.no_change("no answer")
        label = self.taxonomy.label("change", self.label("change", reading.change))
        if label is None:
            return self.no_change("unclear")
        proof = self.quotes(reading.proof, answer)
        if proved and label.polarity != "neutral" and not proof:
            self.counts["change without proof"] += 1
            return self.no_change("no proof")
        return Change(
            label=label.name,
            polarity=label.polarity,
            evidence=(f"model, {len(proof)} quotes in the answer" if proof else "model",),
            confidence=_PROVED if proof else _CLAIMED,
        )

    def no_change(self, reason: str) -> Change:
        """Nothing that could be held against or for the supporter."""
        plain = [item.name for item in self.taxonomy.changes if item.polarity == "neutral"]
        return Change(
            label=plain[0] if plain else "",
            polarity="neutral",
            evidence=(reason,),
            confidence=_UNKNOWN,
        )
