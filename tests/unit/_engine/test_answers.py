"""Reading answers: wrapping is forgiven, values are never guessed."""

from __future__ import annotations

import itertools

import attrs
import pytest

from esc_skills._engine.answers import LONGEST, MOST, answer
from esc_skills.errors import ReplyError
from esc_skills.spec import Completion


@attrs.frozen(kw_only=True)
class Mark:
    """One judgement."""

    item: str
    score: int


@attrs.frozen(kw_only=True)
class Marks:
    """Several judgements."""

    marks: tuple[Mark, ...]


BODIES = (
    '{"item": "warm", "score": 7}',
    '{ "score" : 7 , "item" : "warm" }',
    "{'item': 'warm', 'score': 7}",
    '{"item": "warm", "score": 7,}',
    '{"item": "warm", "score": 7, "reasoning": "it {listens} well"}',
)
BEFORE = (
    "",
    "Here is my answer: ",
    '<think>Perhaps {"item": "warm", "score": 3}?</think>\n',
    'I see. The seeker said: "I feel {lost}".\n\n',
    "\ufeff",
)
AFTER = ("", "\n\nI hope this helps!", "\n", " Because of turn 3.")
FENCES = (("", ""), ("```json\n", "\n```"), ("```\n", "\n```"))
SHAPES = [
    before + fence[0] + body + fence[1] + after
    for body, before, after, fence in itertools.product(BODIES, BEFORE, AFTER, FENCES)
]


def read(text: str, into: type = Mark, stop: str = "end"):
    return answer(Completion(text=text, stop=stop), into, "here")


def test_three_hundred_wrappings_are_read() -> None:
    """R34: fences, talk around, thoughts first, single quotes, a comma too many."""
    assert len(SHAPES) == 300
    assert {read(shape) for shape in SHAPES} == {Mark(item="warm", score=7)}


