"""A context for tests: seeded, with scripted answers instead of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import attrs

from esc_skills._engine.seeds import generator
from esc_skills.errors import ConfigError
from esc_skills.spec import Prompt, Random

T = TypeVar("T")


@attrs.define(kw_only=True)
class DeskContext:
    """Lends what the kernel lends, without a run; notes and questions can be looked at."""

    rng: Random
    place: str = "test"
    answers: dict[str, list[Any]] = attrs.field(factory=dict)
    notes: list[tuple[str, dict[str, Any]]] = attrs.field(factory=list)
    asked: list[tuple[str, Prompt]] = attrs.field(factory=list)

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Give the next scripted answer of the role; it must be of type ``into``."""
        self.asked.append((role, prompt))
        left = self.answers.get(role, [])
        if not left:
            raise ConfigError(
                f"no scripted answer left for role {role!r}",
                hint="pass answers={role: [...]} to esc_skills.testing.context",
            )
        answer = left.pop(0)
        if not isinstance(answer, into):
            raise TypeError(f"scripted answer for {role!r} is {type(answer)}, not {into}")
        return answer

    def note(self, kind: str, **facts: str | int | float) -> None:
        """Keep the note."""
        self.notes.append((kind, dict(facts)))


def context(
    seed: int = 0, place: str = "test", answers: Mapping[str, Sequence[Any]] | None = None
) -> DeskContext:
    """Make a context for a test.

    Args:
        seed: Seed of ``ctx.rng``.
        place: What ``ctx.place`` says.
        answers: Scripted answers by role, used up in order.
    """
    scripted = {role: list(items) for role, items in (answers or {}).items()}
    return DeskContext(rng=generator(seed, place), place=place, answers=scripted)
