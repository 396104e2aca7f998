"""Strategies for what is learnt."""

from __future__ import annotations

from hypothesis import Phase, find, given, settings

from esc_skills.model import Condition, Skill, SkillsBank
from esc_skills.testing import strategies

QUICK = settings(phases=[Phase.generate], max_examples=2000, database=None)
"""One example is enough; nobody reads it, so it need not be small."""


@given(strategies.banks(most=2))
def test_banks_are_no_larger_than_asked(bank: SkillsBank) -> None:
    """The size can be bounded, so that a law stays quick."""
    assert len(bank.skills) <= 2


@given(strategies.conditions())
def test_a_condition_can_hold_for_some_distress(condition: Condition) -> None:
    """The range of distress is never empty."""
    assert condition.intensity_min <= condition.intensity_max


@given(strategies.skills("a-b"))
def test_a_name_can_be_chosen(skill: Skill) -> None:
    """Laws about one skill of a bank can name it."""
    assert skill.name == "a-b"


def test_protected_skills_are_among_them() -> None:
    """S5: laws on protection meet protected skills."""
    assert find(strategies.skills(), lambda skill: skill.protected, settings=QUICK)
