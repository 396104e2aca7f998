"""What a corpus holds: turns and dialogues between a seeker and a supporter."""

from __future__ import annotations

from typing import Literal

import attrs

from esc_skills.model.identity import short_hash
from esc_skills.model.invariants import between, filled, one_of

Speaker = Literal["seeker", "supporter"]

STRATEGIES: tuple[str, ...] = (
    "Question",
    "Restatement or Paraphrasing",
    "Reflection of feelings",
    "Self-disclosure",
    "Affirmation and Reassurance",
    "Providing Suggestions",
    "Information",
    "Others",
)
"""The eight support strategies of ESConv (Liu et al., ACL 2021), in the paper's order."""


@attrs.frozen(kw_only=True)
class Turn:
    """One message of a dialogue."""

    speaker: Speaker = attrs.field(validator=one_of("seeker", "supporter"))
    """Who wrote it."""
    text: str
    """The message, stripped; never None, may be empty only while a loader works."""
    strategies: tuple[str, ...] = ()
    """Gold strategies of a supporter turn, from STRATEGIES; several after a merge; else empty."""
    feedback: int | None = attrs.field(default=None, validator=between(1, 5))
    """Rating 1-5 that the seeker gives, in this seeker turn, to the last two or three supporter
    turns; None when not asked."""


@attrs.frozen(kw_only=True)
class Dialogue:
    """One support conversation with its survey."""

    id: str = attrs.field(validator=filled)
    """Stable name inside its corpus, such as ``esconv-0007``."""
    turns: tuple[Turn, ...] = attrs.field(validator=filled)
    """Messages in order; at least one."""
    corpus: str
    """Name of the corpus component that read it."""
    licence: str
    """SPDX-like licence tag, such as ``CC-BY-NC-4.0``; inherited by all that is made from it."""
    emotion: str = ""
    """Seeker's emotion as the corpus labels it (ESConv ``emotion_type``); empty when unknown."""
    problem: str = ""
    """Problem as the corpus labels it (ESConv ``problem_type``); empty when unknown."""
    situation: str = ""
    """Seeker's own description, written before the talk (ESConv ``situation``)."""
    intensity_before: int | None = attrs.field(default=None, validator=between(1, 5))
    """Emotion intensity 1-5 before the talk; None when unknown."""
    intensity_after: int | None = attrs.field(default=None, validator=between(1, 5))
    """Emotion intensity 1-5 after the talk; None when unknown."""
    split: str = ""
    """``train``, ``valid`` or ``test``; empty when the corpus states none."""

    @property
    def fingerprint(self) -> str:
        """Hash of the words alone: equal for the same talk under another id."""
        return short_hash([[turn.speaker, turn.text] for turn in self.turns])
