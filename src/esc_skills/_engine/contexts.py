"""The context that a run lends to components: chance by place, questions, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    _rng: Random = attrs.field(repr=False)
    _gateway: Gateway = attrs.field(repr=False)  # it knows the keys, to take them out of texts
    _note: Note = attrs.field(repr=False)
    asked: int = attrs.field(default=0, init=False)
    """Questions so far."""
    answered: int = attrs.field(default=0, init=False)
    """Those that are over."""

    @property
    def rng(self) -> Random:
        """Random numbers of this actor at this place."""
        return self._rng

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Ask the model of a role; see ``spec.services.Context.ask``."""
        self.asked += 1
        try:
            return await self._gateway.ask(role, prompt, into=into, place=self.place)
        finally:
            self.answered += 1

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
    streams: Mapping[str, int] = attrs.field(factory=dict)
    """Actor → which of its streams of chance; ``evaluator`` stands for ``evaluator/judge``, too,
    and the longest name wins. Stream 0, everybody's own, is that of the run. In another one an
    actor draws other numbers and asks its models anew, while all others stay as they are."""

    def at(self, *place: str | int) -> Callable[[str], RunContext]:
        """Lend for one item.

        Args:
            *place: Seeds the item's chance; leave the arm out, so that arms stay paired.
        """
        lent: dict[str, RunContext] = {}
        name = "/".join(str(part) for part in place)

        def lend(actor: str) -> RunContext:
            if actor not in lent:
                called = actor + self._mark(actor)
                lent[actor] = RunContext(
                    place=f"{name}/{called}",
                    rng=generator(self.seed, *place, called),
                    gateway=self.gateway,
                    note=self.note,
                )
            return lent[actor]

        return lend

    def _mark(self, actor: str) -> str:
        """What tells an actor's place from that of its own stream; empty for that one."""
        named = [one for one in self.streams if f"{actor}/".startswith(f"{one}/")]
        stream = self.streams[max(named, key=len)] if named else 0
        return f"~{stream}" if stream else ""
