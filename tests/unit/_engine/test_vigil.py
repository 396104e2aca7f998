from __future__ import annotations

import asyncio
import random
import threading
import time
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills._engine.contexts import RunContext
from esc_skills._engine.loop import complete
from esc_skills._engine.vigil import Vigil, watched
from esc_skills._host.catalogue import Entry
from esc_skills._host.wrapping import LATE, wrap
from esc_skills.errors import PluginError
from esc_skills.spec import Prompt
from esc_skills.testing.conformance.scenes import moment
from esc_skills.testing.samples import bank

ENTRY = Entry(role="retriever", name="trial", module=__name__, distribution="dist", version="1.2")
LIMIT = 0.4


@attrs.frozen(kw_only=True)
class Trial:
    """Spends its time as the test wants."""

    name: ClassVar[str] = "trial"
    summary: ClassVar[str] = "does as told"
    spend: Any

    async def index(self, bank: Any, ctx: Any) -> Any:
        return self

    async def search(self, moment: Any, ctx: Any) -> Any:
        await self.spend(ctx)
        return ()


class Slow:
    """Answers a question after a while."""

    async def ask(self, role: str, prompt: Prompt, *, into: type, place: str) -> str:
        await asyncio.sleep(LIMIT * 1.2)
        return "yes"


def lent() -> RunContext:
    return RunContext(place="talk/p1/0/retriever", rng=random.Random(1), gateway=Slow(), note=print)  # type: ignore[arg-type]


def search(spend: Any) -> Any:
    """Search under a watch."""

    async def searched() -> Any:
        ctx = lent()
        with watched(LIMIT):
            index = await wrap("retriever", ENTRY, Trial(spend=spend)).index(bank(), ctx)
            return await index.search(moment("Hi"), ctx)

    return asyncio.run(searched())


async def _for_ever(ctx: Any) -> None:
    await asyncio.get_running_loop().create_future()


async def _in_a_task(ctx: Any) -> None:
    await asyncio.gather(asyncio.create_task(_for_ever(ctx)), _for_ever(ctx))


@pytest.mark.parametrize("spend", [_for_ever, _in_a_task])
def test_a_call_that_waits_too_long_is_cancelled_and_named(spend: Any) -> None:
    """P05: plug-in, hook and place, as for a component that raises."""
    with pytest.raises(PluginError) as caught:
        search(spend)
    assert caught.value.plugin == "retriever.trial"
    assert caught.value.hook == "search"
    assert "at talk/p1/0/retriever" in caught.value.message
    assert f"no end within {LIMIT:g} s (run.limits.component)" in caught.value.message
    assert not LATE


async def _ask_twice(ctx: Any) -> None:
    prompt = Prompt(system="s", task="t")
    await asyncio.gather(ctx.ask("judge", prompt, into=str), ctx.ask("judge", prompt, into=str))
    await ctx.ask("judge", prompt, into=str)


def test_time_that_a_model_takes_does_not_count() -> None:
    """P05: questions of twice the limit in all, also from tasks of its own, are waited for."""
    assert search(_ask_twice) == ()


def test_others_may_still_cancel() -> None:
    """A call that a person or a deadline cancels in time ends as cancelled."""

    async def cancelled() -> None:
        with watched(60):
            pane = wrap("retriever", ENTRY, Trial(spend=_for_ever))
            async with asyncio.timeout(0.05):
                await _searching(pane)

    with pytest.raises(TimeoutError):
        asyncio.run(cancelled())


def test_a_call_that_swallows_its_end_is_found() -> None:
    """P05: what goes on after it was cancelled is told, to be ended otherwise."""
    met: list[Any] = []

    async def deaf(ctx: Any) -> None:
        while not met:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    async def looked() -> None:
        vigil = Vigil(loop=asyncio.get_running_loop(), limit=10)
        pane = wrap("retriever", ENTRY, Trial(spend=deaf))
        hung = asyncio.create_task(_searching(pane))
        await asyncio.sleep(0.01)
        assert vigil.look(0.0) is None
        assert vigil.look(11.0) is None
        await asyncio.sleep(0.01)
        assert LATE
        met.append(vigil.look(16.0))
        hung.cancel()
        await asyncio.gather(hung, return_exceptions=True)
        LATE.clear()

    asyncio.run(looked())
    assert (
        met[0].fault(10).line.startswith("error[plugin] retriever.trial (dist 1.2) search: hangs")
    )


async def _searching(pane: Any) -> Any:
    index = await pane.index(bank(), lent())
    return await index.search(moment("Hi"), lent())


def test_a_call_that_blocks_the_loop_is_seen_from_another_thread() -> None:
    """P05: nobody notes when a call begins; it is found on the stack of its thread."""
    seen: list[Any] = []

    async def blocks(ctx: Any) -> None:
        vigil = Vigil(loop=asyncio.get_running_loop(), limit=10, thread=threading.get_ident())

        def look() -> None:
            seen.extend(vigil.look(now) for now in (0.0, 11.0, 15.5))

        watcher = threading.Thread(target=look)
        watcher.start()
        watcher.join()

    asyncio.run(Trial(spend=blocks).search(moment("Hi"), lent()))
    assert seen == [None, None, None], "not behind a pane: nobody's fault"
    seen.clear()
    search(blocks)
    assert seen[:2] == [None, None]
    assert (seen[2].entry, seen[2].hook) == (ENTRY, "search")


def test_a_watch_ends_with_its_last_walk() -> None:
    """Walks that share a loop share a watch, and none outlives them."""

    def watches() -> list[threading.Thread]:
        return [one for one in threading.enumerate() if one.name == "esc-skills vigil"]

    async def walked() -> None:
        with watched(60), watched(60):
            assert len(watches()) == 1

    for one in watches():  # of the test before
        one.join(5)
    asyncio.run(walked())
    for one in watches():
        one.join(5)
    assert not watches()


def test_an_interrupt_by_a_person_stays_one() -> None:
    """Ctrl-C is nobody's fault."""

    async def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        complete(interrupted())


def test_an_interrupt_by_the_watch_names_the_plugin() -> None:
    """P05: a library is interrupted, and told why."""

    async def blocks(ctx: Any) -> None:
        time.sleep(30)  # noqa: ASYNC251 - what no component should do

    async def walked() -> None:
        with watched(0.2):
            pane = wrap("retriever", ENTRY, Trial(spend=blocks))
            await _searching(pane)

    with pytest.raises(PluginError, match=r"retriever\.trial \(dist 1\.2\) search: hangs"):
        complete(walked())
