"""Splits by state, and new skills that are old ones."""

from __future__ import annotations

import attrs
from drafted import apply_proposal

from esc_skills._stages.shapes import check_shape
from esc_skills.model import Condition, Edit, Proposal
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.refiners.draft import Draft
from esc_skills_plugins.refiners.splitting import divisions, widened

NAME = "listen-first"
BOTH = skill(applies=(Condition(states=("worried", "angry")),))


def rows(said, lost=-3):
    made = [said([3, 2], used=(NAME,), who=f"a{n}") for n in range(5)]
    made += [said([lost, lost], used=(NAME,), label="angry", who=f"b{n}") for n in range(5)]
    return [*made, *(said([4, 4], "praise", label="angry", who=f"c{n}") for n in range(5))]


def test_a_skill_is_split_where_its_states_differ(desk, said):
    """It stays for the state it helps in; the other state gets the action that helps there."""
    (draft,) = divisions(desk(*rows(said), found=bank(BOTH)))
    kept, other = draft.edit.skills
    assert draft.edit.kind == "split"
    assert (kept.name, kept.applies[0].states) == (NAME, ("worried",))
    assert (other.applies[0].states, other.actions) == (("angry",), ("praise",))
    assert set(BOTH.risks) <= set(other.risks), "what was learned about harm goes with both"
    assert kept.actions == BOTH.actions
    assert len({*draft.edit.evidence}) >= 2
    here = bank(BOTH)
    made = apply_proposal(here, Proposal(bank=here.hash, edits=(draft.edit,)))
    assert {one.name for one in made.active} == {NAME, other.name}


def test_states_that_do_alike_stay_together(desk, said):
    """No difference, no split; nor for a skill of one state, nor where nothing else helps."""
    assert divisions(desk(*rows(said, lost=3), found=bank(BOTH))) == []
    assert divisions(desk(*rows(said), found=bank(skill()))) == []
    assert divisions(desk(*rows(said)[:10], found=bank(BOTH))) == []


def test_replies_that_did_something_else_split_nothing(desk, said):
    """Lapses are no reason for an edit."""
    lapsed = [attrs.evolve(row, action="praise") for part in rows(said)[5:10] for row in part]
    assert divisions(desk(*rows(said)[:5], lapsed, found=bank(BOTH))) == []


def add(**changes):
    new = skill("new-one", applies=(Condition(states=("angry",)),), **changes)
    edit = Edit(kind="add", skills=(new,), reason="r", evidence=("t1", "t2"))
    return Draft(edit=edit, worth=2.0)


def test_a_double_widens_the_skill_that_is_there(desk, said):
    """Equal actions: the old skill gets the state, and nothing else changes."""
    here = desk(said([1]), found=bank(skill()))
    (draft,) = widened(here, [add()])
    assert (draft.edit.kind, draft.edit.targets) == ("widen", (NAME,))
    assert [test.states for test in draft.edit.skills[0].applies] == [("worried",), ("angry",)]
    check_shape(draft.edit, (skill(),))
    assert apply_proposal(here.bank, Proposal(bank=here.bank.hash, edits=(draft.edit,)))


def test_other_actions_or_a_bar_stay_a_new_skill(desk, said):
    """What recommends something else, or may not go there, is not widened."""
    here = desk(said([1]), found=bank(skill()))
    assert widened(here, [add(actions=("validate",))]) == [add(actions=("validate",))]
    barred = skill(not_when=(Condition(states=("angry",)),))
    assert widened(desk(said([1]), found=bank(barred)), [add()]) == [add()]
