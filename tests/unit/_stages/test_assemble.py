"""Bank version 0: skills, statistics, protected skills."""

from __future__ import annotations

import pytest

from esc_skills._stages.assemble import assemble
from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError
from esc_skills.model import SkillsBank, Table
from esc_skills.spec import Distillate, Guard
from esc_skills.testing.conformance.scenes import units
from esc_skills.testing.doubles import WordGuard
from esc_skills.testing.samples import bank, protected_skill, skill, taxonomy

GUARD = WordGuard(skill=protected_skill())
IDS = tuple(unit.id for unit in units())


def assembled(*skills: object, guards: tuple[Guard, ...] = (GUARD,), **facts: object) -> SkillsBank:
    return assemble(
        Distillate(skills=skills, tables=(Table(name="counts"),)),
        facts.pop("units", ()),
        taxonomy=taxonomy(),
        guards=guards,
        **facts,
    )


def test_assembled_bank_holds_the_protected_skill_unchanged() -> None:
    """S5: a distilled skill of a protected name gives way to the guard's own."""
    made = assembled(skill(), skill("crisis-first", overview="mine"), notes=("unreviewed",))
    assert made.skill("crisis-first") == protected_skill()
    assert made.skill("listen-first") == bank().skill("listen-first")
    assert made.notes == ("unreviewed",)


def test_skill_in_a_persons_words_is_left_out() -> None:
    """S14: what a distiller copied does not become bank 0, and the bank says how many."""
    said = Sayings(lambda: ["I have not told anyone that I am afraid of the phone."])
    copied = skill("copied", examples=("You have not told anyone that I am afraid of it.",))
    made = assembled(skill(), copied, said=said, notes=("unreviewed",))
    assert [item.name for item in made.skills if not item.protected] == ["listen-first"]
    assert made.notes == ("S14: 1 skills left out", "unreviewed")
    assert assembled(skill(), copied, said=Sayings()).skill("copied") == copied


def test_every_guard_brings_its_skill() -> None:
    """S5: manifests of several guards stand side by side."""
    second = WordGuard(skill=protected_skill("ask-about-safety"))
    made = assembled(skill(), guards=(GUARD, second))
    assert [item.name for item in made.skills if item.protected] == [
        "ask-about-safety",
        "crisis-first",
    ]


def test_licences_of_the_units_become_the_banks() -> None:
    """S15: licence follows data, sorted and each once; a bank of nothing inherits nothing."""
    assert assembled(skill(evidence=IDS), units=units()).licences == ("Apache-2.0",)
    assert assembled(skill()).licences == ()


def test_order_of_what_came_in_does_not_matter() -> None:
    """Equal skills, sources and stamps make an equal bank, whatever their order was."""
    one = assembled(skill("a"), skill("b"), sources=("y", "x"), notes=("u", "n"))
    two = assembled(skill("b"), skill("a"), sources=("x", "y"), notes=("n", "u"))
    assert one.hash == two.hash
    assert (one.sources, one.notes) == (("x", "y"), ("n", "u", "unreviewed"))


def test_tables_and_taxonomy_come_along() -> None:
    """The statistics of the distiller and the labels it wrote in are the bank's."""
    made = assembled(skill())
    assert made.taxonomy == taxonomy()
    assert made.table("counts") is not None
    assert (made.parent, made.proposal, made.verdict) == ("", "", "")


@pytest.mark.parametrize(
    ("changes", "rule"), [({"protected": True}, "S5"), ({"evidence": ()}, "S10")]
)
def test_distiller_cannot_break_a_rule(changes: dict[str, object], rule: str) -> None:
    """S5, S10: nobody but a guard protects, and every skill rests on something."""
    with pytest.raises(BankRuleError) as refused:
        assembled(skill(**changes))
    assert refused.value.where == rule


def test_nothing_distilled_still_guards() -> None:
    """S6: a bank without a single distilled skill holds the protected ones."""
    assert [item.name for item in assembled().skills] == ["crisis-first"]
