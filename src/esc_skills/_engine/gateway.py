"""The model gateway: the only way from a component to a model.

It keeps untrusted text in an envelope, finds answers that were paid for before, shares equal
questions that are under way, sends the rest, and asks once more after an unusable answer. What
comes out is a validated answer or an error with a state; never a number for a failure.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import attrs
import orjson

from esc_skills._engine.answers import answer
from esc_skills._engine.asking import Model, compose, envelope, key_of, shortened, split
from esc_skills._engine.budgets import ROOM_NAMES, Budget
from esc_skills._engine.commits import Commits
from esc_skills._engine.limits import Limits
from esc_skills._engine.offline import facts, unanswered
from esc_skills._engine.sending import Answered, Call, Patience, Sender
from esc_skills._store.journal import Journal
from esc_skills.errors import (
    BackendError,
    BudgetExceeded,
    ConfigError,
    EscSkillsError,
    ProviderClosedError,
    ReplyError,
    RunEndedError,
)
from esc_skills.spec import Completion, Prompt, Request, Usage

__all__ = ["Gateway", "Model", "envelope"]

T = TypeVar("T")
SAMPLING = ("frequency_penalty", "min_p", "presence_penalty", "temperature", "top_k", "top_p")
"""Settings that only a backend with ``sampling`` takes."""

_Landed = tuple[Completion | None, EscSkillsError | None]
_Shared = asyncio.Future[_Landed]


@attrs.frozen(kw_only=True)
class _Word:
    word: str


@attrs.define(kw_only=True)
class Gateway:
    """Answers the questions of a run."""

    models: Mapping[str, Model]
    """By role; ``default`` stands in."""
    journal: Journal | None = None
    """Where completed calls lie; None keeps nothing."""
    told: Callable[[str, str, str, Usage], None] = lambda role, place, outcome, usage: None
    """Told of every question that ended: role, place, outcome, what it took."""
    remember: Callable[[str], None] = lambda key: None
    """Told the key of every different question, before it is answered."""
    nonce: str = ""
    """A part of the marks around untrusted texts; nobody who wrote one knows it."""
    lane: str = ""
    """Which sample of a study is walked; a part of every key: samples never share answers."""
    budget: Budget = attrs.field(factory=Budget)
    """Caps and what was spent."""
    limits: Limits = attrs.field(factory=Limits)
    """Calls at once and a minute."""
    patience: Patience = attrs.field(factory=Patience)
    """Tries and deadlines."""
    offline: bool = False
    """Whether only the journal answers: no provider is asked, no key is looked for."""
    outcomes: Counter[str] = attrs.field(factory=Counter, init=False)
    """Questions by outcome."""
    asked: set[str] = attrs.field(factory=set, init=False)
    """Keys of all questions, answered now or before."""
    sender: Sender = attrs.field(init=False)
    """The way to the providers."""
    _flying: dict[str, _Shared | None] = attrs.field(factory=dict, init=False)

    @sender.default
    def _make_sender(self) -> Sender:
        return Sender(
            limits=self.limits,
            budget=self.budget,
            patience=self.patience,
            commits=Commits(self.journal) if self.journal else None,
            clock=self.limits.clock,
            sleep=self.limits.sleep,
        )

    def model(self, role: str) -> Model:
        """Model of a role, or the default one."""
        found = self.models.get(role) or self.models.get("default")
        if found is None:
            raise ConfigError(
                f"a component asks the model of role {role!r}, and none is configured",
                hint=f'add [models] {role} = {{ use = "BACKEND", model = "…" }}',
            )
        return found

    async def ask(self, role: str, prompt: Prompt, *, into: type[T], place: str) -> T:
        """Ask, structure, and ask once more when the answer cannot be used.

        Args:
            role: Model role.
            prompt: The question.
            into: ``str``, or an attrs class.
            place: Where in the run; equal questions at equal places are one call.

        Raises:
            ReplyError: No usable answer; ``state`` says why.
            BackendError: The provider failed.
            BudgetExceeded: A cap is reached.
        """
        model = self.model(role)
        request = compose(prompt, model, into, self.nonce)
        parts = split(request)
        key = key_of(parts, model, self.lane + place, prompt.repeat)
        self.know(key)
        while key in self._flying:
            completion, fault = await self._join(key)
            if fault is not None:
                raise fault
            if completion is not None:
                shared = answer(completion, into, place)
                self._tell(role, place, "shared", _usage(model))
                return shared
        if (stored := self._stored(key, into, place)) is not None:
            self._tell(role, place, "replayed", _usage(model))
            return stored
        call = Call(role, place, model, request, key, parts)
        if self.offline:
            absent = unanswered(call, self.journal)
            self._tell(role, place, _state(absent), _usage(model))
            raise absent
        return await self._lead(call, prompt, into)

    def know(self, key: str) -> None:
        """Remember a question of this run, asked here or in another process."""
        if key not in self.asked:
            self.asked.add(key)
            self.remember(key)

    def catch_up(self) -> None:
        """Learn what other processes have asked and spent over the same journal."""
        if self.journal is not None:
            self.journal.learn()
            self.budget.refresh(self.journal)

    async def _lead(self, call: Call, prompt: Prompt, into: type[T]) -> T:
        """Send a question, and give what came of it to all who ask the same meanwhile."""
        landed: _Landed = (None, None)  # cancelled: one of those who wait takes over
        self._flying[call.key] = None
        sent: list[Answered[T]] = []
        began = self.limits.clock()
        try:
            outcome = await self._settle(call, prompt, into, sent)
            landed = (sent[-1].completion, None)
        except EscSkillsError as fault:
            landed = (None, fault)
            self._keep(call.key, fault)
            took = _usage(call.model, sent, self.limits.clock() - began)
            self._tell(call.role, call.place, _state(fault), took)
            raise
        finally:
            shared = self._flying.pop(call.key)
            if shared is not None:
                shared.set_result(landed)
        took = _usage(call.model, sent, self.limits.clock() - began)
        self._tell(call.role, call.place, outcome, took)
        return cast("T", sent[-1].value)

    async def _join(self, key: str) -> _Landed:
        """Wait for an equal question that is under way; most have nobody who waits."""
        shared = self._flying[key]
        if shared is None:
            shared = self._flying[key] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(shared)

    async def _settle(
        self, call: Call, prompt: Prompt, into: type[T], sent: list[Answered[T]]
    ) -> str:
        """Send; once more in other words when the first answer is of no use.

        Args:
            call: The question.
            prompt: As it was asked.
            into: Type of the answer.
            sent: Takes in what came back, the answer that counts last.
        """

        def check(completion: Completion) -> T:
            return answer(completion, into, call.place)

        outcome = "repaired"
        try:
            first = await self.sender.send(call, check)
            sent.append(first)
            if first.fault is None:
                return "done"
            if first.fault.state == "refused":
                raise first.fault
            request = _again(call.request, first)
        except BackendError as fault:
            shorter = shortened(prompt) if fault.kind == "context-length" else None
            if shorter is None:
                raise
            outcome, request = "shortened", compose(shorter, call.model, into, self.nonce)
        second = await self.sender.send(call.again(request), check)
        sent.append(second)
        if second.fault is not None:
            raise second.fault
        return outcome

    def _keep(self, key: str, fault: EscSkillsError) -> None:
        """Remember for a replay with what a question ended; the end of a run ends no question."""
        if self.journal is not None and not isinstance(fault, RunEndedError):
            self.journal.fail(key, facts(fault))

    def _stored(self, key: str, into: type[T], place: str) -> T | None:
        """A validated answer from the journal; one that is of no use now is forgotten (R42)."""
        text = self.journal.get(key) if self.journal else None
        if self.journal is None or text is None:
            return None
        try:
            return answer(Completion(**orjson.loads(text)), into, place)
        except (ReplyError, TypeError, ValueError, AttributeError):
            if not self.offline:
                self.journal.drop(key)
            return None

    def _tell(self, role: str, place: str, outcome: str, usage: Usage) -> None:
        self.outcomes[outcome] += 1
        self.told(role, place, outcome, usage)

    def check(self) -> None:
        """Look at models, settings and prices before anything is sent (R29, R40).

        Raises:
            ConfigError: Names role, model and setting.
        """
        self.budget.check(self.models.values())
        for role, model in self.models.items():
            able = model.backend.capabilities
            for name, _ in model.settings:
                if (name in SAMPLING and not able.sampling) or (name == "seed" and not able.seed):
                    raise ConfigError(
                        f"models.{role} ({model.name}): {model.backend.name} takes no {name}",
                        hint=f"remove sampling.{name}",
                    )

    async def probe(self, known: Iterable[str] = ()) -> tuple[str, ...]:
        """Ask every different model one short question, so that a run does not fail later (R29).

        Args:
            known: Fingerprints of models that an earlier process of this run has asked.

        Returns:
            Fingerprints of all remote models, sorted.

        Raises:
            ConfigError: A provider refuses key, model or parameter; names role and model.
            BackendError: It cannot be reached.
        """
        self.check()
        prompt = Prompt(system="Be brief.", task='Give {"word": "ok"}.', id="probe")
        asked = set(known)
        if self.offline:
            return tuple(sorted(asked))
        for role, model in sorted(self.models.items()):
            if not model.backend.capabilities.remote or model.fingerprint in asked:
                continue
            asked.add(model.fingerprint)
            try:
                await self.ask(role, prompt, into=_Word, place="probe")
            except ReplyError:
                continue  # it answers; how well is not asked here
            except (BackendError, ProviderClosedError) as fault:
                if getattr(fault, "retryable", False):
                    raise
                raise ConfigError(fault.message, hint=fault.hint, where=fault.where) from None
        self.asked.clear()  # to try a model out is no question of the run
        return tuple(sorted(asked))

    def close(self) -> None:
        """Write what waits, and close the journal."""
        if self.sender.commits is not None:
            self.sender.commits.flush()
        if self.journal is not None:
            self.journal.close()


def _again(request: Request, first: Answered[Any]) -> Request:
    """The second request after an unusable answer: told why, or with more room."""
    fault = first.fault
    if fault is None or fault.state == "empty":
        return request
    if fault.state == "truncated" and any(name in ROOM_NAMES for name, _ in request.settings):
        wider = tuple(
            (name, int(value) * 2 if name in ROOM_NAMES else value)
            for name, value in request.settings
        )
        return attrs.evolve(request, settings=wider)
    repair = f"That could not be used: {fault.message[:500]}. Answer again, in full"
    repair += ", in fewer words." if fault.state == "truncated" else "."
    text = first.completion.text or "…"
    return attrs.evolve(
        request, messages=(*request.messages, ("assistant", text), ("user", repair))
    )


def _usage(model: Model, sent: Sequence[Answered[Any]] = (), seconds: float = 0.0) -> Usage:
    """What a question took; its price is unknown where that of one request is."""
    prices = [one.usd for one in sent if one.usd is not None]
    return Usage(
        model=model.name,
        backend=model.backend.name,
        tokens_in=sum(one.completion.tokens_in for one in sent),
        tokens_out=sum(one.completion.tokens_out for one in sent),
        tokens_cached=sum(one.completion.tokens_cached for one in sent),
        usd=sum(prices, 0.0) if len(prices) == len(sent) else None,
        seconds=seconds,
    )


def _state(fault: EscSkillsError) -> str:
    if isinstance(fault, ReplyError):
        return fault.state
    if isinstance(fault, BudgetExceeded):
        return "budget"
    if isinstance(fault, BackendError) and fault.kind in {"refused", "stalled"}:
        return fault.kind
    return "failed"
