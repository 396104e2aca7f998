"""What a model gives back is checked against what it was given."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins._shared.echoes import all_runs, copies, named, quoted, row, tidy

NAMES = ("opens-up", "feels-understood", "calms")
WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=4), min_size=8, max_size=30)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("calms", "calms"),
        (" Feels understood ", "feels-understood"),
        ("opens_up", "opens-up"),
        ("feels-understod", "feels-understood"),
        ("is happy", ""),
        ("", ""),
        ("calms'; DROP TABLE", ""),
    ],
)
def test_a_name_is_the_same_or_very_near(answer, meant):
    """Spelling is forgiven, another word is not."""
    assert named(answer, NAMES) == meant


def test_no_names_mean_nothing():
    """A taxonomy without labels never matches."""
    assert named("calms", ()) == ""


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("I don't know", True),
        ("i don’t KNOW, what", True),
        ("don't know how", False),
        ("now what", False),
        ("", False),
        ("...", False),
    ],
)
def test_a_quote_stands_in_its_source(quote, stands):
    """Case and punctuation do not matter; words, order and whole words do."""
    assert quoted(quote, "Well, I don't know what to do.") is stands


def test_chinese_is_quoted_by_signs():
    """A Chinese quote needs no spaces around it."""
    assert quoted("晚上睡不着", "我最近压力很大，晚上睡不着。")
    assert not quoted("白天睡不着", "我最近压力很大，晚上睡不着。")


@given(WORDS, st.integers(0, 40), st.booleans())
def test_eight_words_in_a_row_are_a_copy(words, start, loud):
    """S14: any run of eight words is found, whatever the case and punctuation around it."""
    source = all_runs([" ".join(words)])
    start = min(start, len(words) - 8)
    text = ", ".join(words[start : start + 8])
    assert copies(f"Say: {text.upper() if loud else text}!", source)


def test_seven_words_are_no_copy():
    """Common phrases stay allowed."""
    source = all_runs(["a b c d e f g h i j"])
    assert not copies("a b c d e f g and b c d e f g h", source)


def test_sixteen_chinese_signs_are_a_copy():
    """S14: two signs count as a word."""
    source = all_runs(["我最近压力很大晚上睡不着不知道怎么办才好"])
    assert copies("他说：压力很大，晚上睡不着，不知道怎么办才。", source)
    assert not copies("压力很大，晚上睡不着。", source)


def test_a_models_words_are_tidied():
    """Controls, directions and line ends never reach a bank, a trace or a terminal."""
    assert tidy(" a\x00b\n\u202ec\ud800 ") == "a b c\ufffd"


@given(st.text())
def test_no_text_begins_a_line_of_its_own(text):
    """S16: a row stays one line, and comes back as it was."""
    made = row(text=text)
    assert "\n" not in made
    assert json.loads(made) == {"text": text}
