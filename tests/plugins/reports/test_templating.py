"""Facts stay text, and hidden signs are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.reports.templating import HIDDEN, counted, ends, gain, points, room, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b]0;x\x07", "␛]0;x␇"),
        ("\x00\r\x7f", "␀␍[U+007F]"),
        ("\u202egnp.exe\u202c", "[U+202E]gnp.exe[U+202C]"),
        ("\ud83d", "[U+D83D]"),
        ("x\U000e0041", "x[U+E0041]"),
        ("我很累 😭", "我很累 😭"),
    ],
    ids=range(7),
)
def test_hidden_signs_are_shown(text: str, shown: str) -> None:
    """O01: controls, orders to write backwards, halves of characters and tags can be seen."""
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_what_is_shown_can_be_written_and_hides_nothing(text: str) -> None:
    """Any text can be encoded after it, and showing it twice changes nothing more."""
    shown = visible(text)
    shown.encode()
    assert not HIDDEN.search(shown)
    assert visible(shown) == shown


def test_values_of_a_template_are_escaped_and_shown() -> None:
    """O01: both happen to every value; numbers and a macro's own words are left alone."""
    text = "{% macro own() %}<b>{{ word }}</b>{% endmacro %}{{ own() }}{{ word }}{{ number }}"
    made = room().from_string(text).render(word="<\x1b>", number=7)
    assert made == "<b>&lt;␛&gt;</b>&lt;␛&gt;7"


@pytest.mark.parametrize(
    ("value", "shown", "signed"),
    [(None, "–", "–"), (12.34, "12.3", "+12.3"), (-0.04, "0.0", "0.0"), (-3.0, "−3.0", "−3.0")],
    ids=range(4),
)
def test_points_have_one_digit(value: float | None, shown: str, signed: str) -> None:
    """Emotions are told with one digit, changes with their sign."""
    assert (points(value), gain(value)) == (shown, signed)


def test_interval_of_points_needs_both_ends() -> None:
    """Half an interval is none."""
    assert ends(-1.0, 2.25) == "[−1.0, 2.2]"
    assert ends(None, 1.0) == ""


def test_one_has_no_plural() -> None:
    """Words go with their number."""
    assert (counted(1, "page"), counted(0, "page")) == ("1 page", "0 pages")
