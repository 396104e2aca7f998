"""How a seeker is, at one moment of a conversation."""

from __future__ import annotations

import attrs

from esc_skills.model.invariants import between


@attrs.frozen(kw_only=True)
class SeekerState:
    """The reading of a seeker that conditions are checked against (paper: s_t)."""

    scenario: str
    """What it is about: a scenario label of the taxonomy (18 labels), or empty when unclear."""
    label: str
    """How the seeker is: a state label of the taxonomy (15 labels), or empty when unclear."""
    emotion: str = ""
    """Emotion word; ESConv's eleven where known; empty when unclear."""
    intensity: int = attrs.field(default=50, validator=between(0, 100))
    """Distress, 0 (calm) to 100 (overwhelmed)."""
    cues: tuple[str, ...] = ()
    """Short quotes of the seeker that the reading rests on; live only, never kept in a bank."""


@attrs.frozen(kw_only=True)
class Condition:
    """A test on a SeekerState. An empty field allows everything; filled fields must all hold."""

    scenarios: tuple[str, ...] = ()
    """Scenario labels, any of which fits."""
    states: tuple[str, ...] = ()
    """State labels, any of which fits."""
    emotions: tuple[str, ...] = ()
    """Emotion words, any of which fits."""
    intensity_min: int = attrs.field(default=0, validator=between(0, 100))
    """Least distress, 0-100, included."""
    intensity_max: int = attrs.field(default=100, validator=between(0, 100))
    """Most distress, 0-100, included."""
    words: str = ""
    """The same said in words, for people and for models; not checked by code."""

    def holds(self, state: SeekerState) -> bool:
        """Say whether every filled field fits ``state``."""
        return (
            (not self.scenarios or state.scenario in self.scenarios)
            and (not self.states or state.label in self.states)
            and (not self.emotions or state.emotion in self.emotions)
            and self.intensity_min <= state.intensity <= self.intensity_max
        )
