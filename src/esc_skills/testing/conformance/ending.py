"""Laws of every role about bad moments: cancelled, out of budget, a model that never answers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from esc_skills.errors import (
    BackendError,
    BudgetExceeded,
    EscSkillsError,
    PluginError,
    ReplyError,
    UsageError,
)
from esc_skills.model import Match
from esc_skills.spec import Prompt, Request, RunRecord
from esc_skills.testing.conformance import scenes
from esc_skills.testing.conformance.scenes import evidence, mixed_bank, moment, turns
from esc_skills.testing.conformance.trials import EVERY_ROLE, Heard, NotTried, Trial, law
from esc_skills.testing.samples import profile, taxonomy

T = TypeVar("T")
PLAIN = scenes.TEXTS[2]
BEGUN = 0.2
"""Seconds after which a call that asks nobody is cancelled all the same."""
FAILS = "it fails at its ordinary work; see what the other laws say"
PATIENCE = 2.0
"""Seconds that a cancelled call may take to end."""


@attrs.define
class Last:
    """A context whose models come to nothing, each in the same way."""

    _inner: Any
    _answer: Callable[[], Awaitable[Any]]
    _asked: asyncio.Event

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def ask(self, role: str, prompt: Prompt, *, into: type[T]) -> T:
        """Say that somebody asked; then do what the scene wants."""
        if isinstance(self._inner, Heard):
            self._inner.heard(role)
        self._asked.set()
        found: T = await self._answer()
        return found


async def _never(*_: Any) -> Any:
    await asyncio.Event().wait()


async def _corpus(made: Any, ctx: Any, path: Path | None) -> None:
    try:
        await made.read(path, ctx)
    except UsageError:
        if path is not None:
            raise


async def _extractor(made: Any, ctx: Any, path: Path | None) -> None:
    await made.extract(scenes.dialogue(), ctx)
    await made.read_state(turns(PLAIN), ctx)


async def _distiller(made: Any, ctx: Any, path: Path | None) -> None:
    await made.distil(scenes.units(), taxonomy(), ctx)


async def _retriever(made: Any, ctx: Any, path: Path | None) -> None:
    await (await made.index(mixed_bank(), ctx)).search(moment(PLAIN), ctx)


async def _responder(made: Any, ctx: Any, path: Path | None) -> None:
    voice = await made.prepare(mixed_bank(), scenes.units(), ctx)
    await voice.reply(moment(PLAIN), (Match(skill="listen-first", score=1.0),), ctx)


async def _profiles(made: Any, ctx: Any, path: Path | None) -> None:
    try:
        await made.profiles(ctx)
    except UsageError:
        return  # a set that is read from a file has none to show before it is named


async def _seeker(made: Any, ctx: Any, path: Path | None) -> None:
    sitting = await made.meet(profile(), ctx)
    reply = scenes.traces()[0].exchanges[0].reply
    await sitting.react(reply, turns(sitting.opening, reply.text), ctx)


async def _evaluator(made: Any, ctx: Any, path: Path | None) -> None:
    await made.score(evidence(), ctx)


async def _refiner(made: Any, ctx: Any, path: Path | None) -> None:
    report = await made.diagnose(scenes.traces(), mixed_bank(), ctx)
    await made.propose(report, scenes.traces(), mixed_bank(), (), ctx)


async def _gate(made: Any, ctx: Any, path: Path | None) -> None:
    await made.decide(scenes.pairs(40, 5), 5, ctx)


async def _guard(made: Any, ctx: Any, path: Path | None) -> None:
    await made.check(PLAIN, "seeker", "en", ctx)


async def _backend(made: Any, ctx: Any, path: Path | None) -> None:
    try:
        await made.complete(Request(model="any", system="", messages=(("user", PLAIN),)))
    except (BackendError, ReplyError, UsageError):
        return


async def _executor(made: Any, ctx: Any, path: Path | None) -> None:
    await made.map(_never, tuple(range(4)), 2)


async def _report(made: Any, ctx: Any, path: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await made.render(RunRecord(name="conformance", experiment={}), Path(folder))


CALLS: Mapping[str, Callable[[Any, Any, Path | None], Awaitable[None]]] = {
    "corpus": _corpus,
    "extractor": _extractor,
    "distiller": _distiller,
    "retriever": _retriever,
    "responder": _responder,
    "profiles": _profiles,
    "seeker": _seeker,
    "evaluator": _evaluator,
    "refiner": _refiner,
    "gate": _gate,
    "guard": _guard,
    "backend": _backend,
    "executor": _executor,
    "report": _report,
}
"""A piece of ordinary work of every role."""


def _work(
    trial: Trial, answer: Callable[[], Awaitable[Any]]
) -> tuple[Awaitable[None], asyncio.Event]:
    asked = asyncio.Event()
    ctx = Last(trial.lend(1), answer, asked)
    return CALLS[trial.role](trial.component, ctx, trial.path), asked


@law(EVERY_ROLE)
async def can_be_cancelled(trial: Trial) -> None:
    """Work that is cancelled ends at once as cancelled, and leaves nothing running behind."""
    before = asyncio.all_tasks()
    work, asked = _work(trial, _never)
    task = asyncio.ensure_future(work)
    waits = asyncio.ensure_future(asked.wait())
    await asyncio.wait({task, waits}, timeout=BEGUN, return_when=asyncio.FIRST_COMPLETED)
    waits.cancel()
    if task.done():
        if task.exception():
            raise NotTried(FAILS)
    else:
        task.cancel()
        await asyncio.wait({task}, timeout=PATIENCE)
        assert task.done(), f"still at work {PATIENCE:g} s after it was cancelled"
        if not task.cancelled():
            told = task.exception()
            how = f"ended with {type(told).__name__}" if told else "went on and answered"
            raise AssertionError(f"was cancelled, and {how}")
    await asyncio.sleep(0.01)
    left = [one for one in asyncio.all_tasks() - before if not one.done()]
    assert not left, f"{len(left)} tasks are still running"


async def _ends_with(trial: Trial, fault: EscSkillsError) -> Exception | None:
    async def fails() -> Any:
        raise fault

    if trial.role == "executor":
        raise NotTried("an executor asks no model")
    work, asked = _work(trial, fails)
    try:
        await work
    except Exception as end:
        if not asked.is_set():
            raise NotTried(FAILS) from end
        return end
    if not asked.is_set():
        raise NotTried("it asks no model")
    return None


@law(EVERY_ROLE)
async def ends_when_the_run_ends(trial: Trial) -> None:
    """When the budget ends, the end comes out; nobody goes on without an answer."""
    end = BudgetExceeded("the budget ended", hint="this is a test")
    found = await _ends_with(trial, end)
    told = "went on" if found is None else f"ended with {type(found).__name__}"
    assert found is end, f"a question ended the run, and it {told}"


@law(EVERY_ROLE)
async def outlives_a_silent_model(trial: Trial) -> None:
    """A model that times out or answers nonsense gives an honest answer, or that error itself."""
    silent = BackendError("no answer in 120 s", hint="this is a test", kind="stalled")
    nonsense = ReplyError("no JSON", hint="this is a test")
    for fault in (silent, nonsense):
        found = await _ends_with(trial, fault)
        assert not isinstance(found, PluginError), f"{found}"
