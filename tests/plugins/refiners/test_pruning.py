"""Quarantine, retirement and merging."""

from __future__ import annotations

from hypothesis import given, settings

from esc_skills.model import Condition, Risk, SkillsBank
from esc_skills.testing import strategies
from esc_skills.testing.samples import bank, protected_skill, skill
from esc_skills_plugins.refiners.pruning import _doubles, _merged, merges, quarantines, retirements

NAME = "listen-first"


def test_what_surely_harms_is_quarantined(desk, said):
    """A skill whose interval lies below nothing, and that does worse than others, is set aside."""
    rows = [said([-4, -5, -4], used=(NAME,), who=f"p{n}") for n in range(3)]
    rows += [said([1, 0, 1], who=f"q{n}") for n in range(3)]
    (draft,) = quarantines(desk(*rows))
    assert (draft.edit.kind, draft.edit.targets) == ("quarantine", (NAME,))
    assert len(draft.edit.evidence) == 3
    assert draft.worth > 0


def test_doubt_quarantines_nothing(desk, said):
    """One seeker, or a mean that may be above nothing, is no reason."""
    assert quarantines(desk(said([-4, -5, -4, -6], used=(NAME,)))) == []
    rows = [said([-9, 9, -9], used=(NAME,), who=f"p{n}") for n in range(3)]
    assert quarantines(desk(*rows)) == []


def test_no_better_without_it(desk, said):
    """Where all replies lose, a skill that loses less is kept."""
    rows = [said([-2, -2, -2], used=(NAME,), who=f"p{n}") for n in range(3)]
    rows += [said([-6, -6, -6], who=f"q{n}") for n in range(3)]
    assert quarantines(desk(*rows)) == []


def test_what_idles_is_retired(desk, said):
    """A skill that fitted many moments and never shaped a reply is retired; others are not."""
    other = skill("elsewhere", applies=(Condition(states=("angry",)),))
    found = bank(skill(), skill("idle"), other, protected_skill())
    rows = said([1] * 7, used=(NAME,))
    drafts = retirements(desk(rows, found=found))
    assert [draft.edit.targets for draft in drafts] == [("idle",)]
    assert retirements(desk(rows[:5], found=found)) == []


def test_doubles_are_merged(desk, said):
    """Two skills with equal actions and overlapping conditions become one with all risks."""
    one = skill("one", risks=(Risk(trigger="a"),))
    two = skill(
        "two", applies=(Condition(states=("worried", "angry")),), risks=(Risk(trigger="b"),)
    )
    (draft,) = merges(desk(said([1]), found=bank(one, two)))
    (made,) = draft.edit.skills
    assert draft.edit.targets == ("one", "two")
    assert {risk.trigger for risk in made.risks} == {"a", "b"}
    assert len(made.applies) == 2


def test_different_skills_are_not_merged(desk, said):
    """Other actions, conditions that never meet, or a bar that would silence the other."""
    base = skill("one")
    for other in (
        skill("two", actions=("validate",)),
        skill("two", applies=(Condition(states=("angry",)),)),
        skill("two", not_when=(Condition(states=("worried",), intensity_min=80),)),
        protected_skill("two", applies=base.applies),
    ):
        assert merges(desk(said([1]), found=bank(base, other))) == []


@settings(max_examples=60, deadline=None)
@given(strategies.skills("one"), strategies.skills("two"), strategies.states())
def test_a_merged_skill_serves_where_both_did(one, two, state):
    """Law: a merge fits every state that both skills fitted, and keeps every risk."""
    made = _merged(one, two)
    assert set(one.risks) | set(two.risks) == set(made.risks)
    if _doubles(one, two) and one.fits(state) and two.fits(state):
        assert made.fits(state)
    assert SkillsBank().with_skills((made,)).skills == (made,)
