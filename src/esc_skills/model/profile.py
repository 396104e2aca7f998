"""Whom the simulated seeker plays."""

from __future__ import annotations

from typing import Literal

import attrs

from esc_skills.model.invariants import between, filled, one_of

PersonaType = Literal["negative", "passive", "avoidant"]
Purpose = Literal["refine", "verify", "report"]

PERSONA_TYPES: tuple[str, ...] = ("negative", "passive", "avoidant")
"""SAGE's three persona types."""

INTENTIONS: tuple[str, ...] = (
    "dialectical-analysis",
    "practical-advice",
    "others-motives",
    "guided-reflection",
    "sincere-praise",
    "attentive-listening",
    "deep-empathy",
    "not-my-fault",
)
"""SAGE's eight hidden intentions: four rational, then four emotional."""

PURPOSES: tuple[str, ...] = ("refine", "verify", "report")
"""What a profile may be used for; the three sets never mix."""


@attrs.frozen(kw_only=True)
class SeekerProfile:
    """One simulated seeker (SAGE, arXiv 2505.02847)."""

    id: str = attrs.field(validator=filled)
    """Unique inside its set."""
    persona: str
    """Who the seeker is: name, age, work, way of speaking."""
    scene: str
    """What happened, what was tried, what raises or lowers the emotion."""
    persona_type: str = attrs.field(validator=one_of(*PERSONA_TYPES))
    """``negative``, ``passive`` or ``avoidant``."""
    intention: str = attrs.field(validator=one_of(*INTENTIONS))
    """Hidden wish; never shown to the responder."""
    opening: str = attrs.field(validator=filled)
    """First message, the same for every agent."""
    purpose: Purpose = attrs.field(default="report", validator=one_of(*PURPOSES))
    """``refine``, ``verify`` or ``report``."""
    language: str = "en"
    """BCP 47 tag."""
    start_emotion: int = attrs.field(default=40, validator=between(0, 100))
    """Emotion at the opening line, 0-100; SAGE starts at 40."""
    scenario: str = ""
    """Scenario label, when known; lets a report group by topic."""
    lines: tuple[str, ...] = ()
    """Further facts and feelings the seeker may tell, in order; for seekers without a model."""
    safety: bool = False
    """True when the profile exists to test a boundary, such as a crisis disclosure."""
    knobs: tuple[tuple[str, float], ...] = ()
    """Realism settings by name, such as ``("concealment", 0.3)``."""
