"""A skill as a model reads it."""

from __future__ import annotations

from collections.abc import Iterable

from esc_skills.model import Condition, Skill


def sheet(skill: Skill) -> str:
    """All of a skill that helps to use it well; evidence and figures are left out."""
    risks = [
        f"{risk.trigger} ({risk.severity})" + (f"; instead: {risk.instead}" if risk.instead else "")
        for risk in skill.risks
    ]
    head = f"SKILL {skill.name}" + (" (protected: follow it)" if skill.protected else "")
    parts = [
        head,
        f"What it does: {skill.overview}",
        _listed("Fits when", map(_words, skill.applies)),
        _listed("Not when", map(_words, skill.not_when)),
        _listed("How", skill.guidance),
        _listed("Take care", (*skill.pitfalls, *risks)),
        _listed("Could sound like", skill.examples),
    ]
    return "\n".join(part for part in parts if part)


def _listed(title: str, lines: Iterable[str]) -> str:
    rows = [f"- {line}" for line in lines if line]
    return "\n".join([f"{title}:", *rows]) if rows else ""


def _words(test: Condition) -> str:
    """A condition in its own words, else in labels."""
    labels = (*test.scenarios, *test.states, *test.emotions)
    said = test.words or ", ".join(labels)
    whole = (test.intensity_min, test.intensity_max) == (0, 100)
    span = "" if whole else f"distress {test.intensity_min} to {test.intensity_max} of 100"
    return "; ".join(part for part in (said, span) if part)
