"""A model that keeps to every shape and means nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Literal

import attrs
import pytest

from esc_skills._engine.schemas import schema_of
from esc_skills.spec import Prompt, Request
from esc_skills.testing import conformance, context
from esc_skills.testing.obliging import WORDS, Obliging, obliged

PROMPT = Prompt(system="Be kind.", task="What do you hear?")


@attrs.frozen
class Inner:
    kind: Literal["first", "second"]
    share: float


@attrs.frozen
class Answer:
    text: str
    count: int
    sure: bool
    inner: Inner
    rows: tuple[Inner, ...]
    maybe: str | None


def ask(into: type, seed: int = 1) -> object:
    return asyncio.run(obliged()(seed).ask("any", PROMPT, into=into))


def test_words_are_answered_with_words() -> None:
    """A question for plain text gets a sentence."""
    assert ask(str) == WORDS


def test_a_shape_is_filled_in() -> None:
    """Every field of the asked class has a value of its type; lists have one item."""
    inner = Inner(kind="first", share=1.0)
    assert ask(Answer) == Answer(
        text=WORDS, count=1, sure=False, inner=inner, rows=(inner,), maybe=WORDS
    )


def test_the_context_lends_the_rest_as_it_was() -> None:
    """Chance, place and notes are those of the context within."""
    made = context(seed=4)
    lent = obliged(lambda seed: made)(4)
    lent.note("seen", n=1)
    assert (lent.rng, lent.place, made.notes) == (made.rng, made.place, [("seen", {"n": 1})])


@pytest.mark.parametrize("schema", ["", schema_of(Answer)], ids=["words", "shape"])
def test_the_backend_counts_and_keeps_to_the_schema(schema: str) -> None:
    """Tokens are counted in words, and what was asked for as JSON is JSON."""
    asked = Request(model="m", system="Be kind.", messages=(("user", "a b c"),), schema=schema)
    done = asyncio.run(Obliging().complete(asked))
    assert done.tokens_in == 5
    assert done.tokens_out == len(done.text.split())
    if schema:
        assert list(json.loads(done.text)) == [field.name for field in attrs.fields(Answer)]


def test_it_keeps_the_laws_of_backends() -> None:
    """What authors get as an example passes the suite of its role."""
    conformance.check("backend", Obliging())
