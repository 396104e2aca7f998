"""Ready-made nouns for tests: short to call, every field open to change."""

from __future__ import annotations

from typing import Any

from esc_skills.model import (
    Condition,
    ExpectedOutcome,
    Label,
    Risk,
    SeekerProfile,
    SeekerState,
    Skill,
    SkillsBank,
    Taxonomy,
)


def skill(name: str = "listen-first", **changes: Any) -> Skill:
    """An active skill with every part filled."""
    facts: dict[str, Any] = {
        "overview": "Listen before anything else.",
        "applies": (Condition(states=("worried",)),),
        "actions": ("explore-feelings", "validate"),
        "guidance": ("Ask how it feels.", "Wait for the answer."),
        "expected": ExpectedOutcome(changes=("opens-up",), least_gain=1),
        "risks": (Risk(trigger="The seeker asks for advice", instead="Answer, then ask"),),
        "pitfalls": ("Asking twice in a row.",),
        "examples": ("How has that been for you?",),
        "evidence": ("iu-000000000001", "iu-000000000002"),
    }
    return Skill(name=name, **{**facts, **changes})


def protected_skill(name: str = "crisis-first", **changes: Any) -> Skill:
    """A protected skill, as a guard's manifest holds it."""
    facts = {
        "protected": True,
        "evidence": ("protected:test",),
        "applies": (Condition(states=("in-crisis",)),),
    }
    return skill(name, **{**facts, **changes})


def taxonomy() -> Taxonomy:
    """A small taxonomy that the sample skills are written in."""
    return Taxonomy(
        name="test-1",
        scenarios=(Label(name="job-crisis", definition="Work is in danger."),),
        states=(
            Label(name="worried", definition="Anxious about what may come."),
            Label(name="in-crisis", definition="In danger."),
        ),
        actions=(
            Label(name="explore-feelings", definition="Asks.", strategy="Question"),
            Label(name="validate", definition="Validates.", strategy="Affirmation and Reassurance"),
        ),
        changes=(Label(name="opens-up", definition="Tells more.", polarity="positive"),),
    )


def bank(*skills: Skill, **changes: Any) -> SkillsBank:
    """A bank of the given skills; of two sample skills when none are given."""
    chosen = skills or (skill(), skill("stay-close", actions=("validate",)))
    made = SkillsBank(taxonomy=taxonomy(), licences=("Apache-2.0",))
    return made.with_skills(tuple(chosen), **changes)


def state(**changes: Any) -> SeekerState:
    """A worried seeker."""
    facts: dict[str, Any] = {"scenario": "job-crisis", "label": "worried", "intensity": 60}
    return SeekerState(**{**facts, **changes})


def profile(id: str = "p1", **changes: Any) -> SeekerProfile:  # noqa: A002 - the noun's own word
    """A simulated seeker."""
    facts: dict[str, Any] = {
        "persona": "Mira, 31, nurse",
        "scene": "Her ward is closing.",
        "persona_type": "passive",
        "intention": "deep-empathy",
        "opening": "I do not know how to go on at work.",
        "purpose": "report",
    }
    return SeekerProfile(id=id, **{**facts, **changes})
