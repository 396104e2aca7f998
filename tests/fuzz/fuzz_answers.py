"""Answers of models: an object of the asked shape, or a ReplyError and nothing else."""

from __future__ import annotations

import attrs

from esc_skills._engine.answers import answer
from esc_skills.errors import ReplyError
from esc_skills.spec import Completion
from esc_skills_plugins.evaluators.marking import Mark, checked
from esc_skills_plugins.evaluators.rubric import shipped_rubric
from esc_skills_plugins.refiners.written import WrittenEdits

WATCHED = (
    "esc_skills._engine.answers",
    "esc_skills._codec.strict",
    "esc_skills._codec.structuring",
    "esc_skills._codec.nouns",
    "json_repair",
)
LAWFUL = ReplyError


@attrs.frozen(kw_only=True)
class Part:
    """A piece of an answer."""

    words: str
    figure: float | None = None


@attrs.frozen(kw_only=True)
class Whole:
    """An answer with everything that answers have."""

    parts: tuple[Part, ...] = ()
    count: int = 0
    sure: bool = False
    named: dict[str, int] = attrs.field(factory=dict)


SHAPES = (Mark, Whole, WrittenEdits)


def attempt(data: bytes) -> None:
    """Read an answer; its first byte chooses the shape, lone surrogates may stand in its text."""
    into = SHAPES[data[0] % len(SHAPES)] if data else Mark
    text = data[1:].decode("utf-8", "surrogateescape")
    made = answer(Completion(text=text), into, "fuzz")
    assert type(made) is into
    if isinstance(made, Mark):
        item = shipped_rubric().items[0]
        marked = checked(made, item, "t-0")
        assert marked.value is None or item.least <= marked.value <= item.most
