"""One rule for odd characters; letters stay as they were written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins._shared.cleaning import clean
from esc_skills_plugins._shared.tally import Tally


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x00b", "a b"),
        ("a\x1b[31mb", "a [31mb"),
        ("a\x85b", "a b"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("\u202eab\u2066c", "abc"),
        ("\ufeffab", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("  a  ", "a"),
        ("e\u0301 👩\u200d🍳 面", "e\u0301 👩\u200d🍳 面"),
    ],
)
def test_the_rule(raw, cleaned):
    """I04: controls become spaces, direction controls go, surrogates are replaced."""
    assert clean(raw, "x", Tally()) == cleaned


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_always_be_written(text):
    """I04: whatever came in, the result is valid UTF-8 without controls, and cleaning is stable."""
    tally = Tally()
    cleaned = clean(text, "x", tally)
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in cleaned)
    assert clean(cleaned, "x", Tally()) == cleaned
    assert bool(tally.findings()) or cleaned == text.strip()
