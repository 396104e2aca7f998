"""Calls under bad weather: none is lost, few are repeated, no clock and no length matters."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from weather import Echo, held, weathered

from esc_skills._engine.gateway import Gateway, Model
from esc_skills._engine.limits import Limits
from esc_skills._engine.sending import Patience
from esc_skills._store.journal import Journal
from esc_skills.spec import Backend, Prompt
from esc_skills.testing import faults
from esc_skills.testing.faultserver import FaultServer
from esc_skills_plugins.backends.anthropic import AnthropicBackend
from esc_skills_plugins.backends.openai import OpenAIBackend

BACKENDS: dict[str, Callable[[str], Backend]] = {
    "openai": lambda url: OpenAIBackend(base_url=url + "/v1", key=""),
    "anthropic": lambda url: AnthropicBackend(base_url=url, key=""),
}


@pytest.mark.parametrize("make", BACKENDS.values(), ids=BACKENDS)
def test_bad_weather_fails_no_conversation(make: Callable[[str], Backend], tmp_path: Path) -> None:
    """R19, R22, R24, R25: 10 % 429, 5 % 500, 2 % cut, 1 % malformed: all end, few sends more."""
    passed = weathered(make, tmp_path, dialogues=40, steps=10, quick=True)
    assert not passed.failed
    assert passed.ratio <= 1.25
    assert passed.sent == passed.booked, "what is told as spent is what the server saw"
    assert passed.moods == {7}, "no figure is made up"


def test_a_clock_that_jumps_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """R45: the time of day runs back and forth by hours; waits, deadlines and order hold."""
    hours = itertools.cycle([0.0, -7200.0, 3600.0, -86400.0])
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + next(hours))
    with FaultServer([faults.rate_limited("0.2"), faults.broken()]) as server:
        journal = Journal(tmp_path / "journal.sqlite")
        gateway = Gateway(
            models={"default": Model(backend=BACKENDS["openai"](server.url), name="tiny")},
            journal=journal,
            patience=Patience(first=0.02, each=2.0, deadline=5.0),
        )

        async def talk() -> float:
            began = time.monotonic()
            for step in range(10):
                prompt = Prompt(system="", task=str(step))
                await gateway.ask("judge", prompt, into=str, place=f"talk/{step}")
            return time.monotonic() - began

        took = asyncio.run(talk())
    assert 0.2 <= took < 5.0
    assert sum(row.sends for row in journal.spend()) == server.count == 12


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_memory_stays_flat_over_many_calls(tmp_path: Path) -> None:
    """R44: each of ten thousand calls leaves less than 2 kB behind, of 5 kB that went by."""
    gateway = Gateway(
        models={"default": Model(backend=Echo(), name="tiny")},
        journal=Journal(tmp_path / "journal.sqlite"),
        limits=Limits(most=64),
    )

    async def some(calls: range) -> None:
        async def one(number: int) -> None:
            prompt = Prompt(system="", task=f"{number} " + "word " * 1000)
            await gateway.ask("judge", prompt, into=str, place=f"talk/{number}")

        for begin in calls[::64]:
            await asyncio.gather(*(one(number) for number in range(begin, begin + 64)))

    asyncio.run(some(range(1_000)))
    before = held()
    asyncio.run(some(range(10_000, 20_000)))
    assert (held() - before) / 10_000 < 2048
