"""One spelling of a text for rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.guards.plain import plain


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("I'm tired.", "i am tired ."),
        ("I’m TIRED!!!", "i am tired ."),
        ("im tired", "i am tired"),
        ("dont  wanna", "do not want to"),
        ("kill my self", "kill myself"),
        ("self-harm", "self harm"),
        ("its well, were ill", "its well were ill"),
        ("line\none", "line . one"),
        ("我不想活了。", "我不想活了 ."),
    ],
)
def test_spellings_meet(text, flat):
    """Case, apostrophes, short forms, hyphens and sentence ends are written one way."""
    assert plain(text) == flat


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u2060", "\ufeff"])
def test_hidden_characters_hide_nothing(hidden):
    """B08: zero-width and direction characters inside a word do not hide it."""
    assert plain(f"ki{hidden}ll") == "kill"


def test_full_width_letters_are_letters():
    """Letters of another width are read as the same letters."""
    assert plain("ｄｉｅ") == "die"


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200))
def test_never_fails(text):
    """I04: any text has a spelling, lone surrogates and control characters included."""
    flat = plain(text)
    assert flat == " ".join(flat.split())
    assert "'" not in flat
