"""One hypothesis from a trial."""

from __future__ import annotations

import attrs

from esc_skills._stages.trying import Trials
from esc_skills.model import Condition, Edit, Proposal
from esc_skills.testing.samples import bank, protected_skill, skill
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.refiners.proving import hypothesis, proofs
from esc_skills_plugins.refiners.trying import candidates, lots
from esc_skills_plugins.refiners.wording import wording

TAXONOMY = default_taxonomy()
OLD = skill("old-way", actions=("suggest-step",), applies=(Condition(states=("worried",)),))
BANK = bank(OLD, protected_skill(), taxonomy=TAXONOMY)


def trial(said, gain=5, found=BANK, states=("worried", "grieving")):
    """Twelve seekers: ``validate`` by lot gains in some states, the bank's own way does not."""
    rows = []
    for n in range(12):
        for label in states:
            rows += said(
                (gain, gain + n % 2),
                action="validate",
                label=label,
                who=f"p{n}",
                trial="trial-validate",
            )
            rows += said(
                (0, n % 2), action="suggest-step", used=("old-way",), label=label, who=f"p{n}"
            )
    return rows, lots(rows, found, wording(TAXONOMY), 8.0)


def test_what_was_shown_leads_and_what_was_not_steps_back(said, desk):
    """A new skill with its proof, and quarantine of the skill whose states it covers."""
    rows, drawn = trial(said)
    made = hypothesis(desk(rows, found=BANK), drawn, ())
    assert made is not None
    assert [edit.kind for edit in made.edits] == ["add", "quarantine"]
    new = made.edits[0].skills[0]
    assert new.actions[0] == "validate"
    assert {state for test in new.applies for state in test.states} == {"grieving", "worried"}
    assert new.proof is not None
    assert new.proof.low > 0
    assert new.proof.n == 48
    assert made.edits[1].targets == ("old-way",)
    for edit in made.edits:
        assert edit.reason
        assert edit.evidence
        assert "crisis-first" not in edit.targets


def test_nothing_shown_nothing_proposed(said, desk):
    """A trial without a sure gain makes no hypothesis."""
    rows, drawn = trial(said, gain=0)
    assert proofs(drawn) == {}
    assert hypothesis(desk(rows, found=BANK), drawn, ()) is None


def test_refused_it_is_tried_beside_then_dropped(said, desk):
    """Refused as a whole: the new skill beside the old; refused again: nothing."""
    rows, drawn = trial(said)
    here = desk(rows, found=BANK)
    first = hypothesis(here, drawn, ())
    assert first is not None
    second = hypothesis(here, drawn, (first,))
    assert second is not None
    assert [edit.kind for edit in second.edits] == ["add"]
    assert hypothesis(here, drawn, (first, second)) is None


def test_a_refused_part_in_another_bundle_is_no_refusal(said, desk):
    """Memory is of the whole idea, not of any edit in it."""
    rows, drawn = trial(said)
    here = desk(rows, found=BANK)
    other = Edit(kind="quarantine", targets=("old-way",), reason="Because.")
    refused = Proposal(bank=BANK.hash, edits=(other,))
    assert hypothesis(here, drawn, (refused,)) == hypothesis(here, drawn, ())


def test_a_skill_outside_what_was_covered_stays(said, desk):
    """A skill for a state that the trial says nothing about is left alone."""
    wide = attrs.evolve(OLD, applies=(Condition(states=("worried", "hopeless")),))
    held = bank(wide, protected_skill(), taxonomy=TAXONOMY)
    rows, drawn = trial(said, found=held)
    made = hypothesis(desk(rows, found=held), drawn, ())
    assert made is not None
    assert [edit.kind for edit in made.edits] == ["add"]


def test_what_is_proven_already_is_not_proposed_again(said, desk):
    """A bank whose proven skill begins with the action in every state needs no other."""
    rows, drawn = trial(said)
    made = hypothesis(desk(rows, found=BANK), drawn, ())
    assert made is not None
    grown = BANK.with_skills((*BANK.skills, made.edits[0].skills[0]))
    assert hypothesis(desk(rows, found=grown), drawn, ()) is None


def test_names_of_the_trial_are_those_that_were_offered():
    """Refiner and talk name a trial skill alike, whatever the bank."""
    made = tuple(candidates(BANK, wording(TAXONOMY)).values())
    assert Trials(skills=made, chance=0.3).beside(BANK).active == BANK.active
