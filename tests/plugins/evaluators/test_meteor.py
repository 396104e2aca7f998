"""METEOR by hand; against NLTK in ``test_references``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.evaluators.meteor import RULES, aligned, meteor, stem

SAID = st.lists(st.sampled_from(["worry", "worried", "is", "i", "我", "?"]), max_size=8)


def test_exact_words_before_stems() -> None:
    """Each word is used once; what is equal is paired first, then what has one stem."""
    assert aligned(["worried", "worry"], ["worry", "worries"]) == [(0, 1), (1, 0)]
    assert aligned(["so", "so"], ["so"]) == [(1, 0)]


def test_the_formula_by_hand() -> None:
    """Two of three words match, in one chunk: P 2/3, R 1, penalty 0.5 x (1/2)^3."""
    mean = (2 / 3) / (0.9 * 2 / 3 + 0.1)
    assert meteor(["how", "are", "you"], ["are", "you"]) == pytest.approx(mean * (1 - 0.5 / 8))
    torn = meteor(["you", "are"], ["are", "you"])
    assert torn == pytest.approx(0.5), "two chunks of two words cost the whole penalty"


def test_short_words_have_no_ending() -> None:
    """By the paper's rules "is" would be a form of "I"."""
    assert (stem("is"), stem("as"), stem("worries"), stem("我")) == ("is", "as", "worri", "我")
    assert meteor(["is"], ["i"]) == 0.0


@given(SAID, SAID)
def test_range_and_silence(reply: list[str], gold: list[str]) -> None:
    """0 to 1 always; 0 for an empty side; a word matches at most once."""
    assert 0 <= meteor(reply, gold) <= 1
    assert meteor([], gold) == meteor(reply, []) == 0
    found = aligned(reply, gold)
    assert len({mine for mine, _ in found}) == len({theirs for _, theirs in found}) == len(found)


def test_a_long_copy_is_nearly_perfect() -> None:
    """One chunk of n words loses 0.5 / n^3."""
    words = [f"w{at}x" for at in range(10)]
    assert meteor(words, words) == pytest.approx(1 - 0.5 / 1000)


def test_the_rules_name_stages_stemmer_and_what_is_missing() -> None:
    """They stand in the signature of the score."""
    assert "stages:exact,stem|stem:porter,3-letters|wordnet:none" in RULES
