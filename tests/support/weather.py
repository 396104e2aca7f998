"""Bad weather: a provider that fails as providers do, and many conversations that go through it."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import attrs

from esc_skills._engine.gateway import Gateway, Model
from esc_skills._engine.limits import Limits
from esc_skills._engine.sending import Patience
from esc_skills._store.journal import Journal
from esc_skills.errors import EscSkillsError
from esc_skills.spec import Backend, Capabilities, Completion, Prompt, Request
from esc_skills.testing import faults
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received, good

ANSWER = '{"mood": 7}'
"""What the model says in good weather."""
MALFORMED: tuple[Callable[[str], Fault], ...] = (
    lambda api: faults.Fault(body=b'{"choices": [{"mess'),
    lambda api: faults.wrong_shape(),
    lambda api: faults.null_content(),
    lambda api: faults.no_choices(),
    lambda api: faults.truncated('{"mo'),
    lambda api: faults.Fault(body=good(api, "I would say seven out of ten.")),
)
"""Replies with status 200 that are no answer."""
SHARES = (("slow down", 10), ("broken", 5), ("cut", 2), ("malformed", 1))
"""Faults in a hundred requests, by kind."""


@attrs.frozen
class Mood:
    """What is asked for."""

    mood: int
    """A figure that must not be made up."""


@attrs.define
class Weather:
    """Plan of a fault server: of any hundred requests, exactly the shares fail."""

    seed: int = 0
    """Which of the hundred."""
    shares: tuple[tuple[str, int], ...] = SHARES
    """Faults in a hundred requests, by kind."""
    met: dict[str, int] = attrs.field(factory=dict)
    """How often each fault was met."""
    _hundreds: list[list[str]] = attrs.field(factory=list, init=False)

    def __call__(self, number: int, received: Received) -> Fault | None:
        """The fault of a request; None for a good answer."""
        kind = self._kind(number)
        if not kind:
            return None
        nth = self.met[kind] = self.met.get(kind, 0) + 1
        if kind == "slow down":
            return faults.rate_limited("0.05" if nth % 2 else "")
        if kind == "broken":
            return faults.broken((500, 502, 503, 529)[nth % 4])
        if kind == "cut":
            return faults.cut()
        return MALFORMED[nth % len(MALFORMED)](received.api)

    def _kind(self, number: int) -> str:
        while len(self._hundreds) <= number // 100:
            dice = random.Random(f"{self.seed}/{len(self._hundreds)}")
            drawn = [kind for kind, share in self.shares for _ in range(share)]
            drawn += [""] * (100 - len(drawn))
            dice.shuffle(drawn)
            self._hundreds.append(drawn)
        return self._hundreds[number // 100][number % 100]


@attrs.frozen
class Passed:
    """What came of all conversations."""

    failed: tuple[str, ...]
    """Errors of those that did not end."""
    needed: int
    """Different questions."""
    sent: int
    """Requests that the server counted."""
    booked: int
    """Requests that the journal tells of."""
    moods: frozenset[Any]
    """Every value that came out."""

    @property
    def ratio(self) -> float:
        """Calls sent for each call needed."""
        return self.sent / self.needed


def weathered(
    backend: Callable[[str], Backend],
    folder: Path,
    *,
    dialogues: int,
    steps: int,
    quick: bool,
    shares: tuple[tuple[str, int], ...] = SHARES,
) -> Passed:
    """Hold conversations under bad weather, all at once.

    Args:
        backend: Makes the backend, from the server's address.
        folder: Where the journal lies.
        dialogues: How many.
        steps: Calls of each, one after the other.
        quick: Shorter waits between tries; as many tries.
        shares: Faults in a hundred requests, by kind.
    """
    patience = Patience(first=0.02, cap=0.5) if quick else Patience()
    with FaultServer(Weather(shares=shares), lambda received: ANSWER) as server:
        gateway = Gateway(
            models={"default": Model(backend=backend(server.url), name="tiny")},
            journal=Journal(folder / "journal.sqlite"),
            limits=Limits(most=dialogues),
            patience=patience,
        )
        failed, moods = asyncio.run(_hold(gateway, dialogues, steps))
        return Passed(
            failed=tuple(failed),
            needed=dialogues * steps,
            sent=server.count,
            booked=gateway.budget.calls,
            moods=frozenset(moods),
        )


async def _hold(gateway: Gateway, dialogues: int, steps: int) -> tuple[list[str], set[int]]:
    failed: list[str] = []
    moods: set[int] = set()

    async def dialogue(number: int) -> None:
        try:
            for step in range(steps):
                prompt = Prompt(system="How is the mood?", task=f"{number}/{step}", id="w-1")
                place = f"talk/{number}/{step}"
                moods.add((await gateway.ask("judge", prompt, into=Mood, place=place)).mood)
        except EscSkillsError as fault:
            failed.append(fault.line)

    await asyncio.gather(*(dialogue(number) for number in range(dialogues)))
    return failed, moods


class Echo:
    """A provider in this process that answers at once."""

    name: ClassVar[str] = "echo"
    summary: ClassVar[str] = "answers at once"
    capabilities = Capabilities()

    async def complete(self, request: Request) -> Completion:
        """Answer."""
        return Completion(text="x" * 200, tokens_in=100, tokens_out=50)


def held() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
