"""One question on its way to a provider: limits, budget, journal, deadline, and the only retries.

A request goes out after its intent is written and what it may cost is reserved; an answer counts
when it is validated and kept. What failed for good leaves as one error without any key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import attrs

from esc_skills._engine.asking import Model, Parts, packed, split
from esc_skills._engine.budgets import Budget, estimate, room
from esc_skills._engine.commits import Commits
from esc_skills._engine.deadlines import Deadlines
from esc_skills._engine.limits import Limiter, Limits
from esc_skills._engine.redaction import Redactor
from esc_skills._store.journal import Ending, Intent
from esc_skills.errors import BackendError, EscSkillsError, ProviderClosedError, ReplyError
from esc_skills.spec import Completion, Request

T = TypeVar("T")
SLOW = frozenset({"rate-limit", "overloaded"})
"""Kinds of trouble that ask for fewer calls at once."""
CLOSED = frozenset({"auth", "missing", "quota"})
"""Kinds after which no question to this provider can be answered in this run (R18, R30, R31)."""
UNSURE = frozenset({"stalled", "protocol"})
"""Kinds after which the provider may have counted tokens; their reservation stays."""


@attrs.frozen(kw_only=True)
class Patience:
    """How often and how long to try."""

    tries: int = 8
    """Most requests for one question."""
    first: float = 0.5
    """Seconds before the second; doubled for each further one."""
    cap: float = 30.0
    """Longest wait of our own, in seconds."""
    longest: float = 60.0
    """Longest wait that a provider may ask for; more, and the error stands (R15)."""
    each: float = 120.0
    """Deadline of one request, in seconds, to its last byte."""
    deadline: float = 300.0
    """Deadline of a question with all its repeats and waits."""
    component: float = 300.0
    """Seconds that one call of a component may take, the time that it waits for us left out."""


@attrs.define
class Call:
    """A question on its way."""

    role: str
    """Model role."""
    place: str
    """Where in the run."""
    model: Model
    """Who is asked."""
    request: Request
    """What goes out."""
    key: str
    """Key of the question, also of one that is asked again in other words."""
    parts: Parts
    """The request as the journal keeps it."""

    def again(self, request: Request) -> Call:
        """The same question in other words."""
        return attrs.evolve(self, request=request, parts=split(request))


@attrs.define
class Answered(Generic[T]):
    """What came back."""

    completion: Completion
    """As the provider gave it."""
    value: T | None
    """The validated answer."""
    fault: ReplyError | None
    """Why there is none."""
    usd: float | None = None
    """Price of the request; None when unknown."""


@attrs.define(kw_only=True)
class Sender:
    """The way to all providers."""

    limits: Limits
    """How many at once."""
    budget: Budget
    """How many at all."""
    patience: Patience = attrs.field(factory=Patience)
    """How often."""
    redactor: Redactor = attrs.field(factory=Redactor.of)
    """Takes keys out."""
    commits: Commits | None = None
    """Journal; None keeps nothing."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that never run backwards (R45)."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How to wait."""
    wall: Callable[[], float] = time.time
    """Time of day, for messages only."""
    _deadlines: Deadlines = attrs.field(factory=Deadlines, init=False)
    _closed: dict[int, tuple[float, BackendError]] = attrs.field(factory=dict, init=False)

    async def send(self, call: Call, check: Callable[[Completion], T]) -> Answered[T]:
        """Send a question, and repeat it while that makes sense.

        Raises:
            BackendError: The provider failed, after the last try.
            ProviderClosedError: It answers nobody any more.
            BudgetExceeded: A cap is reached; nothing was sent.
        """
        limiter = self.limits.of(call.model.backend.name, call.model.base_url)
        size = estimate(call.request)
        tokens = size + room(call.request)
        until: float | None = None
        tries = 0
        while True:
            if until is None:
                epoch = await limiter.enter(tokens)
                until = self.clock() + self.patience.deadline
            else:
                try:
                    async with asyncio.timeout(max(0.0, until - self.clock())):
                        epoch = await limiter.enter(tokens, again=True)
                except TimeoutError:
                    break
            tries += 1
            slow, pause = False, 0.0
            try:
                if self._closed:
                    self._open(limiter)
                return await self._once(call, check, size, until - self.clock())
            except BackendError as fault:
                trouble = fault
                slow = fault.kind in SLOW
                asked = fault.retry_after or 0.0
                pause = asked if slow and asked <= self.patience.longest else 0.0
            finally:
                limiter.leave(epoch, slow=slow, pause=pause)
            wait = self._wait(trouble, tries, call.key)
            if wait is None or self.clock() + wait >= until:
                break
            await self.sleep(wait)
        raise self._final(trouble, limiter, call, tries)

    async def _once(
        self, call: Call, check: Callable[[Completion], T], size: int, left: float
    ) -> Answered[T]:
        hold = self.budget.reserve(call.request, call.model, size)
        row = 0
        if self.commits is not None:
            try:
                row = await self.commits.intend(_intent(call))
            except BaseException:
                self.budget.release(hold, sent=False)
                raise
        limit = min(left, self.patience.each)
        try:
            with self._deadlines.within(limit):
                completion = await call.model.backend.complete(call.request)
        except TimeoutError:
            trouble: EscSkillsError = BackendError(
                f"no whole answer within {limit:g} s",
                hint="try again, or take a faster model",
                retryable=True,
                kind="stalled",
            )
        except EscSkillsError as fault:
            trouble = fault
        except BaseException as fault:
            self._later(row, "cancelled" if isinstance(fault, asyncio.CancelledError) else "failed")
            raise
        else:
            usd = self.budget.settle(hold, completion, call.model)
            answered = self._checked(check, completion)
            answered.usd = usd
            if self.commits is not None:
                await self.commits.end(_ending(row, call, answered, usd))
            return answered
        self.redactor.mend(trouble)
        kind = getattr(trouble, "kind", "")
        if kind not in UNSURE:
            self.budget.release(hold)
        if self.commits is not None:
            state = kind or "failed"
            await self.commits.end(Ending(id=row, state=state, note=trouble.message[:200]))
        raise trouble

    def _later(self, row: int, state: str) -> None:
        if self.commits is not None:
            self.commits.later(Ending(id=row, state=state))

    def _checked(self, check: Callable[[Completion], T], completion: Completion) -> Answered[T]:
        """Validate an answer."""
        completion = self._stripped(completion)
        try:
            return Answered(completion, check(completion), None)
        except ReplyError as fault:
            self.redactor.mend(fault)
            return Answered(completion, None, fault)

    def _stripped(self, completion: Completion) -> Completion:
        """An answer without keys; the name of its model is the provider's word too."""
        strip = self.redactor.strip
        whole = f"{completion.text}\0{completion.model}\0{completion.reason}"
        if strip(whole) == whole:
            return completion
        text, model, reason = map(strip, (completion.text, completion.model, completion.reason))
        return attrs.evolve(completion, text=text, model=model, reason=reason)

    def _wait(self, trouble: BackendError, tries: int, key: str) -> float | None:
        """Seconds before the next try; None when there is none."""
        patience = self.patience
        asked = trouble.retry_after or 0.0
        if not trouble.retryable or tries >= patience.tries or asked > patience.longest:
            return None
        own = min(patience.cap, patience.first * 2.0 ** (tries - 1))
        spread = 0.5 + int(key[:4], 16) / 0x1FFFF  # calls that failed together come back apart
        return max(asked, own * spread)

    def _open(self, limiter: Limiter) -> None:
        """Let nobody run into a provider that asked for a long wait."""
        until, trouble = self._closed.get(id(limiter), (0.0, None))
        if trouble is not None and self.clock() < until:
            raise BackendError(
                trouble.message, hint=trouble.hint, where=trouble.where, kind=trouble.kind
            )

    def _final(
        self, trouble: BackendError, limiter: Limiter, call: Call, tries: int
    ) -> BackendError | ProviderClosedError:
        """The error as it stands: role and model named, nothing of the provider's attached."""
        message, asked = trouble.message, trouble.retry_after or 0.0
        if tries > 1:
            message += f" ({tries} tries)"
        if asked > self.patience.longest:
            clock = time.strftime("%H:%M", time.localtime(self.wall() + asked))
            message += f"; it asks to wait {asked:g} s, until {clock}"
        name = f"models.{call.role} ({call.model.name or call.model.backend.name})"
        owner = name if not trouble.where else f"{name} {trouble.where}"
        where = owner if name not in trouble.where else trouble.where
        if trouble.kind in CLOSED:
            return ProviderClosedError(message, hint=trouble.hint, where=where)
        final = BackendError(
            message,
            hint=trouble.hint,
            where=where,
            retryable=trouble.retryable,
            kind=trouble.kind,
            retry_after=trouble.retry_after,
        )
        if asked > self.patience.longest:
            self._closed[id(limiter)] = (self.clock() + asked, final)
        return final


def _intent(call: Call) -> Intent:
    return Intent(key=call.key, role=call.role, place=call.place, model=call.model.name)


def _ending(row: int, call: Call, answered: Answered[Any], usd: float | None) -> Ending:
    """What became of an answered request; only a validated answer is kept to be found again."""
    completion, fault = answered.completion, answered.fault
    return Ending(
        id=row,
        state=fault.state if fault else "done",
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        tokens_cached=completion.tokens_cached,
        usd=usd,
        note=fault.message[:200] if fault else "",
        kept=None if fault else (call.key, *call.parts, _got(completion)),
    )


def _got(completion: Completion) -> bytes:
    return packed(
        {
            "text": completion.text,
            "stop": completion.stop,
            "tokens_in": completion.tokens_in,
            "tokens_out": completion.tokens_out,
            "tokens_cached": completion.tokens_cached,
            "tokens_written": completion.tokens_written,
            "model": completion.model,
            "reason": completion.reason,
        }
    )
