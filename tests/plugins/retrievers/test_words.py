"""Words for lexical search."""

from __future__ import annotations

from hypothesis import given

from esc_skills.model import Moment, Turn
from esc_skills.testing import strategies
from esc_skills.testing.samples import skill, state, taxonomy
from esc_skills_plugins.retrievers.words import moment_text, skill_text, spoken, stem, tokens

STOP = frozenset({"the", "i"})


def test_forms_of_a_word_meet():
    """Common endings are cut, so that forms of one word are equal."""
    assert len({stem(word) for word in ("worry", "worried", "worries")}) == 1
    assert len({stem(word) for word in ("talk", "talks", "talked", "talking")}) == 1


def test_stop_words_are_left_out():
    """Words without meaning of their own do not count."""
    assert tokens("I lost the job", STOP) == [stem("lost"), stem("job")]


def test_chinese_is_cut_into_pairs():
    """Neighbouring signs serve as words; a single sign stands for itself."""
    assert tokens("我失业了 苦", frozenset()) == ["我失", "失业", "业了", "苦"]


def test_spoken_keeps_the_word_as_said():
    """A stem is shown to people as the word they said."""
    assert spoken("Crying, crying!", STOP) == {stem("crying"): "crying"}


def test_skill_text_brings_the_taxonomy_in():
    """A skill can be found by the definition of the states it is for."""
    text = skill_text(skill(), taxonomy())
    assert "Anxious about what may come." in text
    assert "listen-first" in text
    assert "Anxious" not in skill_text(skill(), None)


def test_moment_text_takes_the_last_seeker_messages():
    """Only the seeker's last messages and the labels are searched with."""
    said = (
        Turn(speaker="seeker", text="old"),
        Turn(speaker="supporter", text="mine"),
        Turn(speaker="seeker", text="new"),
    )
    text = moment_text(Moment(history=said, state=state()), 1)
    assert "new" in text
    assert "worried" in text
    assert "old" not in text
    assert "mine" not in text


@given(strategies.texts())
def test_any_text_has_tokens(text):
    """No text breaks the tokeniser, and tokens are never empty."""
    assert all(tokens(text, STOP))
