"""The one write path of a bank, and the rules that protect it."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.commit import draft
from esc_skills._stages.patch import Patch, Rules
from esc_skills._stages.promote import promote
from esc_skills._stages.rules import check_bank
from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError
from esc_skills.model import Edit, Proposal, Risk, SkillsBank, Verdict
from esc_skills.testing.samples import bank, protected_skill, skill


def proposal(base: SkillsBank, *edits: Edit) -> Proposal:
    return Proposal(bank=base.hash, edits=edits)


def drafted(base: SkillsBank, change: Proposal, said: Sayings | None = None) -> SkillsBank:
    """The candidate bank of a proposal, as the gate tries it out."""
    return draft(base, Patch.of(change), Rules(said=said))


def revise(base: SkillsBank, name: str, **changes: object) -> Edit:
    old = base.skill(name)
    assert old is not None
    new = attrs.evolve(old, **changes)
    return Edit(kind="revise", targets=(name,), skills=(new,), reason="test", evidence=("t1", "t2"))


def test_revision_keeps_the_past() -> None:
    """A revised skill counts one revision more and keeps all evidence (S10)."""
    base = bank()
    made = drafted(base, proposal(base, revise(base, "listen-first", overview="Better.")))
    new = made.skill("listen-first")
    assert new is not None
    assert new.revision == 2
    assert set(new.evidence) == {*base.skills[0].evidence, "t1", "t2"}
    assert made.parent == base.hash


def test_untouched_skills_stay_as_they_are() -> None:
    """An edit changes the skills it names and no other."""
    base = bank()
    made = drafted(base, proposal(base, revise(base, "listen-first", overview="Better.")))
    assert made.skill("stay-close") == base.skill("stay-close")


@pytest.mark.parametrize("kind", ["quarantine", "retire"])
def test_resting_skills_stay_in_the_bank(kind: str) -> None:
    """Quarantined and retired skills are kept, with a new state of life."""
    base = bank()
    edit = Edit(kind=kind, targets=("stay-close",), reason="harms")
    made = drafted(base, proposal(base, edit))
    assert [item.name for item in made.active] == ["listen-first"]
    assert made.skill("stay-close") is not None


@pytest.mark.parametrize(
    "edit",
    [
        Edit(kind="retire", targets=("crisis-first",), reason="x"),
        Edit(kind="quarantine", targets=("crisis-first",), reason="x"),
        Edit(kind="revise", targets=("crisis-first",), skills=(skill("crisis-first"),), reason="x"),
        Edit(
            kind="merge",
            targets=("crisis-first", "listen-first"),
            skills=(skill("both"),),
            reason="x",
        ),
        Edit(kind="split", targets=("crisis-first",), skills=(skill("a"), skill("b")), reason="x"),
        Edit(kind="add", skills=(skill("crisis-first"),), reason="x"),
        Edit(kind="add", skills=(skill("new", protected=True),), reason="x"),
    ],
    ids=lambda edit: edit.kind,
)
def test_protected_skills_cannot_be_touched_or_shadowed(edit: Edit) -> None:
    """S5, B13: no kind of edit reaches a protected skill or claims to be one."""
    base = bank(skill(), protected_skill())
    with pytest.raises(BankRuleError):
        drafted(base, proposal(base, edit))


def test_risks_only_grow() -> None:
    """S7: rewriting a risk is removing it, and is refused; adding one is free."""
    base = bank()
    old = base.skill("listen-first")
    assert old is not None
    weaker = (Risk(trigger="rarely"),)
    with pytest.raises(BankRuleError) as refused:
        drafted(base, proposal(base, revise(base, "listen-first", risks=weaker)))
    assert refused.value.where == "S7"
    more = (*old.risks, Risk(trigger="The seeker is tired"))
    made = drafted(base, proposal(base, revise(base, "listen-first", risks=more)))
    assert made.skill("listen-first").risks == more  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "edits",
    [
        (
            Edit(kind="retire", targets=("listen-first",), reason="x"),
            Edit(kind="retire", targets=("stay-close",), reason="x"),
        ),
        (Edit(kind="add", skills=(skill("new", guidance=(" ",)),), reason="x"),),
        (Edit(kind="add", skills=(skill("new", guidance=("x" * 1_000_000,)),), reason="x"),),
        (Edit(kind="add", skills=(skill("new", evidence=()),), reason="x"),),
        (Edit(kind="add", skills=(skill("listen-first"),), reason="x"),),
        (Edit(kind="retire", targets=("nobody",), reason="x"),),
        tuple(
            Edit(kind="add", skills=(skill(f"new-{number}"),), reason="x") for number in range(600)
        ),
    ],
    ids=["delete-all", "empty", "huge", "no-evidence", "same-name", "unknown", "flood"],
)
def test_absurd_proposals_are_refused(edits: tuple[Edit, ...]) -> None:
    """B18: each absurd proposal is refused by a rule of the bank."""
    base = bank()
    with pytest.raises(BankRuleError):
        drafted(base, proposal(base, *edits))


def test_proposal_for_another_bank_is_refused() -> None:
    """B19: a proposal names the bank it starts from; no update is lost."""
    base = bank()
    edit = Edit(kind="retire", targets=("stay-close",), reason="x")
    moved = drafted(base, proposal(base, edit))
    with pytest.raises(BankRuleError, match="made for bank"):
        drafted(moved, proposal(base, edit))


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(decision="reject", gate="g"),
        Verdict(decision="inconclusive", gate="g"),
        Verdict(decision="accept", gate="g", vetoes=("unsafe",)),
    ],
    ids=["reject", "inconclusive", "vetoed"],
)
def test_only_a_clean_acceptance_promotes(verdict: Verdict) -> None:
    """S8: a veto blocks a promotion whatever the decision says."""
    base = bank()
    wish = proposal(base, Edit(kind="retire", targets=("stay-close",), reason="x"))
    with pytest.raises(BankRuleError):
        promote(base, wish, verdict, Rules())


def test_promotion_names_its_verdict_and_keeps_behaviour() -> None:
    """A promoted bank names what made it, and supporters see the same bank as before."""
    base = bank()
    wish = proposal(base, Edit(kind="retire", targets=("stay-close",), reason="x"))
    candidate = drafted(base, wish)
    made = promote(base, wish, Verdict(decision="accept", gate="g"), Rules()).bank
    assert made.verdict
    assert made.behaviour == candidate.behaviour
    assert made.hash != candidate.hash


SAID = "When my sister left for the coast I sold the piano and slept on the kitchen floor"
"""A message of a person that this project made up."""


@pytest.mark.parametrize("field", ["overview", "guidance", "pitfalls", "examples", "risks"])
def test_nobodys_sentence_enters_a_bank(field: str) -> None:
    """S14, B20: eight words in a row of a source dialogue refuse a proposal, in any line."""
    base = bank()
    line = f"Say: {SAID.lower().replace(' ', ', ')}!"
    value: object = (line,)
    if field in {"overview", "risks"}:
        value = line if field == "overview" else (*base.skills[0].risks, Risk(trigger=line))
    wish = proposal(base, revise(base, "listen-first", **{field: value}))
    with pytest.raises(BankRuleError) as refusal:
        drafted(base, wish, Sayings(lambda: [SAID]))
    assert refusal.value.where == "S14"
    assert "piano" not in refusal.value.line
    assert drafted(base, wish, Sayings(lambda: ["Something else was said."]))
    assert drafted(base, wish)


def test_what_the_bank_said_before_is_no_copy() -> None:
    """S14: a line that stands in the bank, and was allowed there, does not refuse a later edit."""
    said = Sayings(lambda: [SAID])
    old = skill("listen-first", examples=(SAID,))
    base = SkillsBank(skills=(old, skill("stay-close")))
    better = proposal(base, revise(base, "listen-first", overview="Better."))
    assert drafted(base, better, said).skill("listen-first").overview == "Better."
    again = proposal(base, revise(base, "stay-close", examples=(SAID,)))
    assert drafted(base, again, said)


def test_missing_manifest_skill_is_found() -> None:
    """S5: a bank without a guard's protected skill breaks a rule."""
    with pytest.raises(BankRuleError) as refused:
        check_bank(bank(), protected=(protected_skill(),))
    assert refused.value.where == "S5"
