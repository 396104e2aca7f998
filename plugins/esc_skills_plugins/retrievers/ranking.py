"""How well a skill's conditions and its record speak for it, and how offers are put in order.

Scale, shared by the retrievers of this room: one filled condition field that holds is worth one
point; a field that allows few labels is worth up to half a point more; a measured effect is worth
its mean emotion change, drawn towards nothing while it was seldom measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite

import attrs

from esc_skills.model import Condition, Match, SeekerState, Skill

PRIOR = 10
"""Uses after which half of a measured effect is believed."""


def _widths(test: Condition) -> list[int]:
    """Labels that each filled field allows; an intensity range counts one for 20 points."""
    filled = [len(allowed) for allowed in (test.states, test.scenarios, test.emotions) if allowed]
    width = test.intensity_max - test.intensity_min
    return [*filled, 1 + width // 20] if width < 100 else filled


def specificity(test: Condition) -> float:
    """Points of a condition that holds: the more fields and the fewer labels, the more."""
    return sum(1 + 0.5 / width for width in _widths(test))


def record(skill: Skill) -> float:
    """Mean emotion change measured over all seekers, drawn towards 0 while it is seldom used."""
    for effect in skill.effects:
        if effect.group == "all" and isfinite(effect.value):
            return effect.value * effect.n / (effect.n + PRIOR)
    return 0.0


@attrs.frozen(kw_only=True)
class Entry:
    """An active skill, made ready to be asked many times."""

    skill: Skill
    """The skill."""
    effect: float
    """Points its record is worth."""
    tests: tuple[tuple[float, Condition], ...]
    """Its conditions with their points, most specific first."""

    def closest(self, state: SeekerState) -> tuple[float, Condition | None] | None:
        """The most specific condition that holds, with its points; None when the skill is barred.

        A skill without conditions is worth 0 points in every state that it does not forbid.
        """
        if any(bar.holds(state) for bar in self.skill.not_when):
            return None
        for points, test in self.tests:
            if test.holds(state):
                return points, test
        return None if self.tests else (0.0, None)


def entry(skill: Skill, effect_weight: float) -> Entry:
    """Prepare a skill."""
    tests = [(specificity(test), test) for test in skill.applies]
    tests.sort(key=lambda item: -item[0])
    return Entry(skill=skill, effect=effect_weight * record(skill), tests=tuple(tests))


def because(test: Condition | None, state: SeekerState, effect: float) -> list[str]:
    """Phrases of a why: what the condition names, and the record when it says something."""
    held = []
    if test is not None:
        held += [f"state {state.label}"] if test.states else []
        held += [f"scenario {state.scenario}"] if test.scenarios else []
        held += [f"emotion {state.emotion}"] if test.emotions else []
        ranged = test.intensity_max - test.intensity_min < 100
        held += [f"intensity {state.intensity}"] if ranged else []
    phrases = [" and ".join(held) + (" fit" if len(held) > 1 else " fits")] if held else []
    return [*phrases, f"measured effect {effect:+.1f}"] if abs(effect) >= 0.05 else phrases


def offer(
    found: Iterable[tuple[Skill, float, Callable[[], str]]], k: int, floor: float
) -> tuple[Match, ...]:
    """Put offers in order: protected skills first, then by score, ties by name.

    Args:
        found: Skill, score and how to say why; a score that is no finite number is not offered.
        k: Most offers.
        floor: Least score of an offer; protected skills need none.
    """
    kept = [
        (not skill.protected, -round(score, 6), skill.name, why)
        for skill, score, why in found
        if isfinite(score) and (score >= floor or skill.protected)
    ]
    kept.sort(key=lambda item: item[:3])
    # A protected skill leads whatever its score; what follows must not seem better than it.
    top = max((-low for _, low, _, _ in kept), default=0.0)
    return tuple(
        Match(skill=name, score=-low if ordinary else top, why=why())
        for ordinary, low, name, why in kept[:k]
    )
