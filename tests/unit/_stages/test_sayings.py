"""People's words are found again in a skill, whatever is done to their signs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._stages.sayings import RUN, Sayings, spoken
from esc_skills.model import Dialogue, Turn
from esc_skills.testing.conformance.scenes import traces
from esc_skills.testing.samples import skill

NAMES = "amber bridge candle drum elbow fern glove harp inlet jug kettle lamp"
WORDS = tuple(NAMES.split())
SIGNS = "我昨天晚上一个人在河边走了很久才回到家里面"
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30)


def shared(one: list[str], others: list[list[str]]) -> bool:
    """The rule by its letter: some eight words in a row stand in one of the others."""
    runs = {tuple(text[at : at + RUN]) for text in others for at in range(len(text) - RUN + 1)}
    return any(tuple(one[at : at + RUN]) in runs for at in range(len(one) - RUN + 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=4), TEXTS, st.sampled_from([" ", ", ", " \u200b", "! — "]))
def test_a_copy_is_found_exactly(others: list[list[str]], one: list[str], between: str) -> None:
    """S14: what shares eight words with a source is found, and nothing else is."""
    said = Sayings(lambda: [" ".join(text) for text in others])
    assert said.hold([between.join(one).upper()]) == shared(one, others)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WORDS)), st.integers(0, len(WORDS)))
def test_any_cut_of_a_message_is_known_by_its_length(start: int, end: int) -> None:
    """S14: seven words of a message are nobody's, eight are."""
    said = Sayings(lambda: ["Something else before it.", " ".join(WORDS), "And after it."])
    assert said.hold([" ".join(WORDS[start:end])]) == (end - start >= RUN)


def test_two_chinese_signs_count_as_one_word() -> None:
    """S14: sixteen signs in a row are a copy, fifteen are not; mixed text counts both."""
    said = Sayings(lambda: [SIGNS])
    assert said.hold([f"他说：{SIGNS[2:10]}，{SIGNS[10:18]}。"])
    assert not said.hold([SIGNS[2:17]])
    mixed = Sayings(lambda: ["我想 please stop asking me 为什么 every day"])
    assert mixed.hold(["我想，please stop asking me，为什么 every day!"])
    assert not mixed.hold(["please stop asking me 为什么 every"])


def test_hidden_signs_and_quotes_hide_no_copy() -> None:
    """S14: soft hyphens, joiners and curly quotes do not make another word of one."""
    said = Sayings(lambda: ["I don't know how to tell them at home"])
    assert said.hold(["“I don’t k\u00adnow how\u200d to tell them at home”"])


def test_a_sentence_over_two_lines_is_a_copy_too() -> None:
    """S14: lines of one skill are read as one."""
    said = Sayings(lambda: [" ".join(WORDS)])
    halves = (" ".join(WORDS[:5]), " ".join(WORDS[5:]))
    assert said.copied(skill(pitfalls=halves))
    assert not said.copied(skill(pitfalls=halves), [skill("old", pitfalls=halves)])


def test_words_of_two_messages_make_no_sentence() -> None:
    """Nobody said what only stands there because one message follows another."""
    said = Sayings(lambda: [" ".join(WORDS[:6]), " ".join(WORDS[6:])])
    assert not said.hold([" ".join(WORDS)])


def test_texts_are_read_once_and_only_when_asked() -> None:
    """A run that proposes nothing never counts the words of its corpora."""
    calls: list[int] = []

    def texts() -> list[str]:
        calls.append(1)
        return [" ".join(WORDS)]

    said = Sayings(texts)
    assert not calls
    assert said.hold([" ".join(WORDS)])
    assert not said.hold(["something else that is long enough to be looked up"])
    assert calls == [1]


def test_everything_that_was_said_is_a_source() -> None:
    """Situation, both sides of a dialogue, and conversations that a corpus brought."""
    turns = (Turn(speaker="seeker", text="one"), Turn(speaker="supporter", text="two"))
    talk = Dialogue(id="d", corpus="c", licence="x", situation="zero", turns=turns)
    held = traces()[0]
    assert list(spoken([talk]))[:3] == ["zero", "one", "two"]
    assert held.exchanges[0].reply.text in list(spoken([], [held]))
