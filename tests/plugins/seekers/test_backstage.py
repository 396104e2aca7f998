"""Bands, changes and what a seeker knows of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import INTENTIONS, PERSONA_TYPES
from esc_skills.testing.samples import profile
from esc_skills_plugins.seekers.backstage import (
    band,
    felt,
    mood,
    read_change,
    sketch,
    texts,
    wish,
)


@pytest.mark.parametrize(
    ("emotion", "name"),
    [
        (100, "S"),
        (99, "A"),
        (70, "A"),
        (69, "B"),
        (40, "B"),
        (39, "C"),
        (10, "C"),
        (9, "F"),
        (0, "F"),
    ],
)
def test_bands_change_at_sages_borders(emotion: int, name: str) -> None:
    """S from 100, A from 70, B from 40, C from 10, F below."""
    assert band(emotion) == name
    assert mood(emotion, "en").startswith(f"{name}: ")


@given(st.integers(0, 100), st.one_of(st.integers(), st.floats(), st.text()), st.integers(1, 10))
def test_any_change_is_clamped_or_refused(
    emotion: int, said: int | float | str, clamp: int
) -> None:
    """R38: whatever a model says, the step stays within the clamp and emotion within 0-100."""
    read = read_change(said, clamp)
    if read is not None:
        assert -clamp <= read[0] <= clamp
        assert 0 <= felt(emotion, read[0]) <= 100


@given(st.integers(-10, 10))
def test_proper_changes_are_taken_as_they_are(change: int) -> None:
    """A whole number within the clamp is never altered, and nothing is noted."""
    assert read_change(change, 10) == (change, "")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("+3", (3, "text")),
        ("-4 points", (-4, "text")),
        ("＋５分", (5, "text")),
        ("−7", (-7, "text")),
        (40, (10, "clamped")),
        (-11, (-10, "clamped")),
        ("99", (10, "text,clamped")),
        (2.6, (3, "rounded")),
        ("much better", None),
        ("from 40 to 45", None),
        ("", None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_odd_changes_follow_the_rule(said: int | float | str, read: tuple[int, str] | None) -> None:
    """R38: text that is one number is read, too much is clamped, the rest is no number."""
    assert read_change(said, 10) == read


def test_every_wish_manner_and_band_is_written_in_both_languages() -> None:
    """English and Chinese know the eight intentions, three types and five bands."""
    for language in ("en", "zh"):
        assert set(texts()[language]["wish"]) == set(INTENTIONS)
        assert set(texts()[language]["manner"]) == set(PERSONA_TYPES)
        assert set(texts()[language]["band"]) == set("SABCF")


def test_sketch_never_names_the_wish() -> None:
    """Who the seeker is stands apart from what it secretly wants."""
    who = profile(lines=("I slept badly.",))
    assert wish(who) not in sketch(who)
    assert "I slept badly." in sketch(who)
