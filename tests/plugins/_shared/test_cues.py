"""Cues are found as whole words, in any spelling, and not after a negation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins._shared.cues import READ_LIMIT, compile_cues, tokens

CUES = compile_cues(
    {
        "angry": ["angry", "fed up", "why did he"],
        "full": ["overwhelm*", "too much", "cannot cope"],
        "grave": ["!want to die"],
    }
)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("I am ANGRY!", {"angry"}),
        ("It overwhelms me, I can't cope", {"full"}),
        ("I cannot cope", {"full"}),
        ("I can not cope.", {"full"}),
        ("hungry", set()),
        ("too. much", set()),
        ("", set()),
        ("我很生气", set()),
    ],
)
def test_cues_are_whole_words_in_any_spelling(text, labels):
    """Case, apostrophes and long forms do not matter; parts of words and sentence ends do."""
    assert set(CUES.hits(text)) == labels


@pytest.mark.parametrize(
    "text", ["I'm not angry", "I am not really very angry", "never too much", "no longer fed up"]
)
def test_a_short_cue_after_a_negation_does_not_count(text):
    """A word that was denied in its clause says nothing."""
    assert CUES.hits(text) == {}


@pytest.mark.parametrize(
    "text", ["I do not know. Angry!", "not sad but angry", "I don't get it, why did he go"]
)
def test_a_negation_ends_with_its_clause(text):
    """Sentence marks and ``but`` end a negation, and long phrases are never denied."""
    assert set(CUES.hits(text)) == {"angry"}


def test_a_grave_cue_counts_even_when_denied():
    """A cue marked with ``!`` is too grave to be argued away by a not."""
    assert set(CUES.hits("I do not want to die")) == {"grave"}


def test_a_longer_phrase_weighs_more():
    """Three words say more than one."""
    assert CUES.hits("why did he")["angry"] > CUES.hits("angry")["angry"]


def test_will_and_ill_are_told_apart():
    """The short form of ``I will`` is not an illness."""
    assert "ill" not in tokens("I'll go")
    assert "ill" in tokens("I am ill")


def test_phrases_quote_what_was_found():
    """The words behind a label are given in order, without doubles."""
    found = CUES.phrases("Angry, so angry, and fed up", "angry")
    assert found == ("angry", "fed up")


def test_a_very_long_text_is_read_from_its_beginning():
    """I15: of a megabyte only the first part is read, unless all is asked for."""
    text = "x " * 500_000 + "angry"
    assert len(tokens(text)) <= READ_LIMIT
    assert tokens(text, limit=None)[-1] == "angry"


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    """I04: no text is refused, and a text is read alike twice."""
    assert CUES.hits(text) == CUES.hits(text)
