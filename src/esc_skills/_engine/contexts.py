"""The context that a run lends to components: chance by place, questions, notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import attrs

from esc_skills._engine.gateway import Gateway
from esc_skills._engine.seeds import generator
from esc_skills.spec import Prompt, Random

T = TypeVar("T")

Note = Callable[[str, str, dict[str, str | int | float]], None]
"""Takes place, kind and facts."""


@attrs.define(kw_only=True)
class RunContext:
    """One actor at one place."""

    place: str
    _rng: Random
    _gateway: Gateway
    _note: Note

    @property
    def rng(self) -> Random:
        """Random numbers of this actor at this place."""
        return self._rng

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Ask the model of a role; see ``spec.services.Context.ask``."""
        return await self._gateway.ask(role, prompt, into=into, place=self.place)

    def note(self, kind: str, **facts: str | int | float) -> None:
        """Leave a fact for the ledger."""
        self._note(self.place, kind, dict(facts))


@attrs.define(kw_only=True)
class Lender:
    """Makes contexts: one an actor, kept for the length of one item."""

    seed: int
    """Run seed."""
    gateway: Gateway
    """Who answers questions."""
    note: Note
    """Where notes go."""

    def at(self, *place: str | int) -> Callable[[str], RunContext]:
        """Lend for one item.

        Args:
            *place: Seeds the item's chance; leave the arm out, so that arms stay paired.
        """
        lent: dict[str, RunContext] = {}
        name = "/".join(str(part) for part in place)

        def lend(actor: str) -> RunContext:
            if actor not in lent:
                lent[actor] = RunContext(
                    place=f"{name}/{actor}",
                    rng=generator(self.seed, *place, actor),
                    gateway=self.gateway,
                    note=self.note,
                )
            return lent[actor]

        return lend
