"""Edits worked into a bank, one after the other."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.edits import asleep, start
from esc_skills._stages.origins import stands
from esc_skills._stages.patch import Patch, Rules
from esc_skills.errors import BankRuleError
from esc_skills.model import Edit
from esc_skills.testing.samples import bank, skill

BASE = bank()


def bench(actor: str = "refiner:t"):
    return start(BASE, stands(BASE), Patch(actor=actor, base=BASE.hash), Rules())


def test_a_later_edit_sees_what_an_earlier_one_made() -> None:
    """A skill that was added may be revised by the next edit of the same patch."""
    here = bench()
    here.apply(Edit(kind="add", skills=(skill("third"),), reason="r"))
    better = skill("third", overview="Better.")
    here.apply(Edit(kind="revise", targets=("third",), skills=(better,), reason="r"))
    assert here.skills["third"].overview == "Better."
    assert here.skills["third"].revision == 2
    assert set(here.told) == {"listen-first", "stay-close", "third"}


def test_a_renamed_skill_takes_its_past_along() -> None:
    """S10: evidence and sources follow a skill under its new name; the old name is free."""
    here = bench()
    new = attrs.evolve(BASE.skill("stay-close"), name="stay")
    here.apply(Edit(kind="revise", targets=("stay-close",), skills=(new,), reason="r"))
    assert here.told["stay"] == stands(BASE)["stay-close"]
    assert "stay-close" not in here.skills


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (Edit(kind="retire", targets=("nobody",), reason="r"), "bank.target"),
        (
            Edit(
                kind="merge", targets=("stay-close", "stay-close"), skills=(skill("x"),), reason="r"
            ),
            "bank.target",
        ),
        (Edit(kind="add", skills=(skill("stay-close"),), reason="r"), "bank.name"),
        (
            Edit(
                kind="split", targets=("stay-close",), skills=(skill("x"), skill("x")), reason="r"
            ),
            "bank.name",
        ),
    ],
    ids=["unknown", "twice", "taken", "twins"],
)
def test_names_must_fit(edit: Edit, rule: str) -> None:
    """B18: an edit names what is there, once, and makes no second of a name."""
    with pytest.raises(BankRuleError) as refused:
        bench().apply(edit)
    assert refused.value.where == rule


def test_what_is_imported_sleeps_on_the_import_alone() -> None:
    """S17: whatever life and evidence an imported skill claims, it rests on its file."""
    here = bench("import:f")
    here.apply(Edit(kind="add", skills=(skill("third", evidence=("iu-x",)),), reason="r"))
    assert here.skills["third"].life == asleep(skill()).life == "quarantined"
    assert here.skills["third"].evidence == ("import:f",)


@pytest.mark.parametrize(("kind", "life"), [("quarantine", "quarantined"), ("retire", "retired")])
def test_a_skill_is_laid_aside_and_its_words_stay(kind: str, life: str) -> None:
    """S24: laying a skill aside changes its life and revision, and nothing that it says."""
    here = bench()
    here.apply(Edit(kind=kind, targets=("stay-close",), reason="r"))
    old = BASE.skill("stay-close")
    assert here.skills["stay-close"] == attrs.evolve(old, life=life, revision=old.revision + 1)
    assert here.told["stay-close"] == stands(BASE)["stay-close"]


def test_a_merged_skill_follows_the_latest_of_both() -> None:
    """The revision of what replaces two skills is above each of theirs."""
    base = bank(skill(revision=1), skill("stay-close", revision=4))
    here = start(base, stands(base), Patch(actor="refiner:t", base=base.hash), Rules())
    names = ("listen-first", "stay-close")
    here.apply(Edit(kind="merge", targets=names, skills=(skill("both"),), reason="r"))
    assert here.skills["both"].revision == 5


@pytest.mark.parametrize("lives", [("active", "active"), ("active", "quarantined")], ids="-".join)
@pytest.mark.parametrize("actor", ["human:M", "refiner:t"])
def test_a_person_vouches_for_what_they_wake(lives: tuple[str, str], actor: str) -> None:
    """S17: a person's name stands behind old lines only where their edit woke one of them."""
    base = bank(*(skill(name, life=life) for name, life in zip("ab", lives, strict=True)))
    here = start(base, stands(base), Patch(actor=actor, base=base.hash), Rules())
    both = skill("both", life="active" if actor == "human:M" else "quarantined")
    here.apply(Edit(kind="merge", targets=("a", "b"), skills=(both,), reason="r"))
    woken = actor == "human:M" and "quarantined" in lives
    assert all(("human:M" in sources) == woken for sources, _ in here.told["both"].values())
