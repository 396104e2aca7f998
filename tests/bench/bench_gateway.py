"""What a call costs inside the gateway, without its backend; ``make bench``.

    python tests/bench/bench_gateway.py

Thousands of different questions, 64 and 512 in flight, go through a gateway as a run opens it: key,
look-up, coalescing, limits, budget, hooks, validation, and a real journal. The backend answers at
once after one turn of the event loop; the same turns without a gateway are taken off. Figures are
processor time a call, the median of paired repeats, in microseconds and in units: one unit is the
plain work of keeping one call (JSON, SHA-256 and a row in SQLite), measured between the repeats.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

import attrs
from figures import figure

from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.gateway import Gateway, Model
from esc_skills._engine.limits import Limits
from esc_skills._engine.signals import Signals
from esc_skills._engine.walking import FaultCounter
from esc_skills._store.journal import Journal
from esc_skills.spec import Capabilities, Completion, Prompt, Request

CALLS, REPEATS = 3000, 5
FLIGHTS = (64, 512)
SYSTEM = "You mark one reply of a supporter by the item below. Quote before you judge. " * 6
TALK = 'Seeker: "I cannot sleep since the exam." Supporter: "That sounds hard."\n' * 14
WORDS = "You have carried this alone for a long time."
MARK = '{"item": "empathy", "score": 4, "why": "It names the feeling and stays with it."}'


@attrs.frozen
class Mark:
    """A structured answer, as a judge gives it."""

    item: str
    score: int
    why: str


@attrs.frozen
class Desk:
    """A backend that answers in the next turn of the loop."""

    name: ClassVar[str] = "desk"
    summary: ClassVar[str] = "answers at once"
    capabilities: ClassVar[Capabilities] = Capabilities(schema=True)

    text: str

    async def complete(self, request: Request) -> Completion:
        """Give the text."""
        await asyncio.sleep(0)
        return Completion(text=self.text, model="m-1", tokens_in=410, tokens_out=24)


@attrs.frozen(kw_only=True)
class Case:
    """One row of the table."""

    into: type[Any]
    """What is asked for."""
    journal: bool = False
    """With a journal."""
    again: bool = False
    """All calls stand in the journal already."""

    @property
    def text(self) -> str:
        """What the backend answers."""
        return WORDS if self.into is str else MARK


CASES = {
    "text, no journal": Case(into=str),
    "structured, no journal": Case(into=Mark),
    "text, journalled": Case(into=str, journal=True),
    "structured, journalled": Case(into=Mark, journal=True),
    "journalled hit": Case(into=Mark, journal=True, again=True),
}
BARS = {
    "text, no journal": 40.0,
    "structured, no journal": 40.0,
    "text, journalled": 40.0,
    "structured, journalled": 40.0,
    "journalled hit": 30.0,
}
"""Most microseconds a call."""
SLACK = 1.3
"""By how much a bar may be passed here: neighbours on the same cores slow every figure."""
LINE = "the gateway alone, in units of keeping a call by hand (JSON, SHA-256, a row)"
LINES = {
    f"{LINE}: no journal": ("text, no journal", "structured, no journal"),
    f"{LINE}: journalled": ("text, journalled", "structured, journalled"),
    f"{LINE}: a hit": ("journalled hit",),
}
"""Cases of each row of the page, over all flights."""


def question(number: int) -> tuple[Prompt, str]:
    """A prompt of about 2,000 characters, and its place."""
    data = (("history", TALK), ("reply", f"I hear you, {number}."))
    prompt = Prompt(system=SYSTEM, task="Mark the last reply.", data=data, id="mark/1")
    return prompt, f"score/static/seeker-{number % 100:03d}/judge"


def opened(case: Case, journal: Journal | None) -> Gateway:
    """A gateway with caps, hooks and settings, as a run opens it."""
    settings = (("max_tokens", 512), ("temperature", 0.0))
    return Gateway(
        models={"judge": Model(backend=Desk(case.text), name="m-1", settings=settings)},
        journal=journal,
        limits=Limits(most=max(FLIGHTS)),
        budget=Budget(caps=Caps(calls=10**9, tokens=10**12)),
        told=Signals(calls=(FaultCounter(),)).call_done,
    )


async def through(gateway: Gateway, case: Case, flight: int) -> None:
    """Ask every question, so many at once."""
    numbers = iter(range(CALLS))

    async def asker() -> None:
        for number in numbers:
            prompt, place = question(number)
            await gateway.ask("judge", prompt, into=case.into, place=place)

    await asyncio.gather(*(asker() for _ in range(flight)))


async def past(case: Case, flight: int) -> None:
    """The same turns of the loop without a gateway; a hit takes none."""
    numbers, desk = iter(range(CALLS)), Desk(case.text)

    async def asker() -> None:
        for number in numbers:
            question(number)
            if not case.again:
                await desk.complete(Request(model="", system="", messages=()))

    await asyncio.gather(*(asker() for _ in range(flight)))


def seconds(work: Coroutine[Any, Any, None]) -> float:
    """Processor time of some work."""
    gc.collect()
    before = time.process_time()
    asyncio.run(work)
    return time.process_time() - before


def unit() -> float:
    """Microseconds of keeping one call by hand: JSON, SHA-256, a row; 64 rows a commit."""
    with tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(Path(folder) / "unit.sqlite", isolation_level=None)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("CREATE TABLE calls (id INTEGER PRIMARY KEY, key TEXT, text TEXT)")
        before = time.process_time()
        for start in range(0, CALLS, 64):
            base.execute("BEGIN")
            for number in range(start, start + 64):
                text = json.dumps([SYSTEM, TALK, number])
                key = hashlib.sha256(text.encode()).hexdigest()
                base.execute("INSERT INTO calls (key, text) VALUES (?, ?)", (key, text))
            base.execute("COMMIT")
        taken = time.process_time() - before
        base.close()
    return taken / CALLS * 1e6


def cost(case: Case, flight: int) -> float:
    """Microseconds a call of one repeat."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite") if case.journal else None
        if case.again:
            first = opened(case, journal)
            asyncio.run(through(first, case, flight))
            first.close()
        gateway = opened(case, journal)
        asyncio.run(gateway.ask("judge", Prompt(system="", task="?"), into=case.into, place="warm"))
        asked = dict(gateway.outcomes)
        taken = seconds(through(gateway, case, flight)) - seconds(past(case, flight))
        expected = "replayed" if case.again else "done"
        assert gateway.outcomes[expected] - asked.get(expected, 0) == CALLS
        gateway.close()
    return taken / CALLS * 1e6


def table() -> Iterator[tuple[str, int, float, float]]:
    """Case, calls in flight, microseconds a call, units a call."""
    for flight in FLIGHTS:
        for name, case in CASES.items():
            pairs = [(cost(case, flight), unit()) for _ in range(REPEATS)]
            micros = median(taken for taken, _ in pairs)
            yield name, flight, micros, median(taken / one for taken, one in pairs)


def test_the_gateway_costs_little() -> None:
    """The bars of a call, journalled or not, and of a journalled hit hold."""
    found = list(table())
    for name, flight, micros, units in found:
        sys.stdout.write(f"{name:24} {flight:4} in flight {micros:6.1f} µs  {units:5.2f} units\n")
    for line, names in LINES.items():
        micros = [took for name, _, took, _ in found if name in names]
        units = [took for name, _, _, took in found if name in names]
        told = f"{min(units):.1f}–{max(units):.1f}, {min(micros):.0f}–{max(micros):.0f} µs"
        figure(line, told, bar=f"{BARS[names[0]] * SLACK:.0f} µs")
    for name, flight, micros, _ in found:
        assert micros <= BARS[name] * SLACK, (name, flight, micros)


if __name__ == "__main__":
    test_the_gateway_costs_little()
