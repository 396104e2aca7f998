"""Words of people are found again, whatever their case and punctuation (S14)."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill
from esc_skills_plugins.refiners.copying import sources, visible

SAID = "My sister told me that nobody at the office would ever call again."
WORDS = SAID.rstrip(".").split()
TALK = trace(profile(opening=SAID, scene="我妈妈昨天晚上突然打电话跟我说她要搬回老家去住了。"), 3)


@given(st.integers(0, len(WORDS) - 8), st.sampled_from(["lower", "upper", "title"]), st.data())
def test_eight_words_in_a_row_are_a_copy(first, case, data) -> None:
    """S14: another case, other signs between, and hidden signs inside do not hide a copy."""
    words = [getattr(word, case)() for word in WORDS[first : first + 8]]
    between = st.sampled_from([" ", ", ", " — ", "\u200b ", "! "])
    text = "".join(word + data.draw(between) for word in words)
    assert sources([TALK], bank()).copied(["Say this:", text])


@given(st.integers(0, len(WORDS) - 7))
def test_seven_words_are_not(first) -> None:
    """S14: less than eight words in a row are everybody's."""
    assert not sources([TALK], bank()).copied([" ".join(WORDS[first : first + 7])])


def test_a_copy_over_two_lines_is_found() -> None:
    """S14: cutting a quotation into lines does not hide it."""
    assert sources([TALK], bank()).copied([" ".join(WORDS[:5]), " ".join(WORDS[5:10])])


def test_chinese_is_found_without_spaces() -> None:
    """S14: a long run of Chinese signs is a copy, a short one is not."""
    found = sources([TALK], bank())
    assert found.copied(["我妈妈昨天晚上突然打电话跟我说她要搬回老家"])
    assert not found.copied(["我妈妈昨天晚上"])


def test_replies_and_thoughts_are_sources_too() -> None:
    """Every text of a conversation counts, also what the seeker only thought."""
    felt = attrs.evolve(
        TALK.exchanges[0].reaction, thought="one two three four five six seven eight"
    )
    talk = attrs.evolve(TALK, exchanges=(attrs.evolve(TALK.exchanges[0], reaction=felt),))
    assert sources([talk], bank()).copied(["One two three four five six seven eight nine"])


def test_the_banks_own_words_are_free() -> None:
    """A reply that speaks a skill's example does not turn the skill into a copy."""
    own = bank(skill(examples=(SAID,)))
    assert not sources([TALK], own).copied([SAID])


def test_hidden_signs_are_taken_out() -> None:
    """Zero-width signs go; everything that is seen stays."""
    assert visible("wo\u200brd \u202eé 🙂") == "word é 🙂"
