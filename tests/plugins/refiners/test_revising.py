"""Revisions of skills."""

from __future__ import annotations

from esc_skills.model import Alarm, Condition
from esc_skills.testing.samples import bank, profile, protected_skill, skill
from esc_skills_plugins.refiners.revising import revisions

NAME = "listen-first"


def only(drafts):
    """The revised skill of the one draft."""
    (draft,) = drafts
    assert draft.edit.kind == "revise"
    return draft.edit.skills[0], draft


def test_better_action_goes_first(desk, said):
    """The action that does best in the skill's states leads, with steps and examples of its own."""
    rows = (said([-2, -1, -2, -3], "explore-feelings"), said([4, 5, 4, 5], "validate", who="b"))
    made, draft = only(revisions(desk(*rows, found=bank(skill()))))
    assert made.actions[0] == "validate"
    assert "explore-feelings" not in made.actions, "it was tried and does harm"
    assert any("makes sense" in step for step in made.guidance)
    assert made.examples != skill().examples
    assert "n=4" in draft.edit.reason
    assert draft.worth > 0


def test_an_untried_action_keeps_its_place(desk, said):
    """What was hardly tried is neither praised nor thrown out."""
    rows = (said([-2, -1, -2, -3], "explore-feelings"), said([4, 5, 4, 5], "praise", who="b"))
    made, _ = only(revisions(desk(*rows, found=bank(skill()))))
    assert made.actions == ("praise", "validate")


def test_small_gains_change_nothing(desk, said):
    """Below the least gain the actions stay as they are."""
    rows = (said([1, 1, 1, 1], "explore-feelings"), said([1, 2, 1, 1], "validate", who="b"))
    assert revisions(desk(*rows, found=bank(skill()))) == []


def test_first_and_last_step_stay(desk, said):
    """The step that says when and the step that says what to watch are kept."""
    steps = ("Notice the worry.", "Ask.", "Ask again.", "See what follows.")
    rows = (said([-2, -1, -2, -3]), said([4, 5, 4, 5], "validate", who="b"))
    made, _ = only(revisions(desk(*rows, found=bank(skill(guidance=steps)))))
    assert made.guidance[0] == "Notice the worry."
    assert made.guidance[-1] == "See what follows."
    assert "Ask again." not in made.guidance


def test_a_state_where_it_loses_is_barred(desk, said):
    """A skill is forbidden where it surely loses, and kept for the states where it does not."""
    there = skill(applies=(Condition(states=("worried", "angry")),), actions=())
    rows = [said([-4, -5, -4], used=(NAME,), label="angry", who=f"p{n}") for n in range(3)]
    rows += [said([2, 3, 2], used=(NAME,), who=f"q{n}") for n in range(3)]
    made, _ = only(revisions(desk(*rows, found=bank(there))))
    assert [test.states for test in made.not_when] == [("angry",)]


def test_not_every_state_is_barred(desk, said):
    """A skill that loses everywhere is not silenced by conditions; quarantine is the way."""
    rows = [said([-4, -5, -4], used=(NAME,), who=f"p{n}") for n in range(3)]
    drafts = revisions(desk(*rows, found=bank(skill(actions=()))))
    assert all(not draft.edit.skills[0].not_when for draft in drafts)


def test_unsafe_replies_become_a_risk(desk, said):
    """S7: what a guard stopped is written down as a risk; risks that are there stay."""
    alarm = Alarm(rule="boundary.blame", speaker="supporter", severity="medium")
    rows = said([1, 1], used=(NAME,), alarms=(alarm,))
    made, draft = only(revisions(desk(rows, found=bank(skill()))))
    assert made.risks[: len(skill().risks)] == skill().risks
    assert "boundary.blame" in made.risks[-1].trigger
    assert made.risks[-1].when == Condition(states=("worried",))
    again = desk(rows, found=bank(made))
    assert all("guard" not in draft.edit.reason for draft in revisions(again)), draft


def test_right_for_some_becomes_a_risk_in_words(desk, said):
    """Conditions cannot see a hidden wish, so the risk is told in words of an observer."""
    rows = (
        said([6, 6, 6, 6], used=(NAME,), who=profile("a", intention="deep-empathy")),
        said([-6, -6, -6, -6], used=(NAME,), who=profile("b", intention="practical-advice")),
    )
    made, _ = only(revisions(desk(*rows, found=bank(skill()))))
    assert "seekers who want something concrete to do" in made.risks[-1].trigger
    assert made.risks[-1].when is None
    assert "practical-advice" not in made.risks[-1].trigger


def test_measured_effects_are_written_down(desk, said):
    """A skill that changed its record carries its measured effect, by kind of seeker."""
    rows = [said([3, 4, 3, 4], used=(NAME,), who=f"p{n}") for n in range(3)]
    made, _ = only(revisions(desk(*rows, found=bank(skill()))))
    assert {effect.group for effect in made.effects} >= {"all"}
    assert revisions(desk(*rows, found=bank(made))) == [], "once is enough"


def test_protected_skills_are_left_alone(desk, said):
    """S5: whatever was measured, a protected skill is not revised."""
    rows = said([-5, -5, -5, -5, -5], used=("crisis-first",))
    drafts = revisions(desk(rows, found=bank(skill(), protected_skill())))
    assert all("crisis-first" not in draft.edit.targets for draft in drafts)
