"""Laws of backends, executors and reports."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import attrs

from esc_skills.errors import BackendError, ReplyError, UsageError
from esc_skills.model import Score, SeekerProfile
from esc_skills.spec import Request, RunRecord
from esc_skills.testing.conformance.scenes import TEXTS, mixed_bank, traces
from esc_skills.testing.conformance.trials import Trial, law

T = TypeVar("T")
HOSTILE = "<script>alert('x')</script>"
"""Text of a conversation that must not become part of a page."""


@law("backend")
async def completes_or_says_why(trial: Trial) -> None:
    """A request is completed, or a BackendError or UsageError says why not."""
    for text in TEXTS:
        asked = Request(model="any", system="Be kind.", messages=(("user", text),))
        for schema in ("", '{"type": "object"}'):
            try:
                done = await trial.component.complete(attrs.evolve(asked, schema=schema))
            except (BackendError, ReplyError, UsageError):
                continue
            assert done.stop in {"end", "length", "refusal"}, f"stopped by {done.stop!r}"
            assert min(done.tokens_in, done.tokens_out) >= 0, "counts less than no tokens"


@law("backend")
async def knows_what_it_can(trial: Trial) -> None:
    """Capabilities are the same whenever asked."""
    assert trial.component.capabilities == trial.component.capabilities


@law("executor")
async def keeps_the_order(trial: Trial) -> None:
    """Answers come in item order, one an item, though late items end first."""

    async def work(item: int) -> int:
        for _ in range(20 - item):
            await asyncio.sleep(0)
        return item * item

    for limit in (1, 3, 100):
        done = await trial.component.map(work, tuple(range(20)), limit)
        assert done == tuple(item * item for item in range(20)), f"limit {limit}: {done}"


@law("executor")
async def does_nothing_for_nothing(trial: Trial) -> None:
    """No items give no answers."""

    async def work(item: int) -> int:
        return item

    assert await trial.component.map(work, (), 4) == ()


@law("executor")
async def keeps_the_limit(trial: Trial) -> None:
    """Never are more jobs at work than the limit allows."""
    at_work = most = 0

    async def work(item: int) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.001)
        at_work -= 1

    for limit in (1, 4):
        most = 0
        await trial.component.map(work, tuple(range(12)), limit)
        assert most <= limit, f"{most} jobs at once, limit {limit}"


@law("executor")
async def lets_a_fault_out(trial: Trial) -> None:
    """When a job fails, its own exception comes out, and no job is left running."""

    async def work(item: int) -> int:
        if item == 3:
            raise UsageError("item 3 is wrong", hint="none: this is a test")
        await asyncio.sleep(0.05 if item > 3 else 0)
        return item

    before = asyncio.all_tasks()
    try:
        await trial.component.map(work, tuple(range(8)), 2)
    except UsageError:
        await asyncio.sleep(0.01)
        assert asyncio.all_tasks() <= before, "jobs are still running"
        return
    raise AssertionError("a failing job went unnoticed")


def _record() -> RunRecord:
    scores = tuple(
        Score(
            evaluator="sage",
            name="emotion",
            value=value,
            n=7,
            of=8,
            low=value - 5,
            high=value + 5,
            signature="sage:v1",
            arm=arm,
        )
        for arm, value in (("none", 20.0), ("static", 30.0), ("evolved", 44.0))
    )
    first, *rest = traces()
    hostile: SeekerProfile = attrs.evolve(first.profile, opening=HOSTILE, persona=HOSTILE)
    marked = attrs.evolve(
        first,
        profile=hostile,
        exchanges=(attrs.evolve(first.exchanges[0], seeker=HOSTILE), *first.exchanges[1:]),
        note=HOSTILE,
    )
    return RunRecord(
        name="conformance",
        experiment={"seed": 13, "retriever": {"use": "bm25"}},
        findings=(("sample", "turns merged", 3),),
        units=60,
        banks=(mixed_bank(),),
        traces=(marked, *rest),
        scores=scores,
    )


async def written(
    write: Callable[[T, Path], Awaitable[tuple[Path, ...]]], record: T
) -> dict[str, bytes]:
    """What a report writes of a record, by path inside a folder that no page may name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = await write(record, folder)
        assert paths, "nothing was written"
        inside = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        told = [page for page, content in inside.items() if name.encode() in content]
        assert not told, f"{told} names the folder it was written to"
        return inside


async def _pages(trial: Trial, record: RunRecord) -> dict[str, bytes]:
    return await written(trial.component.render, record)


@law("report")
async def writes_the_same_bytes_twice(trial: Trial) -> None:
    """The same record gives the same files with the same bytes, all inside the folder."""
    assert await _pages(trial, _record()) == await _pages(trial, _record()), "bytes differ"


@law("report")
async def writes_about_an_empty_run(trial: Trial) -> None:
    """A run without banks, conversations and scores can be reported."""
    await _pages(trial, RunRecord(name="empty", experiment={}))


@law("report")
async def escapes_what_people_wrote(trial: Trial) -> None:
    """Text of a conversation never becomes markup of an HTML page."""
    for name, content in (await _pages(trial, _record())).items():
        if name.endswith((".html", ".htm", ".svg")):
            assert HOSTILE.encode() not in content, f"{name} holds a live script tag"
