"""Skills and when they fit."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

from esc_skills.model import Condition, SeekerState, Skill
from esc_skills.testing import strategies

SKILL = Skill(name="a", overview="O.", guidance=("Go.",))
SAD = SeekerState(scenario="grief", label="sad", intensity=60)


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a--b", "a-", "é", "a" * 65, "../a", "a\n"])
def test_a_name_is_words_joined_by_hyphens(name: str) -> None:
    """O07, B04: a name is safe as a folder and valid in the Agent Skills standard."""
    with pytest.raises(ValueError, match="lower-case words"):
        attrs.evolve(SKILL, name=name)


@pytest.mark.parametrize("change", [{"overview": " "}, {"guidance": ()}, {"revision": 0}])
def test_a_skill_says_something(change: dict[str, object]) -> None:
    """B18: no skill without overview and guidance."""
    with pytest.raises(ValueError, match=next(iter(change))):
        attrs.evolve(SKILL, **change)


@given(strategies.states())
def test_without_conditions_a_skill_always_fits(state: SeekerState) -> None:
    """Empty conditions mean always."""
    assert SKILL.fits(state)


@pytest.mark.parametrize(
    ("applies", "not_when", "fits"),
    [
        ((Condition(states=("sad",)),), (), True),
        ((Condition(states=("angry",)), Condition(scenarios=("grief",))), (), True),
        ((Condition(states=("angry",)),), (), False),
        ((), (Condition(intensity_min=60),), False),
        ((Condition(states=("sad",)),), (Condition(scenarios=("grief",)),), False),
    ],
)
def test_one_reason_for_and_none_against(
    applies: tuple[Condition, ...], not_when: tuple[Condition, ...], fits: bool
) -> None:
    """Any condition for suffices, any condition against forbids."""
    assert attrs.evolve(SKILL, applies=applies, not_when=not_when).fits(SAD) is fits
