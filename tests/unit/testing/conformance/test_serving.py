"""Negative controls: a component with one fault is caught by the law that forbids it."""

from __future__ import annotations

import asyncio
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.errors import BackendError
from esc_skills.spec import Capabilities, Completion
from esc_skills.testing import conformance

COUNTER: list[int] = []
"""State that a component must not keep."""


@attrs.frozen(kw_only=True)
class Parrot:
    """A backend with a switch for every fault."""

    name: ClassVar[str] = "parrot"
    summary: ClassVar[str] = "says it again"
    fault: str = ""

    @property
    def capabilities(self) -> Capabilities:
        COUNTER.append(1)
        return Capabilities(schema=self.fault == "moody" and len(COUNTER) % 2 == 0)

    async def complete(self, request: Any) -> Any:
        text = request.messages[-1][1]
        if not text.strip():
            if self.fault == "blunt":
                raise IndexError
            raise BackendError("nothing to say", hint="say something")
        return Completion(text=text, stop="bored" if self.fault == "bored" else "end")


@attrs.frozen(kw_only=True)
class Pool:
    """An executor with a switch for every fault."""

    name: ClassVar[str] = "pool"
    summary: ClassVar[str] = "a semaphore"
    fault: str = ""

    async def map(self, work: Any, items: Any, limit: int) -> Any:
        gate = asyncio.Semaphore(100 if self.fault == "greedy" else limit)
        done: list[Any] = []

        async def one(item: Any) -> Any:
            async with gate:
                done.append(await work(item))
                return done[-1]

        if self.fault == "empty" and not items:
            return None
        if self.fault == "swallows":
            found = await asyncio.gather(*map(one, items), return_exceptions=True)
            return tuple(found)
        if self.fault == "leaves":
            return tuple(await asyncio.gather(*map(one, items)))
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(one(item)) for item in items]
        return tuple(done) if self.fault == "shuffles" else tuple(job.result() for job in jobs)


@attrs.frozen(kw_only=True)
class Page:
    """A report with a switch for every fault."""

    name: ClassVar[str] = "page"
    summary: ClassVar[str] = "one page"
    fault: str = ""

    async def render(self, record: Any, folder: Path) -> Any:
        COUNTER.append(1)
        words = [item.note for item in record.traces]
        if self.fault == "needy":
            words.append(record.banks[0].hash)
        text = " ".join(words)
        text = text if self.fault == "raw" else escape(text)
        text += str(len(COUNTER)) if self.fault == "moody" else ""
        text += str(folder) if self.fault == "tells" else ""
        path = folder / "index.html"
        path.write_text(text)
        return () if self.fault == "silent" else (path,)


def broken(role: str, component: Any) -> set[str]:
    COUNTER.clear()
    return {item.split(":")[0] for item in conformance.faults(role, component)}


@pytest.mark.parametrize(
    ("role", "cls"), [("backend", Parrot), ("executor", Pool), ("report", Page)]
)
def test_without_a_fault_nothing_is_broken(role: str, cls: Any) -> None:
    """The control of the controls."""
    assert broken(role, cls()) == set()


@pytest.mark.parametrize(
    ("role", "cls", "fault", "law"),
    [
        ("backend", Parrot, "blunt", "completes_or_says_why"),
        ("backend", Parrot, "bored", "completes_or_says_why"),
        ("backend", Parrot, "moody", "knows_what_it_can"),
        ("executor", Pool, "shuffles", "keeps_the_order"),
        ("executor", Pool, "empty", "does_nothing_for_nothing"),
        ("executor", Pool, "greedy", "keeps_the_limit"),
        ("executor", Pool, "swallows", "lets_a_fault_out"),
        ("executor", Pool, "leaves", "lets_a_fault_out"),
        ("report", Page, "moody", "writes_the_same_bytes_twice"),
        ("report", Page, "tells", "writes_the_same_bytes_twice"),
        ("report", Page, "silent", "writes_the_same_bytes_twice"),
        ("report", Page, "needy", "writes_about_an_empty_run"),
        ("report", Page, "raw", "escapes_what_people_wrote"),
    ],
)
def test_each_fault_is_caught(role: str, cls: Any, fault: str, law: str) -> None:
    """The law that forbids it says so."""
    assert law in broken(role, cls(fault=fault))
