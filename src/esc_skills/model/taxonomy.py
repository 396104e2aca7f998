"""The labels that units, skills and conditions are written in."""

from __future__ import annotations

from typing import Literal

import attrs

from esc_skills.model.invariants import filled

Polarity = Literal["positive", "neutral", "negative"]
Dimension = Literal["scenario", "state", "action", "change"]


@attrs.frozen(kw_only=True)
class Label:
    """One label of one dimension."""

    name: str = attrs.field(validator=filled)
    """Short kebab-case name."""
    definition: str = attrs.field(validator=filled)
    """One sentence that an annotator can follow."""
    polarity: Polarity = "neutral"
    """For changes: what it means for the seeker. Neutral for all other dimensions."""
    strategy: str = ""
    """For actions: the ESConv strategy it is a kind of. Empty otherwise."""
    matches: tuple[str, ...] = ()
    """Corpus labels (problems, emotions) that map here, lower case."""
    cues: tuple[str, ...] = ()
    """Words or phrases that point here, lower case; used by model-free readers."""


@attrs.frozen(kw_only=True, cache_hash=True)  # readers are looked up by it at every turn
class Taxonomy:
    """The four dimensions of an Intervention Unit (paper: 18, 15, 17 and 14 labels)."""

    name: str = attrs.field(validator=filled)
    """Name and version, such as ``esc-skills-1``."""
    scenarios: tuple[Label, ...] = ()
    """What the talk is about."""
    states: tuple[Label, ...] = ()
    """How the seeker is."""
    actions: tuple[Label, ...] = ()
    """What the supporter does."""
    changes: tuple[Label, ...] = ()
    """What follows in the seeker."""

    def label(self, dimension: Dimension, name: str) -> Label | None:
        """Find a label by name; None when this taxonomy has none of that name."""
        labels: tuple[Label, ...] = getattr(self, dimension + "s")
        return next((label for label in labels if label.name == name), None)

    def strategy_of(self, action: str) -> str:
        """ESConv strategy of an action label; ``Others`` when unknown."""
        label = self.label("action", action)
        return label.strategy if label and label.strategy else "Others"
