"""The key of a rating sheet, and its cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._codec.nouns import dump, load
from esc_skills._studies.keys import (
    FORMULA,
    WARNING,
    Key,
    Line,
    Question,
    Talk,
    cell_hash,
    guarded,
    titles,
    unguarded,
)

ASKED = Question(id="warmth", words="How warm?", least=0, most=3)


def key(kind: str = "rate") -> Key:
    talk = Talk(arm="none", profile="p", repeat=1, words="w")
    return Key(
        kind=kind,
        seed=1,
        arms=("none",),
        questions=(ASKED,),
        lines=(Line(id="abc", cells=((talk,),), hashes=("h",)),),
        left_out={"crisis": 2},
    )


@pytest.mark.parametrize("kind", ["rate", "pair"])
def test_titles_name_the_scale(kind: str) -> None:
    """A column's title holds the question's id and what may be written below it."""
    if kind == "rate":
        assert titles(key()) == ("id", "conversation", "warmth [0-3]", "remark")
    else:
        assert titles(key(kind))[1:4] == ("left", "right", "warmth [left/right/same]")


def test_a_key_comes_back_exactly_and_begins_with_its_warning() -> None:
    """What is written can be read, and its first word is not to hand it out."""
    made = dump(key())
    assert load(made, Key, "key.json") == key()
    assert made["warning"] == WARNING
    assert "Do not hand" in WARNING


@given(st.text(alphabet="'=+-@＝\t\rab \n", max_size=8) | st.text(max_size=20))
def test_no_cell_begins_like_a_formula_and_every_cell_comes_back(text: str) -> None:
    """The apostrophe goes on where it is needed, and comes off again."""
    assert not FORMULA.match(guarded(text))
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("start", list("=+-@＝＋－＠\t"))
def test_what_a_spreadsheet_would_run_is_defused(start: str) -> None:
    """Words that begin like a formula are shown, not run."""
    assert guarded(f"{start}cmd|' /C calc'!A0").startswith("'")


def test_a_hash_knows_words_and_not_line_ends() -> None:
    """Spreadsheets change line ends and drop apostrophes; a word is another hash."""
    assert cell_hash("a\r\nb ") == cell_hash("a\nb") == cell_hash("'a\nb\n")
    assert cell_hash("a\nb") != cell_hash("a\nc")


def test_items_of_a_study_bear_their_seed() -> None:
    """Keys are those by which studies pair conversations."""
    assert Talk(arm="x", profile="p", repeat=2, words="w").key == "p#2"
    assert Talk(arm="x", profile="p", repeat=2, words="w", seed="13").key == "13/p#2"
