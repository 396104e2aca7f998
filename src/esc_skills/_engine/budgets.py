"""Caps in calls, tokens, money and time; what a call may cost is reserved before it is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import attrs

from esc_skills._engine.asking import Model
from esc_skills._engine.pricing import Prices
from esc_skills._store.journal import Journal
from esc_skills.errors import BudgetExceeded, ConfigError
from esc_skills.spec import Completion, Request

ROOM = 1024
"""Completion tokens reserved for a call whose settings name no cap."""
ROOM_NAMES = ("max_tokens", "max_completion_tokens", "max_output_tokens")
"""Settings that cap an answer."""


@attrs.frozen(kw_only=True)
class Caps:
    """None is no cap."""

    calls: int | None = None
    """Requests sent, repeated ones too."""
    tokens: int | None = None
    """Prompt and completion tokens together."""
    usd: float | None = None
    """Money in US dollars."""
    seconds: float | None = None
    """Time since the budget was made."""


@attrs.define  # made for every call; a frozen one takes twice as long
class Hold:
    """What is reserved for one request."""

    tokens: int
    """Prompt tokens by estimate, and room for the answer."""
    usd: float | None
    """Their price; None when it is unknown."""


def estimate(request: Request) -> int:
    """Prompt tokens of a request, about: four ASCII letters or three bytes of other text each."""
    size = _size(request.system) + _size(request.schema)
    for _, text in request.messages:
        size += _size(text)
    return size


def _size(text: str) -> int:
    return len(text) // 4 if text.isascii() else len(text.encode("utf-8", "replace")) // 3


def room(request: Request) -> int:
    """Completion tokens that a request allows."""
    for name, value in request.settings:
        if name in ROOM_NAMES:
            return int(value)
    return ROOM


@attrs.define(kw_only=True)
class Budget:
    """What may be spent, and what was."""

    caps: Caps = attrs.field(factory=Caps)
    """Where it ends."""
    prices: Prices = attrs.field(factory=Prices)
    """What tokens cost."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that never run backwards (R45)."""
    calls: int = 0
    """Requests sent."""
    tokens: int = 0
    """Tokens used and reserved."""
    usd: float = 0.0
    """Money spent and reserved, as far as prices are known."""
    unpriced: int = 0
    """Requests whose price is unknown."""
    held_tokens: int = 0
    """Tokens reserved for requests under way, or kept for those whose use is unknown."""
    held_usd: float = 0.0
    """Their price."""
    started: float = attrs.field(init=False)
    """When it began, by ``clock``."""

    @started.default
    def _begin(self) -> float:
        return self.clock()

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self.clock() - self.started

    @classmethod
    def resumed(cls, caps: Caps, journal: Journal, prices: Prices | None = None) -> Budget:
        """A budget that knows what earlier processes of the run spent."""
        rows = journal.spend()
        return cls(
            caps=caps,
            prices=prices or Prices(),
            calls=sum(row.sends for row in rows),
            tokens=sum(row.tokens_in + row.tokens_out for row in rows),
            usd=sum(row.usd for row in rows),
            unpriced=sum(row.unpriced for row in rows),
        )

    def refresh(self, journal: Journal) -> None:
        """Count what other processes have spent over the same journal, where there are caps.

        Together, processes pass a cap by no more than what is under way between two looks.
        """
        if self.caps == Caps():
            return
        spent = Budget.resumed(self.caps, journal)
        self.calls = max(self.calls, spent.calls)  # a call just begun is not written yet
        self.tokens = spent.tokens + self.held_tokens
        self.usd = spent.usd + self.held_usd
        self.unpriced = max(self.unpriced, spent.unpriced)

    def check(self, models: Iterable[Model]) -> None:
        """Refuse a cap on money where a price is unknown, before anything is sent.

        Raises:
            ConfigError: Names the model (R40).
        """
        if self.caps.usd is None:
            return
        for model in models:
            if self.prices.rate(model.name, model.backend.name, model.base_url) is None:
                raise _unpriced(model)

    def reserve(self, request: Request, model: Model, prompt: int) -> Hold:
        """Reserve a request of ``prompt`` tokens.

        Raises:
            BudgetExceeded: A cap would be passed.
            ConfigError: Money is capped and the price unknown.
        """
        caps = self.caps
        answer = room(request)
        rate = self.prices.rate(model.name, model.backend.name, model.base_url)
        usd = rate.of(prompt, answer) if rate else None
        if caps.usd is not None and usd is None:
            raise _unpriced(model)
        if caps.calls is not None and self.calls + 1 > caps.calls:
            raise _end("calls", "model calls", caps.calls)
        if caps.tokens is not None and self.tokens + prompt + answer > caps.tokens:
            raise _end("tokens", "tokens", caps.tokens)
        if caps.usd is not None and self.usd + (usd or 0.0) > caps.usd:
            raise _end("usd", "US dollars", caps.usd)
        if caps.seconds is not None and self.elapsed > caps.seconds:
            raise _end("seconds", "seconds", caps.seconds)
        self.calls += 1
        self.tokens += prompt + answer
        self.usd += usd or 0.0
        self.held_tokens += prompt + answer
        self.held_usd += usd or 0.0
        return Hold(prompt + answer, usd)

    def settle(self, hold: Hold, completion: Completion, model: Model) -> float | None:
        """Put what was used in place of what was reserved; an unknown use keeps the reservation.

        Returns:
            Price of the call; None when unknown.
        """
        used = completion.tokens_in + completion.tokens_out
        if used:
            self.tokens += used - hold.tokens
            self.held_tokens -= hold.tokens
        rate = self.prices.rate(model.name, model.backend.name, model.base_url)
        usd = self.prices.of(completion, rate)
        if usd is None:
            self.unpriced += 1
        else:
            self.usd += usd - (hold.usd or 0.0)
            self.held_usd -= hold.usd or 0.0
        return usd

    def release(self, hold: Hold, *, sent: bool = True) -> None:
        """Free what a failed request had reserved; one that never went out is no call."""
        self.calls -= not sent
        self.tokens -= hold.tokens
        self.usd -= hold.usd or 0.0
        self.held_tokens -= hold.tokens
        self.held_usd -= hold.usd or 0.0


def _end(key: str, what: str, cap: float) -> BudgetExceeded:
    return BudgetExceeded(
        f"the budget of {cap:g} {what} is used up",
        hint=f"raise run.budget.{key} and give the same command to go on",
    )


def _unpriced(model: Model) -> ConfigError:
    return ConfigError(
        f"money is capped, and the price of {model.name or model.backend.name!r} is unknown",
        hint="pip install genai-prices, state the model's own price, or cap run.budget.calls",
    )
