"""Reading answers: wrapping is forgiven, values are never guessed."""

from __future__ import annotations

import itertools

import attrs
import pytest

from esc_skills._engine.answers import answer
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
