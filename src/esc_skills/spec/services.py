"""What the kernel lends to a component, always as the argument ``ctx``."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Any, Protocol, TypeVar

import attrs

T = TypeVar("T")


class Random(Protocol):
    """The part of ``random.Random`` that components may use; seeded by place."""

    def random(self) -> float:
        """Return a float in [0, 1)."""

    def uniform(self, a: float, b: float) -> float:
        """Return a float between ``a`` and ``b``."""

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """Return a normal deviate."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """Return an integer of the range."""

    def choice(self, seq: Sequence[T]) -> T:
        """Return one element of a non-empty sequence."""

    def choices(
        self, population: Sequence[T], weights: Sequence[float] | None = None, *, k: int = 1
    ) -> list[T]:
        """Return ``k`` elements, drawn with replacement."""

    def sample(self, population: Sequence[T], k: int) -> list[T]:
        """Return ``k`` different elements."""

    def shuffle(self, x: MutableSequence[Any]) -> None:
        """Shuffle in place."""


@attrs.frozen(kw_only=True)
class Prompt:
    """A question to a model; what is stable comes first, untrusted text goes into ``data``."""

    system: str
    """Instructions; never holds text of a seeker, data set, skill or profile."""
    task: str
    """What is asked now; written by the component."""
    data: tuple[tuple[str, str], ...] = ()
    """Untrusted texts by name; the gateway puts each into an envelope."""
    id: str = ""
    """Name and version of the prompt file, for signatures and ledgers."""
    repeat: int = 0
    """Which sample of the same question; another number is another call."""
    keep: tuple[str, ...] = ()
    """Names of ``data`` that are never shortened, such as a crisis skill."""


class Context(Protocol):
    """Services for one place of a run: a stage, an item, a repeat."""

    @property
    def rng(self) -> Random:
        """Random numbers seeded by run seed, stage, item and repeat."""

    @property
    def place(self) -> str:
        """Where we are, such as ``converse/static/grid-07/0``; for notes and errors."""

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Ask the model of a role, and structure the answer.

        Args:
            role: Name under ``[models]``; falls back to ``default``.
            prompt: The question.
            into: ``str`` for plain text, or an attrs class for structured output.

        Raises:
            ConfigError: No model is configured for the role.
            ReplyError: The answer could not be used, also after one repair.
            BackendError: The provider failed.
            BudgetExceeded: The run's budget ended.
        """

    def note(self, kind: str, **facts: str | int | float) -> None:
        """Leave a fact for the ledger; never fails, never changes the run."""
