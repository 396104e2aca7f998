"""Conversations in other processes: what travels there, who plays it, and what comes home.

A ``Tour`` is the work that a theatre gives to an executor. Called where it was made, it plays in
the open theatre. Pickled, it is a ``Troupe``: in the other process it hires the same crew once,
opens a gateway over the same journal, and gives an ``Away`` for every seat. What a troupe hears is
told to the run's watchers when the conversation comes home, not while it is held.
"""

from __future__ import annotations

import asyncio
import pickle
import uuid
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.crew import Crew
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.limits import Limits
from esc_skills._engine.sending import Patience
from esc_skills._engine.vigil import watched
from esc_skills._stages.cast import Rules, Stage
from esc_skills._stages.trying import Trials
from esc_skills._stages.verify import Seat
from esc_skills._store.journal import Journal
from esc_skills.errors import RunEndedError
from esc_skills.model import InterventionUnit, SkillsBank, Trace

Scene = tuple[SkillsBank | None, Trials | None]
"""Whom the seekers meet, and what is tried meanwhile."""
Heard = tuple[str, Mapping[str, Any]]
"""A hook and its facts."""
Noted = tuple[str, str, dict[str, str | int | float]]
"""Place, kind and facts."""
PREPARING = "prepare/"
"""Where a supporter is made ready: the process that began the run has told of it."""


@attrs.frozen(kw_only=True)
class Away:
    """A conversation held elsewhere, and all that its process has heard since the last one."""

    trace: Trace | None
    """None when the run ended first."""
    ended: RunEndedError | None = None
    """Why no more is paid; None while there is budget."""
    heard: tuple[Heard, ...] = ()
    """Hooks to tell, in order; exchanges stand in the trace."""
    notes: tuple[Noted, ...] = ()
    """What components noted."""
    asked: tuple[str, ...] = ()
    """Keys of questions that were new there."""


@attrs.frozen(kw_only=True)
class Luggage:
    """What a theatre takes along."""

    crew: Crew
    """Those who play; pickled by name and settings."""
    units: tuple[InterventionUnit, ...]
    """The responder's memory."""
    rules: Rules
    """When a conversation ends."""
    seed: int
    """Of the run."""
    streams: Mapping[str, int]
    """Actors whose chance is moved."""
    nonce: str
    """The gateway's mark."""
    lane: str
    """Sample of a study."""
    offline: bool
    """Whether the journal alone answers."""
    journal: tuple[Path, str] | None
    """File and durability; None keeps nothing."""
    caps: Caps
    """The run's, together with all other processes."""
    started: float
    """When the budget began; one clock serves all processes of a machine."""
    limits: tuple[int, float | None, float | None]
    """Calls at once, calls and tokens a minute: this process's part of them."""
    patience: Patience
    """Tries and deadlines."""

    def gateway(self, told: Callable[..., None], new: Callable[[str], None]) -> Gateway:
        """A way to the models over the run's own journal."""
        journal = None
        if self.journal is not None:
            journal = Journal(self.journal[0], self.journal[1])  # type: ignore[arg-type]
        most, calls, tokens = self.limits
        budget = Budget(caps=self.caps, prices=self.crew.prices)
        budget.started = self.started
        return Gateway(
            models=self.crew.models,
            journal=journal,
            told=told,
            remember=new,
            nonce=self.nonce,
            lane=self.lane,
            offline=self.offline,
            budget=budget,
            limits=Limits(most=most, calls_per_minute=calls, tokens_per_minute=tokens),
            patience=self.patience,
        )


