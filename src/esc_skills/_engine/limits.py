"""How many calls may be under way at once, and how many a minute; one limit for each provider.

Additive increase, multiplicative decrease: a success widens the limit a little, a "slow down"
halves it, once for all calls that were sent under the old limit (R17).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import attrs

BURST = 1.0
"""Seconds of a rate that may be used at once."""


@attrs.define
class Pace:
    """A rate a minute; what is too early waits."""

    per_minute: float
    """What is allowed in a minute."""
    _free: float = float("-inf")

    def take(self, amount: float, now: float) -> float:
        """Reserve an amount; gives the seconds to wait."""
        start = max(self._free, now - BURST)
        self._free = start + 60.0 * amount / self.per_minute
        return max(0.0, start - now)


@attrs.define(kw_only=True)
class Limiter:
    """The calls of one provider."""

    most: int = 256
    """Widest limit, where it begins."""
    calls: Pace | None = None
    """Calls a minute; None is no cap."""
    tokens: Pace | None = None
    """Tokens a minute; None is no cap."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that never run backwards (R45)."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How to wait."""
    limit: float = attrs.field(init=False)
    """Calls that may be under way now."""
    flying: int = 0
    """Calls that are under way."""
    epoch: int = 0
    """How often the limit was cut."""
    _resume: float = float("-inf")
    _queue: deque[asyncio.Future[None]] = attrs.field(factory=deque, init=False)

    @limit.default
    def _begin(self) -> float:
        return float(self.most)

    async def enter(self, tokens: float = 0.0, *, again: bool = False) -> int:
        """Wait for a place.

        Args:
            tokens: What the call will use, by estimate.
            again: A repeated call stands first in the queue.

        Returns:
            The epoch, for ``leave``.
        """
        if self._queue or self.flying >= int(self.limit):
            await self._stand(again)
        else:
            self.flying += 1
        if self.calls or self.tokens or self._resume > 0:
            try:
                await self._wait(tokens)
            except BaseException:
                self._free()
                raise
        return self.epoch

    def leave(self, epoch: int, *, slow: bool = False, pause: float = 0.0) -> None:
        """Give a place back.

        Args:
            epoch: What ``enter`` gave.
            slow: The provider asked to slow down.
            pause: Seconds for which nobody may send.
        """
        if pause > 0:
            self._resume = max(self._resume, self.clock() + pause)
        if not slow:
            self.limit = min(float(self.most), self.limit + 1.0 / self.limit)
        elif epoch == self.epoch:
            self.epoch += 1
            self.limit = max(1.0, self.limit / 2)
        self._free()

    async def _wait(self, tokens: float) -> None:
        now = self.clock()
        wait = self.calls.take(1, now) if self.calls else 0.0
        if self.tokens:
            wait = max(wait, self.tokens.take(tokens, now))
        until = now + wait
        while (left := max(until, self._resume) - self.clock()) > 0:
            await self.sleep(left)

    async def _stand(self, again: bool) -> None:
        place = asyncio.get_running_loop().create_future()
        (self._queue.appendleft if again else self._queue.append)(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was given a place just now
                self._free()
            raise

    def _free(self) -> None:
        self.flying -= 1
        while self._queue and self.flying < int(self.limit):
            place = self._queue.popleft()
            if not place.done():
                self.flying += 1
                place.set_result(None)


@attrs.define(kw_only=True)
class Limits:
    """One limiter for each provider and address, shared by all roles."""

    most: int = 256
    """Most calls at once to one provider."""
    calls_per_minute: float | None = None
    """Cap for each provider; None is no cap."""
    tokens_per_minute: float | None = None
    """Cap for each provider; None is no cap."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that never run backwards."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How to wait."""
    made: dict[tuple[str, str], Limiter] = attrs.field(factory=dict, init=False)
    """Limiters by backend name and base URL."""

    def of(self, backend: str, url: str) -> Limiter:
        """The limiter of a provider."""
        found = self.made.get((backend, url))
        if found is None:
            found = Limiter(
                most=self.most,
                calls=Pace(self.calls_per_minute) if self.calls_per_minute else None,
                tokens=Pace(self.tokens_per_minute) if self.tokens_per_minute else None,
                clock=self.clock,
                sleep=self.sleep,
            )
            self.made[backend, url] = found
        return found
