"""Intervention Units and the prototypes they are counted into."""

from __future__ import annotations

from functools import cached_property

import attrs

from esc_skills.model.identity import short_hash
from esc_skills.model.invariants import between, filled, one_of
from esc_skills.model.state import SeekerState
from esc_skills.model.taxonomy import Polarity


@attrs.frozen(kw_only=True)
class Source:
    """Where a unit was cut from."""

    dialogue: str = attrs.field(validator=filled)
    """Dialogue id."""
    first: int = attrs.field(validator=between(0, 10**9))
    """Index of the first turn of the span, from 0."""
    last: int = attrs.field(validator=between(0, 10**9))
    """Index of the last turn of the span, included."""
    corpus: str = ""
    """Corpus name."""
    licence: str = ""
    """Licence tag of the dialogue."""


@attrs.frozen(kw_only=True)
class Action:
    """What the supporter did (paper: a_t)."""

    label: str
    """Action label of the taxonomy (17 labels)."""
    strategy: str
    """ESConv strategy, from STRATEGIES."""
    text: str = ""
    """The supporter's words in the source; under the source's licence, never kept in a bank."""


@attrs.frozen(kw_only=True)
class Change:
    """What the seeker did next, compared with before."""

    label: str
    """Change label of the taxonomy (14 labels)."""
    polarity: Polarity = attrs.field(validator=one_of("positive", "neutral", "negative"))
    """Constructive, neutral or harmful, judged on the spot, never by the file it came from."""
    evidence: tuple[str, ...] = ()
    """Why: rules that fired, such as ``feedback 2→5``; no quotes."""
    confidence: float = attrs.field(default=1.0, validator=between(0, 1))
    """0-1."""


@attrs.frozen(kw_only=True)
class InterventionUnit:
    """State → action → outcome, cut from one dialogue (paper: IU = (s_t, a_t, s_t+1))."""

    source: Source
    """Dialogue and turn span."""
    before: SeekerState
    """State before the action."""
    action: Action
    """What the supporter did."""
    change: Change
    """What it changed."""
    after: SeekerState
    """State after the action."""
    position: float = attrs.field(default=0.0, validator=between(0, 1))
    """Place of the action in its dialogue, 0 (first turn) to 1 (last)."""
    context: str = ""
    """The seeker's words that the action answers; under the source's licence."""

    @cached_property
    def id(self) -> str:
        """Content hash, short form; two different units never share it in practice."""
        return "iu-" + short_hash(self)


@attrs.frozen(kw_only=True)
class Prototype:
    """Units of one (state, action, polarity) counted together (paper: 258 prototypes)."""

    state: str
    """State label."""
    action: str
    """Action label."""
    polarity: Polarity
    """Polarity of the change."""
    units: tuple[str, ...] = attrs.field(validator=filled)
    """Unit ids, sorted."""
    tried: int = attrs.field(default=0, validator=between(0, 10**9))
    """How often this (state, action) was seen with any polarity."""
    rate: float = attrs.field(default=0.0, validator=between(0, 1))
    """Share of those that had this polarity, 0-1."""
    low: float = attrs.field(default=0.0, validator=between(0, 1))
    """Lower end of the rate's 95 % Wilson interval."""
    high: float = attrs.field(default=1.0, validator=between(0, 1))
    """Upper end of the rate's 95 % Wilson interval."""
    folded: tuple[str, ...] = ()
    """Rare keys folded into this one, each ``state/action/polarity``."""

    @property
    def key(self) -> str:
        """``state/action/polarity``."""
        return f"{self.state}/{self.action}/{self.polarity}"