def packed(
    crew: Crew, units: tuple[InterventionUnit, ...], rules: Rules, lender: Any
) -> tuple[str, bytes]:
    """A name that no other theatre has, and what another process needs to open it again.

    Limits are shared out: each of the executor's ``width`` processes keeps to its part.
    """
    gateway, parts = lender.gateway, max(1, int(getattr(crew.executor, "width", 1)))
    home: Any = None
    players = attrs.evolve(
        crew,
        corpora=(),
        distiller=home,
        profiles=home,
        evaluators=(),
        refiner=home,
        gate=home,
        executor=home,
        reports=(),
        watchers=home,
        table=(),
    )
    limits, journal = gateway.limits, gateway.journal
    rates = (limits.calls_per_minute, limits.tokens_per_minute)
    luggage = Luggage(
        crew=players,
        units=units,
        rules=rules,
        seed=lender.seed,
        streams=dict(lender.streams),
        nonce=gateway.nonce,
        lane=gateway.lane,
        offline=gateway.offline,
        journal=(journal.path.resolve(), journal.durability) if journal else None,
        caps=gateway.budget.caps,
        started=gateway.budget.started,
        limits=(max(1, limits.most // parts), *(rate and rate / parts for rate in rates)),
        patience=gateway.patience,
    )
    return uuid.uuid4().hex, pickle.dumps(luggage)


@attrs.define(kw_only=True, eq=False)
class Tour:
    """The conversations of one bank, as work for an executor."""

    here: Callable[[Seat], Awaitable[Trace | None]]
    """Plays in the theatre that is open."""
    scene: Scene
    """What is played."""
    pack: Callable[[], tuple[str, bytes]]
    """The theatre's luggage; not looked at where nothing travels."""

    def __call__(self, seat: Seat) -> Awaitable[Trace | Away | None]:
        """Hold one conversation here."""
        return self.here(seat)

    def __reduce__(self) -> tuple[Any, ...]:
        return Troupe, (*self.pack(), pickle.dumps(self.scene))


@attrs.frozen
class Troupe:
    """A tour in another process."""

    name: str
    """Name of the theatre."""
    luggage: bytes
    """Opened once a process and event loop."""
    scene: bytes
    """What is played."""

    async def __call__(self, seat: Seat) -> Away:
        """Hold one conversation; what earlier ones of a killed process paid for is found."""
        stand = _stand(self)
        return await stand.hold(self.scene, seat)


@attrs.define(kw_only=True, eq=False)
class Stand:
    """A theatre in another process, for as long as its name and its event loop last."""

    name: str
    """Name of the theatre at home."""
    loop: asyncio.AbstractEventLoop
    """Whose clients the backends hold."""
    luggage: Luggage
    """What was brought."""
    theatre: Any = None
    """Opened by the first conversation."""
    heard: list[Heard] = attrs.field(factory=list)
    """Not yet brought home, as the next two."""
    notes: list[Noted] = attrs.field(factory=list)
    asked: list[str] = attrs.field(factory=list)
    _stages: dict[bytes, Stage] = attrs.field(factory=dict)
    _lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)

    def __call__(self, hook: str, **facts: Any) -> None:
        """Hear a signal; after every exchange look at what the other processes have spent."""
        if hook == "esc_skills_exchange_done":
            self.theatre.lender.gateway.catch_up()
        elif not str(facts.get("place", "")).startswith(PREPARING):
            self.heard.append((hook, facts))

    def note(self, place: str, kind: str, facts: dict[str, str | int | float]) -> None:
        """Hear a note."""
        if not place.startswith(PREPARING):
            self.notes.append((place, kind, facts))

    async def hold(self, scene: bytes, seat: Seat) -> Away:
        """Hold a conversation."""
        async with self._lock:
            if scene not in self._stages:
                self._stages[scene] = await self.theatre.setting(*pickle.loads(scene))  # noqa: S301 - made by the run itself
        self.theatre.lender.gateway.catch_up()
        purse, setting = self.theatre.purse, self._stages[scene]
        with watched(self.luggage.patience.component):
            trace = await purse.spare(lambda one: self.theatre.talk(setting, one))(seat)
        away = Away(
            trace=trace,
            ended=purse.ended,
            heard=tuple(self.heard),
            notes=tuple(self.notes),
            asked=tuple(self.asked),
        )
        for brought in (self.heard, self.notes, self.asked):
            brought.clear()
        return away


_STANDS: list[Stand] = []
"""At most one a process: a run plays in one theatre."""


def _stand(troupe: Troupe) -> Stand:
    """The open theatre of a troupe; one of another run or loop is closed for it."""
    from esc_skills._engine.theatre import Theatre

    loop = asyncio.get_running_loop()
    if _STANDS and (_STANDS[0].name, _STANDS[0].loop) == (troupe.name, loop):
        return _STANDS[0]
    while _STANDS:
        _STANDS.pop().theatre.lender.gateway.close()
    luggage = pickle.loads(troupe.luggage)  # noqa: S301 - made by the run itself
    stand = Stand(name=troupe.name, loop=loop, luggage=luggage)
    stand.theatre = Theatre.reopened(luggage, stand)
    _STANDS.append(stand)
    return stand
