"""Which skills contradict each other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from esc_skills._engine.contradictions import contradictions
from esc_skills.model import Condition, Risk, SkillsBank
from esc_skills.testing import strategies
from esc_skills.testing.samples import bank, protected_skill, skill

SAD = Condition(states=("sad",), words="the seeker is sad")
ADVICE = {"actions": ("advise",), "risks": ()}


def test_a_bar_against_what_another_recommends() -> None:
    """One gives advice in sadness, the other may not: told with a state in which both hold."""
    one = skill("one", applies=(SAD,), **ADVICE)
    two = skill("two", applies=(), not_when=(SAD,), **ADVICE)
    (found,) = contradictions(bank(one, two))
    assert (found.kind, found.skill, found.other, found.action) == (
        "barred",
        "one",
        "two",
        "advise",
    )
    assert one.fits(found.state)
    assert not two.fits(found.state)


@pytest.mark.parametrize(
    "changes",
    [
        {"actions": ("ask",)},
        {"applies": (Condition(states=("angry",)),)},
        {"not_when": (SAD,)},
        {"life": "quarantined"},
        {"applies": (Condition(states=("sad",), intensity_min=70),), "not_when": (SAD,)},
    ],
    ids=["another action", "another state", "the same bar", "not active", "bar over a part"],
)
def test_no_quarrel_where_they_cannot_meet(changes) -> None:
    """Other actions, other states, a bar of its own, or no active skill: nothing to tell."""
    one = skill("one", **{"applies": (SAD,), **ADVICE, **changes})
    two = skill("two", applies=(), not_when=(SAD,), **ADVICE)
    assert contradictions(bank(one, two)) == ()


def test_a_high_risk_that_only_one_names() -> None:
    """A warning that the other does not give is told; given by both, it is none."""
    risk = Risk(trigger="advice hurts here", severity="high", when=SAD)
    one = skill("one", applies=(SAD,), **ADVICE)
    two = skill("two", applies=(SAD,), actions=("advise",), risks=(risk,))
    (found,) = contradictions(bank(one, two))
    assert (found.kind, found.words) == ("warned", "advice hurts here")
    both = skill("one", applies=(SAD,), actions=("advise",), risks=(risk,))
    assert contradictions(bank(both, two)) == ()


def test_all_step_back_for_a_guards_skill() -> None:
    """A protected skill contradicts nobody."""
    crisis = Condition(states=("in-crisis",))
    one = skill("one", applies=(), not_when=(crisis,))
    assert contradictions(bank(one, protected_skill())) == ()


@given(strategies.banks())
@settings(max_examples=60, deadline=None)
def test_every_quarrel_has_a_witness(found: SkillsBank) -> None:
    """What is told is true: in the named state the one may speak, the other bars or warns."""
    for one in contradictions(found):
        skill_, other = found.skill(one.skill), found.skill(one.other)
        assert skill_
        assert other
        assert skill_.fits(one.state)
        assert one.action in skill_.actions
        assert one.action in other.actions
        if one.kind == "barred":
            assert not other.fits(one.state)
