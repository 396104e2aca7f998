"""Skills that contradict each other: one recommends an action where another bars or warns of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal

import attrs

from esc_skills.model import Condition, SeekerState, Skill, SkillsBank

Quarrel = Literal["barred", "warned"]


@attrs.frozen(kw_only=True)
class Contradiction:
    """Two active skills, and a state in which they disagree; for a person to look at."""

    kind: Quarrel
    """``barred``: the other may not be used for this action there; ``warned``: it names a risk."""
    action: str
    """What both recommend in general."""
    skill: str
    """Who recommends it in the state."""
    other: str
    """Who bars it, or warns of it, in the state."""
    state: SeekerState
    """A state in which both hold."""
    words: str
    """The bar or the risk, in words."""


def contradictions(bank: SkillsBank) -> tuple[Contradiction, ...]:
    """Every pair of active skills that recommend one action and disagree on where it is right.

    A bar that the recommending skill holds as well, and a risk that it names too, is no quarrel.
    Protected skills are left out: all others step back where a guard's skill speaks.
    """
    found: list[Contradiction] = []
    by_action: dict[str, list[Skill]] = {}
    for skill in bank.active:
        if skill.protected:
            continue
        for action in skill.actions:
            by_action.setdefault(action, []).append(skill)
    for action, skills in sorted(by_action.items()):
        for skill, other in product(skills, skills):
            if skill.name != other.name:
                found += _quarrels(action, skill, other)
    return tuple(found)


def _quarrels(action: str, skill: Skill, other: Skill) -> Iterator[Contradiction]:
    for kind, test, words in _objections(other):
        state = _meeting(skill, test)
        if state is None or (kind == "warned" and _warns(skill, state)):
            continue
        yield Contradiction(
            kind=kind, action=action, skill=skill.name, other=other.name, state=state, words=words
        )


def _objections(other: Skill) -> Iterator[tuple[Quarrel, Condition, str]]:
    for bar in other.not_when:
        yield "barred", bar, bar.words
    for risk in other.risks:
        if risk.when is not None and risk.severity == "high":
            yield "warned", risk.when, risk.trigger


def _warns(skill: Skill, state: SeekerState) -> bool:
    return any(risk.when is not None and risk.when.holds(state) for risk in skill.risks)


def _meeting(skill: Skill, test: Condition) -> SeekerState | None:
    """A state that a skill is for and in which a test holds; None when there is none."""
    for wanted in skill.applies or (Condition(),):
        for state in _corners(wanted, test, skill.not_when):
            if skill.fits(state) and test.holds(state):
                return state
    return None


def _corners(one: Condition, two: Condition, bars: Sequence[Condition]) -> Iterator[SeekerState]:
    """States worth trying: where two conditions overlap, with room to step around bars."""
    tests = (one, two, *bars)
    low = max(one.intensity_min, two.intensity_min)
    high = min(one.intensity_max, two.intensity_max)
    edges = {low, high}
    edges |= {bar.intensity_min - 1 for bar in bars} | {bar.intensity_max + 1 for bar in bars}
    for scenario, label, emotion, intensity in product(
        _words(one.scenarios, two.scenarios, [test.scenarios for test in tests]),
        _words(one.states, two.states, [test.states for test in tests]),
        _words(one.emotions, two.emotions, [test.emotions for test in tests]),
        sorted(edge for edge in edges if low <= edge <= high),
    ):
        yield SeekerState(scenario=scenario, label=label, emotion=emotion, intensity=intensity)


def _words(
    one: Sequence[str], two: Sequence[str], every: Sequence[Sequence[str]]
) -> tuple[str, ...]:
    """Words that both allow; where both allow all, one that no condition names."""
    if one and two:
        return tuple(word for word in one if word in two)
    named = {word for words in every for word in words}
    return tuple(one or two) or (() if "" in named else ("",))
