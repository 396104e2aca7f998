"""New skills for states without one."""

from __future__ import annotations

from esc_skills.model import Condition
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.refiners.adding import additions, helpful


def test_a_state_that_lacks_a_skill_gets_one(desk, said):
    """Where replies without a skill fail and an action is known to help, a skill is written."""
    rows = (said([-3, -4, -2, -5], "suggest-step", label="grieving"),
            said([3, 4, 5, 2], "stay-with-feeling", label="grieving", who="b"))  # fmt: skip
    (draft,) = additions(desk(*rows))
    (made,) = draft.edit.skills
    assert draft.edit.kind == "add"
    assert made.name == "stay-with-the-feeling-when-grieving"
    assert made.applies == (Condition(states=("grieving",), words=made.applies[0].words),)
    assert made.actions == ("stay-with-feeling",)
    assert made.not_when[0].states == ("in-crisis",)
    assert made.evidence
    assert "n=4" in draft.edit.reason
    assert draft.worth > 0


def test_no_skill_without_something_that_helps(desk, said):
    """Failures alone do not make a skill: an action must be known to help there."""
    assert additions(desk(said([-3, -4, -2, -5], "suggest-step", label="grieving"))) == []


def test_no_second_skill_for_the_same(desk, said):
    """A state whose skill already leads with the best action needs no other."""
    there = skill(applies=(Condition(states=("grieving",)),), actions=("validate",))
    rows = (said([-3, -4, -2, -5], "suggest-step", label="grieving"),
            said([3, 4, 5, 2], "validate", label="grieving", who="b"))  # fmt: skip
    assert additions(desk(*rows, found=bank(there))) == []


def test_lapses_make_no_skill(desk, said):
    """When a fitting skill was offered and not followed, another skill would not help."""
    rows = (said([-3, -4, -2, -5], "suggest-step", offered=("listen-first",)),
            said([3, 4, 5, 2], "praise", who="b"))  # fmt: skip
    assert additions(desk(*rows)) == []


def test_names_of_retired_skills_are_not_taken_again(desk, said):
    """A new skill never takes a name that the bank knows, also not a retired one."""
    old = skill("stay-with-the-feeling-when-grieving", life="retired")
    rows = (said([-3, -4, -2, -5], "suggest-step", label="grieving"),
            said([3, 4, 5, 2], "stay-with-feeling", label="grieving", who="b"))  # fmt: skip
    (draft,) = additions(desk(*rows, found=bank(skill(), old)))
    assert draft.edit.skills[0].name == "stay-with-the-feeling-when-grieving-2"


def test_what_suits_all_comes_first(desk, said):
    """An action that helps some seekers and harms others stands behind one that helps all."""
    from esc_skills.testing.samples import profile

    rows = (
        said([9, 9, 9, 9, 9], "praise", who=profile("a", intention="sincere-praise")),
        said([-4, -4, -4, -4], "praise", who=profile("b", intention="practical-advice")),
        said([1, 1, 1, 1], "validate", who="c"),
    )
    assert helpful(desk(*rows), ()) == ["validate", "praise"]
