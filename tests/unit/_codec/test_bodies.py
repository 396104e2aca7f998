"""The body of SKILL.md: words pair with the structure of the front matter."""

from __future__ import annotations

import pytest

from esc_skills._codec.bodies import HEADINGS, flat, read_body, write_body
from esc_skills.errors import DataError
from esc_skills.model import Condition, Risk, Skill

SKILL = Skill(
    name="a-b",
    overview="O.",
    guidance=("One.",),
    applies=(Condition(states=("sad", "low"), emotions=("fear",), intensity_max=60),),
    risks=(Risk(trigger="T.", when=Condition()),),
)


def numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.split("\n"), 1))


def test_headings_stand_in_order() -> None:
    """All eight headings are there, also over an empty section."""
    found = [line[3:] for line in write_body(SKILL).split("\n") if line.startswith("## ")]
    assert tuple(found) == HEADINGS


def test_a_condition_without_words_is_told_by_its_structure() -> None:
    """A remark shows people what the front matter tests; it is no text of the skill."""
    text = write_body(SKILL)
    assert "- *(state sad or low; emotion fear; distress 0 to 60)*" in text
    assert "  - When: *(any state)*" in text
    found = read_body(numbered(text), {"applies": [{}], "risks": [{"when": {}}]}, "x")
    assert found["applies"] == [{"words": ""}]
    assert found["risks"] == [{"trigger": "T.", "when": {"words": ""}}]


def test_words_are_joined_to_structure_by_their_order() -> None:
    """The n-th item belongs to the n-th object."""
    text = "## When to use\n- one\n- two\n"
    found = read_body(numbered(text), {"applies": [{"a": 1}, {"b": 2}]}, "x")
    assert found["applies"] == [{"a": 1, "words": "one"}, {"b": 2, "words": "two"}]


@pytest.mark.parametrize(
    "structure", [{}, {"applies": [{}, {}]}, {"applies": {}}, {"applies": [1]}]
)
def test_items_without_their_structure_are_refused(structure: dict[str, object]) -> None:
    """A condition nobody can test, or a test nobody can read, is not guessed at."""
    with pytest.raises(DataError, match=r"metadata\.applies") as caught:
        read_body(numbered("## When to use\n- one\n"), structure, "x.md")
    assert caught.value.where == "x.md:1"


def test_flat_text_has_nothing_invisible() -> None:
    """One line for front matter and remarks."""
    assert flat(" a\n\tb\u200b c ") == "a b c"
