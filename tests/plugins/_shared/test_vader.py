"""VADER's sentiment without its idle steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from esc_skills_plugins._shared.vader import compound

METER = SentimentIntensityAnalyzer()
WORDS = st.sampled_from(
    (
        "good bad HATE worried happy no not never so this kind of least at very VERY without doubt but "
        "sort or nor the shit isn't lamp river :) ❤ 😁x , !!! ??? great,"
    ).split()
)


@given(st.lists(WORDS, max_size=14), st.sampled_from((" ", "  ", "\n")))
def test_it_says_what_vader_says(words: list[str], gap: str) -> None:
    """Negations, modifiers, idioms, capitals, emoji and `but` weigh as in VADER itself."""
    text = gap.join(words)
    assert compound(text) == METER.polarity_scores(text)["compound"]


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    """Whatever the text, the figure is VADER's."""
    assert compound(text) == METER.polarity_scores(text)["compound"]
