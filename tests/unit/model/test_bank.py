"""Banks and tables."""

from __future__ import annotations

import pytest

from esc_skills.model import Skill, SkillsBank, Table


def skill(name: str, **fields: object) -> Skill:
    return Skill(name=name, overview="<b>O</b>", guidance=("Go.",), **fields)  # type: ignore[arg-type]


def test_skills_are_found_by_name_and_retrieved_when_active() -> None:
    """Only active skills are offered; any skill and table is found by its name."""
    bank = SkillsBank(
        skills=(skill("a"), skill("b", life="retired")), tables=(Table(name="t", note="n"),)
    )
    assert [item.name for item in bank.active] == ["a"]
    assert bank.skill("b") == skill("b", life="retired")
    assert bank.skill("c") is None
    assert (bank.table("t"), bank.table("x")) == (Table(name="t", note="n"), None)


@pytest.mark.parametrize(
    ("names", "said"), [(("a", "a"), "doubled: a"), (("b", "a"), "sorted by name")]
)
def test_names_are_unique_and_sorted(names: tuple[str, ...], said: str) -> None:
    """A bank has one order, so that equal banks are equal bytes."""
    with pytest.raises(ValueError, match=said):
        SkillsBank(skills=tuple(skill(name) for name in names))


def test_a_copy_with_other_skills_is_sorted() -> None:
    """``with_skills`` keeps everything else and puts skills in order."""
    bank = SkillsBank(notes=("n",)).with_skills((skill("b"), skill("a")), parent="p")
    assert [item.name for item in bank.skills] == ["a", "b"]
    assert (bank.notes, bank.parent) == (("n",), "p")


@pytest.mark.parametrize("values", [(), ((1.0,),), ((1.0, 2.0), (1.0, 2.0))])
def test_a_table_fits_its_names(values: tuple[tuple[float, ...], ...]) -> None:
    """One line a row, one figure a column."""
    with pytest.raises(ValueError, match="table t"):
        Table(name="t", rows=("r",), columns=("c", "d"), values=values)


def test_a_notebook_shows_text_as_text() -> None:
    """O01: what a skill says is escaped in the page."""
    page = SkillsBank(skills=(skill("a"),), parent="0" * 64)._repr_html_()
    assert "<b>O</b>" not in page
    assert "&lt;b&gt;O" in page
    assert "← 00000000: 1 active skills" in page
