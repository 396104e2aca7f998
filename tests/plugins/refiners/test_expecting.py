"""Edits from promises that were not kept."""

from __future__ import annotations

import attrs
from drafted import apply_proposal

from esc_skills._stages.shapes import check_shape
from esc_skills.model import (
    Check,
    Condition,
    Edit,
    ExpectedOutcome,
    Proposal,
    Rate,
    Risk,
    RiskCheck,
)
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.refiners.draft import Draft
from esc_skills_plugins.refiners.expecting import broken, honest, narrowed, warned

NAME = "listen-first"
ANGRY = Risk(trigger="They are angry.", when=Condition(states=("angry",)))


def rate(hits, n, low, high):
    return Rate(hits=hits, n=n, seekers=n, low=low, high=high)


def checked(desk, **facts):
    """The desk with a check of the skill on it."""
    report = attrs.evolve(desk.report, checks=(Check(skill=NAME, **facts),))
    return attrs.evolve(desk, report=report)


def fell(with_it, without):
    return (RiskCheck(trigger=ANGRY.trigger, tested=True, fell=with_it, elsewhere=without),)


def revise(found):
    edit = Edit(kind="revise", targets=(NAME,), skills=(found,), reason="r.", evidence=("t",))
    return Draft(edit=edit, worth=1.0)


def test_broken_is_surely_less_than_half(desk, said):
    """The upper end lies below one half, and enough uses stand behind it."""
    here = desk(said([1]))
    assert broken(checked(here, outcome=rate(1, 20, 0.01, 0.3)))
    assert not broken(checked(here, outcome=rate(1, 3, 0.01, 0.4)))
    assert not broken(checked(here, outcome=rate(8, 20, 0.2, 0.6)))
    assert not broken(here)


def test_a_revision_makes_its_promise_honest(desk, said):
    """A rise of 5 was promised; half of the uses that followed it rise by 1."""
    old = skill(expected=ExpectedOutcome(least_gain=5))
    here = desk(said([1, 1, 1, 2], used=(NAME,)), found=bank(old))
    here = checked(here, outcome=rate(0, 20, 0.0, 0.2))
    (draft,) = honest(here, [revise(old)])
    assert draft.edit.skills[0].expected.least_gain == 1
    assert "0 of 20 uses" in draft.edit.reason
    assert honest(attrs.evolve(here, report=desk(said([1])).report), [revise(old)]) == [revise(old)]


def test_lapses_change_no_promise(desk, said):
    """Replies that name the skill and do something else say nothing of it."""
    old = skill(expected=ExpectedOutcome(least_gain=2))
    rows = said([-3, -3, -3, -3], "suggest-step", used=(NAME,))
    here = checked(desk(rows, found=bank(old)), outcome=rate(0, 20, 0.0, 0.2))
    assert honest(here, [revise(old)]) == [revise(old)]
    assert narrowed(here) == []
    assert warned(here) == []


def risky_rows(said):
    there = [said([-3, -2], used=(NAME,), label="angry", who=f"a{n}") for n in range(3)]
    return [*there, *(said([2, 2], used=(NAME,), who=f"b{n}") for n in range(3))]


def test_a_risk_that_comes_true_becomes_a_bar(desk, said):
    """With the skill it falls more often than without: the state is barred, and no more changes."""
    old = skill(applies=(Condition(states=("worried", "angry")),), risks=(ANGRY,))
    here = desk(*risky_rows(said), found=bank(old))
    risks = fell(rate(6, 6, 0.4, 1.0), rate(1, 10, 0.01, 0.4))
    (draft,) = narrowed(checked(here, risks=risks))
    assert draft.edit.kind == "narrow"
    assert draft.edit.skills[0].not_when[-1].states == ("angry",)
    assert len({*draft.edit.evidence}) >= 2
    check_shape(draft.edit, (old,))
    made = apply_proposal(here.bank, Proposal(bank=here.bank.hash, edits=(draft.edit,)))
    assert made.skill(NAME).not_when == draft.edit.skills[0].not_when


def test_no_bar_without_a_difference_or_a_state_left(desk, said):
    """As often without the skill, or nowhere left to go: the skill stays as it is."""
    old = skill(applies=(Condition(states=("worried", "angry")),), risks=(ANGRY,))
    here = desk(*risky_rows(said), found=bank(old))
    same = fell(rate(6, 6, 0.4, 1.0), rate(5, 10, 0.2, 0.7))
    assert narrowed(checked(here, risks=same)) == []
    alone = skill(applies=(Condition(states=("angry",)),), risks=(ANGRY,))
    here = desk(*risky_rows(said), found=bank(alone))
    risks = fell(rate(6, 6, 0.4, 1.0), rate(1, 10, 0.01, 0.4))
    assert narrowed(checked(here, risks=risks)) == []


def test_a_state_in_which_it_lowers_the_emotion_gets_a_risk(desk, said):
    """After its uses the emotion falls, after other replies in that state it does not."""
    old = skill(applies=(), risks=())
    others = [said([1, 1], "validate", label="angry", who=f"c{n}") for n in range(4)]
    here = desk(*risky_rows(said), *others, found=bank(old))
    (draft,) = warned(here)
    assert draft.edit.kind == "add-risk"
    assert draft.edit.skills[0].risks[-1].when == Condition(states=("angry",))
    check_shape(draft.edit, (old,))
    assert (
        warned(desk(*risky_rows(said), *others, found=bank(skill(applies=(), risks=(ANGRY,)))))
        == []
    )