@pytest.mark.parametrize(
    "value",
    [
        '"0.8"', '"7"', "7.5", "NaN", "Infinity", "[7]", "null", "true", "", "7/10", "0,8", "seven",
        '{"value": 7}', "7 of 10", "1e999", "--7", "7%", "~7", "6-8",
        "...", "7+1j", "b'7'", "{7, 8}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("quote", ['"', "'"])
def test_no_score_is_ever_made_up(value: str, quote: str) -> None:
    """R35: what is no whole number is no score, in either quotes; never 0, never a part of it."""
    body = f'{{"item": "warm", "score": {value}}}'.replace('"', quote)
    with pytest.raises(ReplyError) as caught:
        read(body)
    assert caught.value.state == "unusable"


@pytest.mark.parametrize(
    "text",
    [
        '{"item": "warm"}',
        '{"item": "warm", "score": 3} or rather {"item": "warm", "score": 7}',
        '{"item": "warm", "score": 3, "score": 7}',
        "{'item': 'warm', 'score': 3, 'score': 7}",
        '{"item": "warm", "score": 1',
        "I would say 7 of 10.",
        "<html><body>login</body></html>",
        "{" * 5000,
    ],
)
def test_doubtful_answers_are_unusable(text: str) -> None:
    """R35: nothing there, two different ones, a double key, a torn one: unusable, no guess."""
    with pytest.raises(ReplyError):
        read(text)


@pytest.mark.parametrize(
    ("text", "stop", "state"),
    [
        (BODIES[0], "length", "truncated"),
        (BODIES[0], "refusal", "refused"),
        ("", "end", "empty"),
        (" \n", "end", "empty"),
    ],
)
def test_what_ended_early_is_a_state(text: str, stop: str, state: str) -> None:
    """R25, R26, R27: cut, refused and empty answers are states, even when they could be read."""
    with pytest.raises(ReplyError) as caught:
        read(text, stop=stop)
    assert caught.value.state == state


def test_surplus_keys_inside_lists_are_left_out() -> None:
    """A reasoning beside each item does no harm."""
    text = '{"marks": [{"item": "warm", "score": 7, "why": "x"}], "note": "y"}'
    assert read(text, Marks) == Marks(marks=(Mark(item="warm", score=7),))


def test_plain_text_is_given_as_it_is() -> None:
    """``into=str`` reads nothing into the text."""
    assert read("```x```", str) == "```x```"


def told(text: str, into: type = Mark, stop: str = "end") -> tuple[str, str, str]:
    with pytest.raises(ReplyError) as caught:
        read(text, into, stop)
    return caught.value.message, caught.value.hint, caught.value.where


SHAPE = "use a model that keeps to a JSON shape"
GOOD, OTHER = BODIES[0], '{"item": "warm", "score": 3}'


def test_an_unusable_answer_says_why() -> None:
    """R34: what ended early, what contradicts itself, what is wrong: each with a next step."""
    room = "give the model more room, or another model"
    assert told(GOOD, stop="length") == (
        f"the answer ended with 'length' and {len(GOOD)} characters", room, "here",
    )  # fmt: skip
    assert told(f"{GOOD} {OTHER}") == ("2 different answers in one", SHAPE, "here")
    assert told('{"score": 1.5, "score": 2,}', Loose)[0].startswith("not JSON")
    said = told("I would say 7.")
    assert said[0].startswith("not JSON")
    assert said[1:] == (SHAPE, "here")


@pytest.mark.parametrize(
    "wrap", ["{}", "Here: {}", "```json\n{}\n```", "I {{listen}} well. {}", "{} I {{listen}} well."]
)
def test_an_unusable_answer_names_the_field(wrap: str) -> None:
    """R35: the model that is asked again, and the person who reads the fault, learn which it is."""
    for body, said in (
        ('{"item": "warm", "score": "7"}', "$.score: expected a whole number, got text '7'"),
        ('{"item": "warm"}', "$.score: is missing"),
        ('{"score": "7"}', "2 faults: $.item: is missing; $.score: expected a whole number"),
    ):
        assert told(wrap.format(body))[0].startswith(said)
    inner = '{"marks": [{"item": "warm", "score": 7}, {"item": "brief", "score": 7.5}]}'
    assert told(wrap.format(inner), Marks)[0].startswith("$.marks[1].score: expected a whole")


def test_what_stands_in_a_fence_goes_before_talk() -> None:
    """R34: an object in the talk is no answer beside a fenced one; a fence without one is talk."""
    assert read(f"not {OTHER} but\n```json\n{GOOD}\n```") == Mark(item="warm", score=7)
    assert read(f"```\nwarm: 7\n```\n{GOOD}") == Mark(item="warm", score=7)
    assert read(f"```\n{GOOD}\n```\n```python\nprint()\n```\n{OTHER}") == Mark(item="warm", score=7)
    assert told(f"```\n{GOOD}\n```\nand\n```\n{OTHER}\n```")[0].startswith("2 different")
    assert read('```\nsay "\n```\n```\n{"item": "warm", "score": 7}\n```') == Mark(
        item="warm", score=7
    )


def test_an_answer_has_an_end() -> None:
    """R34: so many characters and so many objects are looked at, and no more."""
    assert (LONGEST, MOST) == (200_000, 50)
    room = LONGEST - len(GOOD)
    assert read(" " * room + GOOD) == read(GOOD)
    with pytest.raises(ReplyError):
        read("-" * (room + 1) + GOOD)
    assert read("-" * room + GOOD) == read(GOOD)
    assert read("{} " * (MOST - 1) + GOOD) == read(GOOD)
    with pytest.raises(ReplyError):
        read("{} " * MOST + GOOD)


@attrs.frozen(kw_only=True)
class Loose:
    """An answer of anything."""

    score: float
    more: tuple[int, ...] = ()
    sure: bool = False
    parts: tuple[Mark, ...] = ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'score': 1.5, 'sure': True}", Loose(score=1.5, sure=True)),
        ("{'score': -2, 'more': [1, 2]}", Loose(score=-2.0, more=(1, 2))),
        ('{"score": 1.5, "more": [1, 2,]}', Loose(score=1.5, more=(1, 2))),
        ('{"score": 1.5, "parts": [{"item": "a", "score": 2,}]}',
         Loose(score=1.5, parts=(Mark(item="a", score=2),))),
        ('{score: 1.5, sure: true}', Loose(score=1.5, sure=True)),
    ],
    ids=["literal", "negative", "comma", "inner", "bare-keys"],
)  # fmt: skip
def test_what_is_nearly_json_is_read(text: str, value: Loose) -> None:
    """R34: Python's spelling, commas too many and bare keys, with every figure as it stands."""
    assert read(text, Loose) == value


@pytest.mark.parametrize(
    "text",
    [
        "{'score': 1.5, 'parts': [{'item': 'a', 'item': 'b', 'score': 1}]}",
        '{"score": 1.5, "more": [1 2,]}',
        '{"score": 1/2,}',
        '{"score": 1.5, "more": [1, 2-3],}',
        "{'score': 1.5, 'more': {1, 2}}",
        '{"score": 1.5, "score": 2,}',
        '{"score": 007,}',
    ],
    ids=["double-inside", "two-in-one", "fraction", "span", "set", "double", "octal"],
)
def test_what_would_be_guessed_is_unusable(text: str) -> None:
    """R35: a figure that does not stand there, or a key too many, makes it unusable."""
    with pytest.raises(ReplyError):
        read(text, Loose)
