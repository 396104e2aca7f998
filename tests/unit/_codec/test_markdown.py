"""Words in Markdown: exact, and plain where they are plain."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from esc_skills._codec.markdown import (
    BULLET,
    STEP,
    aside,
    decode,
    encode,
    is_aside,
    item,
    items,
    sections,
    words,
)
from esc_skills.errors import DataError
from esc_skills.testing.strategies import texts


@given(texts())
def test_any_text_survives(text: str) -> None:
    """Every text comes back exactly, and its lines hold no heading and no list mark."""
    lines = encode(text)
    assert decode(lines) == text
    assert not any(re.match(r"#|[-*+](\s|$)|\d+[.)](\s|$)|\s", line) for line in lines)
    assert not any(line != line.strip() for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "Name the feeling, then wait; do not hurry.",
        "她说：“我好累。”先别急着给建议。",
        "It's 3.5 points (a *lot*), isn't it? 50% & more <3",
        "C'est très dur : restez là.",
        "line one\nline two\n\nnew paragraph",
        "🙂 👩‍👩‍👧 are fine",
    ],
)
def test_ordinary_text_stands_as_it_is(text: str) -> None:
    """A person who opens the file sees the sentence, not its encoding."""
    assert "\n".join(encode(text)) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- a", "\\- a"),
        ("## Guidance", "\\## Guidance"),
        ("1. a", "1\\. a"),
        ("*(none)*", "\\*(none)*"),
        ("\\- a", "\\\\- a"),
        (" a ", "&#32;a&#32;"),
        ("a\tb", "a&#x9;b"),
        ("&#32;", "&#38;#32;"),
        ("a\u202eb", "a&#x202e;b"),
    ],
)
def test_structure_and_invisible_signs_are_escaped(text: str, line: str) -> None:
    """B08: what Markdown would misread gets a backslash, what nobody sees gets a number."""
    assert encode(text) == [line]


def test_references_that_are_no_character_stay() -> None:
    """A lone surrogate or a number beyond Unicode is left as text."""
    assert decode(["&#xd800; &#x110000;"]) == "&#xd800; &#x110000;"


def test_items_keep_their_lines_and_remarks_are_no_text() -> None:
    """A list is cut at its marks; a remark stands for nothing."""
    text = [*item("- ", "two\nlines"), *item("- ", ""), "", *item("- ", "end")]
    cut = items(list(enumerate(text, 1)), BULLET, "x", "a list")
    assert [words(lines) for lines in cut] == ["two\nlines", "", "end"]
    assert items([(1, aside("none")), (2, "")], STEP, "x", "a list") == []
    assert is_aside(["", "*(none)*"])
    assert not is_aside(["*(none)* but"])


def test_words_outside_of_a_list_are_refused() -> None:
    """A hand-written paragraph where a list belongs is named with its line."""
    with pytest.raises(DataError, match="outside of the list") as caught:
        items([(7, "hello")], STEP, "x.md", "Guidance is a list")
    assert caught.value.where == "x.md:7"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["## Guidence"], "did you mean 'Guidance'"),
        (["## Guidance", "## Guidance"], "stands twice"),
        (["hello", "## Guidance"], "before the first heading"),
    ],
)
def test_odd_headings_are_refused(lines: list[str], said: str) -> None:
    """An unknown or double heading never swallows text."""
    with pytest.raises(DataError, match=said):
        sections(list(enumerate(lines, 1)), ("Guidance",), "x")
