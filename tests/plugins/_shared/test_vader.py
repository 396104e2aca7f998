"""VADER's sentiment without its idle steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from esc_skills_plugins._shared.vader import compound

METER = SentimentIntensityAnalyzer()
FELT = ("good", "bad", "HATE", "worried", "happy", "great,", "shit", ":)", "❤", "😁x")
TURNING = ("no", "not", "never", "isn't", "least", "without", "doubt", "but", "or", "nor")
MODIFYING = ("so", "this", "kind", "sort", "of", "at", "very", "VERY", "the")
PLAIN = ("lamp", "river", ",", "!!!", "???")
WORDS = st.sampled_from((*FELT, *TURNING, *MODIFYING, *PLAIN))


@given(st.lists(WORDS, max_size=14), st.sampled_from((" ", "  ", "\n")))
def test_it_says_what_vader_says(words: list[str], gap: str) -> None:
    """Negations, modifiers, idioms, capitals, emoji and `but` weigh as in VADER itself."""
    text = gap.join(words)
    assert compound(text) == METER.polarity_scores(text)["compound"]


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    """Whatever the text, the figure is VADER's."""
    assert compound(text) == METER.polarity_scores(text)["compound"]
