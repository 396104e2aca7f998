"""From drafts to proposals."""

from __future__ import annotations

import attrs

from esc_skills.model import Edit, Effect, Proposal
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.refiners.draft import Draft
from esc_skills_plugins.refiners.packing import chosen, packed, signature

BANK = bank(*(skill(f"s-{n}") for n in range(6)))


def revise(name, worth=1.0, **changes):
    """A draft that revises a skill."""
    facts = {"overview": f"New {name}.", **changes}
    edit = Edit(kind="revise", targets=(name,), skills=(skill(name, **facts),), reason="Because.")
    return Draft(edit=edit, worth=worth)


def drop(name, worth=1.0):
    """A draft that quarantines a skill."""
    return Draft(edit=Edit(kind="quarantine", targets=(name,), reason="Because."), worth=worth)


def refused(*edits):
    """A proposal that a gate did not pass."""
    return Proposal(bank="other", edits=edits, refiner="tally", round=3)


def test_figures_do_not_make_an_idea_new():
    """An edit is the same idea with other evidence, effects, reasons and figures."""
    one = revise("s-1", guidance=("Do it.",)).edit
    effect = Effect(group="all", value=1, n=3, low=0, high=2)
    later = attrs.evolve(one.skills[0], evidence=("t",), effects=(effect,), overview="n=9")
    same = attrs.evolve(one, skills=(later,), reason="Other.", evidence=("t",))
    assert signature(same) == signature(one)
    assert signature(revise("s-1", guidance=("Other.",)).edit) != signature(one)


def test_best_first_and_one_edit_a_skill():
    """Drafts stand by worth; a skill is touched by the best one only."""
    kept = chosen([revise("s-1", 1), drop("s-1", 5), revise("s-2", 3)], BANK)
    assert [(draft.edit.kind, draft.edit.targets) for draft in kept] == [
        ("quarantine", ("s-1",)),
        ("revise", ("s-2",)),
    ]


def test_half_of_the_skills_stay():
    """B18: no round takes more than half of the active skills away."""
    assert len(chosen([drop(f"s-{n}") for n in range(6)], BANK)) == 3
    assert chosen([drop("only")], bank(skill("only"))) == []


def test_bundles():
    """Edits are bundled in order, with limits on edits and proposals."""
    drafts = [revise(f"s-{n}") for n in range(6)]
    made = packed(drafts, (), BANK, 2, 2)
    assert [[edit.targets[0] for edit in one.edits] for one in made] == [
        ["s-0", "s-1"],
        ["s-2", "s-3"],
    ]
    assert {one.bank for one in made} == {BANK.hash}
    assert packed(drafts, (), BANK, 2, 0) == ()
    assert packed([], (), BANK, 2, 2) == ()


def test_what_was_refused_in_a_bundle_is_tried_once_alone():
    """A refused bundle does not come again; its edits get one try each, after new ideas."""
    drafts = [revise(f"s-{n}") for n in range(3)]
    old = refused(drafts[0].edit, drafts[1].edit)
    made = packed(drafts, (old,), BANK, 4, 3)
    assert [[edit.targets[0] for edit in one.edits] for one in made] == [["s-2"], ["s-0"], ["s-1"]]
    alone = refused(drafts[0].edit)
    made = packed(drafts, (old, alone), BANK, 4, 3)
    assert [[edit.targets[0] for edit in one.edits] for one in made] == [["s-2"], ["s-1"]]
