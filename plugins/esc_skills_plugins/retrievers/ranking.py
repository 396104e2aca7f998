"""How well a skill's conditions and its record speak for it, and how offers are put in order.

Scale, shared by the retrievers of this room: one filled condition field that holds is worth one
point; a field that allows few labels is worth up to half a point more; a measured effect is worth
its mean emotion change, drawn towards nothing while it was seldom measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from esc_skills.model import Condition, Match, SeekerState, Skill

PRIOR = 10
"""Uses after which half of a measured effect is believed."""


def _fields(test: Condition, state: SeekerState) -> list[tuple[str, int]]:
    labels = (
        (f"state {state.label}", test.states),
        (f"scenario {state.scenario}", test.scenarios),
        (f"emotion {state.emotion}", test.emotions),
    )
    filled = [(phrase, len(allowed)) for phrase, allowed in labels if allowed]
    width = test.intensity_max - test.intensity_min
    if width < 100:
        filled.append((f"intensity {state.intensity}", 1 + width // 20))
    return filled


def specificity(skill: Skill, state: SeekerState) -> tuple[float, tuple[str, ...]]:
    """Say how closely the best holding condition describes ``state``.

    Returns:
        Points, and the fields that hold in words. A skill without conditions gets 0 points.
    """
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for test in skill.applies:
        if not test.holds(state):
            continue
        fields = _fields(test, state)
        points = sum(1 + 0.5 / labels for _, labels in fields)
        if points > best[0]:
            best = (points, tuple(phrase for phrase, _ in fields))
    return best


def record(skill: Skill) -> float:
    """Mean emotion change measured over all seekers, drawn towards 0 while it is seldom used."""
    for effect in skill.effects:
        if effect.group == "all" and isfinite(effect.value):
            return effect.value * effect.n / (effect.n + PRIOR)
    return 0.0


def because(fields: Iterable[str], points: float) -> list[str]:
    """Phrases of a why: conditions that hold, and the record when it says something."""
    held = list(fields)
    phrases = [" and ".join(held) + (" fit" if len(held) > 1 else " fits")] if held else []
    if abs(points) >= 0.05:
        phrases.append(f"measured effect {points:+.1f}")
    return phrases


def offer(found: Iterable[tuple[Skill, float, str]], k: int, floor: float) -> tuple[Match, ...]:
    """Put offers in order: protected skills first, then by score, ties by name.

    Args:
        found: Skill, score and why; a score that is no finite number is never offered.
        k: Most offers.
        floor: Least score of an offer; protected skills need none.
    """
    kept = [
        (not skill.protected, -round(score, 6), skill.name, why)
        for skill, score, why in found
        if isfinite(score) and (score >= floor or skill.protected)
    ]
    return tuple(Match(skill=name, score=-low, why=why) for _, low, name, why in sorted(kept)[:k])
