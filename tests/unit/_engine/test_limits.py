"""How many calls at once, and how many a minute."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._engine.limits import Limiter, Limits, Pace


@attrs.define
class Clock:
    """A clock that moves when somebody sleeps."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_slow_down_halves_once_for_all_calls_under_way() -> None:
    """R17: sixteen refusals of one burst halve the limit once; the next burst halves it again."""

    async def burst(limiter: Limiter) -> None:
        epochs = [await limiter.enter() for _ in range(int(limiter.limit))]
        for epoch in epochs:
            limiter.leave(epoch, slow=True)

    limiter = Limiter(most=16)
    seen = []
    for _ in range(5):
        asyncio.run(burst(limiter))
        seen.append(limiter.limit)
    assert seen == [8, 4, 2, 1, 1]


def test_successes_widen_the_limit_up_to_the_most() -> None:
    """Additive increase: about one more place after each full round."""

    async def work(limiter: Limiter, calls: int) -> None:
        for _ in range(calls):
            limiter.leave(await limiter.enter())

    limiter = Limiter(most=4, epoch=0)
    limiter.limit = 2.0
    asyncio.run(work(limiter, 3))
    assert 3.0 <= limiter.limit < 3.5
    asyncio.run(work(limiter, 50))
    assert limiter.limit == 4.0


def test_never_more_than_the_limit_and_repeats_go_first() -> None:
    """A freed place goes to the head of the queue, where repeated calls stand."""

    async def work() -> tuple[list[str], int]:
        limiter = Limiter(most=1)
        order: list[str] = []
        peak = 0

        async def call(name: str, again: bool) -> None:
            nonlocal peak
            epoch = await limiter.enter(again=again)
            peak = max(peak, limiter.flying)
            order.append(name)
            await asyncio.sleep(0)
            limiter.leave(epoch)

        async with asyncio.TaskGroup() as group:
            for name in ("first", "second", "third", "repeat"):
                group.create_task(call(name, name == "repeat"))
        assert limiter.flying == 0
        return order, peak

    assert asyncio.run(work()) == (["first", "repeat", "second", "third"], 1)


def test_cancelled_calls_leave_no_place_taken() -> None:
    """A place that was just given to a cancelled call goes to the next one."""

    async def work() -> int:
        limiter = Limiter(most=1)
        epoch = await limiter.enter()
        waiting = [asyncio.create_task(limiter.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        limiter.leave(epoch)
        waiting[0].cancel()
        waiting[1].cancel()
        assert await waiting[2] == 0
        return limiter.flying

    assert asyncio.run(work()) == 1


@pytest.mark.parametrize("kind", ["calls", "tokens"])
def test_a_rate_a_minute_is_kept(kind: str) -> None:
    """Sixty calls, or tokens, a minute: 121 of them take two minutes."""
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep, **{kind: Pace(60)})

    async def work() -> None:
        for _ in range(121):
            limiter.leave(await limiter.enter(1.0))

    asyncio.run(work())
    assert clock.now - 100.0 == pytest.approx(119, abs=1.01)


def test_a_pause_holds_everybody() -> None:
    """R14: while a provider's wait lasts, nobody sends to it."""
    clock = Clock()
    limiter = Limiter(clock=clock, sleep=clock.sleep)

    async def work() -> None:
        limiter.leave(await limiter.enter(), slow=True, pause=5.0)
        await limiter.enter()

    asyncio.run(work())
    assert clock.now == 105.0


def test_one_limiter_for_each_provider_and_address() -> None:
    """Roles share the limiter of their provider; another address has its own."""
    limits = Limits(most=3)
    assert limits.of("a", "") is limits.of("a", "")
    assert limits.of("a", "") is not limits.of("a", "http://127.0.0.1:1")
