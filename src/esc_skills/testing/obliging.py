"""A model that answers every question in the shape that it asks for, and means nothing by it.

With it the laws run over components that ask a model, without any key: what they do with a
well-formed answer is tried, what they make of its meaning is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from esc_skills._engine.answers import answer
from esc_skills._engine.schemas import schema_of
from esc_skills.spec import Capabilities, Completion, Context, Prompt, Random, Request
from esc_skills.testing.contexts import context

T = TypeVar("T")
WORDS = "I hear how much this weighs on you."
"""What it says where words are asked for."""


def filled(schema: Mapping[str, Any]) -> Any:
    """The plainest value of a JSON schema: first choices, one item a list, 1 for a number."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return filled(schema["anyOf"][0])
    kind = schema.get("type", "string")
    if kind == "object":
        return {key: filled(item) for key, item in schema.get("properties", {}).items()}
    if kind == "array":
        return [filled(schema["items"])]
    plain = {"string": WORDS, "integer": 1, "number": 1.0, "boolean": False, "null": None}
    return plain[kind if isinstance(kind, str) else kind[0]]


@attrs.frozen(kw_only=True)
class Obliging:
    """A backend that fills in the asked schema; a question for words gets a sentence."""

    name: ClassVar[str] = "obliging"
    summary: ClassVar[str] = "answers in the asked shape, without meaning"

    @property
    def capabilities(self) -> Capabilities:
        """Keeps to any schema, and never leaves this process."""
        return Capabilities(schema=True, sampling=True, seed=True, remote=False)

    async def complete(self, request: Request) -> Completion:
        """Fill in the schema; the same request, the same answer."""
        text = WORDS
        if request.schema:
            text = json.dumps(filled(json.loads(request.schema)), ensure_ascii=False)
        words = [request.system, *(said for _, said in request.messages)]
        size = sum(len(part.split()) for part in words)
        return Completion(text=text, tokens_in=size, tokens_out=len(text.split()), model="obliging")


@attrs.frozen(kw_only=True)
class ObligedContext:
    """A test context whose questions are answered in the asked shape."""

    inner: Context
    """Lends chance, place and notes."""
    backend: Obliging = attrs.field(factory=Obliging)
    """Who answers."""

    @property
    def rng(self) -> Random:
        """As lent."""
        return self.inner.rng

    @property
    def place(self) -> str:
        """As lent."""
        return self.inner.place

    def note(self, kind: str, **facts: str | int | float) -> None:
        """As lent."""
        self.inner.note(kind, **facts)

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Ask the backend, and read its answer as a run does.

        Raises:
            ReplyError: The class refuses the value that its own schema allows.
        """
        schema = "" if into is str else schema_of(into)  # type: ignore[arg-type]
        asked = Request(
            model="obliging", system=prompt.system, messages=(("user", prompt.task),), schema=schema
        )
        return answer(await self.backend.complete(asked), into, self.place)


def obliged(lend: Callable[[int], Context] = context) -> Callable[[int], Context]:
    """A ``lend`` for the conformance suites whose contexts answer every question."""
    return lambda seed: ObligedContext(inner=lend(seed))
