"""Rubrics: the shipped one is whole, and a broken one is named."""

from __future__ import annotations

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins.evaluators.rubric import load_rubric, parse_rubric, shipped_rubric

GOOD = """
name = "mine-1"
[[item]]
id = "kindness"
scale = [0, 10]
en = { question = "How kind?", anchors = { 0 = "not", 10 = "very" } }
zh = { question = "多友善？", anchors = { 0 = "不", 10 = "很" } }
"""


def test_the_shipped_rubric_is_whole() -> None:
    """Every item has an id of its own, and both languages anchor both ends of its scale."""
    rubric = shipped_rubric()
    ids = [item.id for item in rubric.items]
    assert len(set(ids)) == len(ids) >= 5
    for item in rubric.items:
        for wording in item.wordings.values():
            anchored = [value for value, _ in wording.anchors]
            assert anchored == sorted(anchored)
            assert {item.least, item.most} <= set(anchored)


def test_a_rubric_of_the_users_own(tmp_path) -> None:
    """A file with other items and scales is read; its hash follows its words."""
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, "utf-8")
    rubric = load_rubric(str(path))
    assert (rubric.items[0].id, rubric.items[0].most) == ("kindness", 10)
    assert rubric.items[0].wordings["en"].lines == "0 = not\n10 = very"
    assert rubric.hash != parse_rubric(GOOD.replace("very", "quite"), "x").hash
    assert load_rubric("") is shipped_rubric()


def test_items_are_chosen_by_id() -> None:
    """None named means all; an unknown one is refused with those there are."""
    rubric = parse_rubric(GOOD, "x")
    assert rubric.chosen(()) == rubric.chosen(("kindness",)) == rubric.items
    with pytest.raises(ValueError, match="no rubric item 'kindnes'; there are kindness"):
        rubric.chosen(("kindnes",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "mine-1"', ""),
        ('name = "mine-1"', 'name = "mine-1'),
        ("[0, 10]", "[10, 0]"),
        ("[0, 10]", "[0.5, 10]"),
        ("[0, 10]", "[0]"),
        ("10 =", "11 ="),
        ("10 =", "ten ="),
        ("zh = {", "sv = {"),
        ('"How kind?"', '" "'),
        ("[[item]]", "[item]"),
        ('id = "kindness"', 'id = ""'),
    ],
)
def test_a_broken_rubric_is_refused(old, new) -> None:
    """Whatever is missing or off the scale is an error with the file's name."""
    with pytest.raises(DataError, match=r"mine\.toml"):
        parse_rubric(GOOD.replace(old, new), "mine.toml")


def test_two_items_of_one_id_are_refused(tmp_path) -> None:
    """Ids are unique; a missing file is an error as well."""
    with pytest.raises(DataError, match="share an id"):
        parse_rubric(GOOD + GOOD.replace('name = "mine-1"', ""), "x")
    with pytest.raises(DataError, match="cannot read"):
        load_rubric(str(tmp_path / "absent.toml"))
