"""Components behind a thin pane: what they raise or answer wrongly is told with their name.

A proxy class is made once a Protocol, from its promises; sessions that a component hands out
get one too. In-process code is no security border: the pane names the owner of a fault, no more.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs

from esc_skills._host.blame import owner, said, spot
from esc_skills._host.catalogue import Entry
from esc_skills._host.contracts import session_faults
from esc_skills._host.promises import Promise, is_protocol, promises
from esc_skills._host.relay import Relay
from esc_skills._host.shapes import shape
from esc_skills.errors import EscSkillsError, PluginContractError, PluginError
from esc_skills.spec import ROLES, Executor

LATE: dict[asyncio.Task[Any], float] = {}
"""Tasks whose call was cancelled because it took too long, and the seconds that it had."""


class Pane:
    """A component or session as the engine sees it; everything else is passed through."""

    __slots__ = ("_entry", "_inner", "_seen")

    def __init__(self, inner: Any, entry: Entry) -> None:
        """Stand before ``inner``."""
        self._inner = inner
        self._entry = entry
        self._seen: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._inner, name)

    def __repr__(self) -> str:
        return repr(self._inner)

    def __eq__(self, other: object) -> bool:
        return bool(self._inner == unwrapped(other))

    def __hash__(self) -> int:
        return hash(self._inner)

    def __reduce__(self) -> tuple[Any, ...]:
        settings = {
            field.alias or field.name: getattr(self._inner, field.name)
            for field in attrs.fields(type(self._inner))
            if field.init
        }
        return _again, (self._entry.role, self._entry.name, settings)


def unwrapped(component: Any) -> Any:
    """The plug-in's own object behind a pane; anything else is given back as it is."""
    return component._inner if isinstance(component, Pane) else component


def wrap(role: str, entry: Entry, component: Any) -> Any:
    """Put a component behind a pane.

    Args:
        role: Role name; says what may be called and what must come back.
        entry: Who is named when it fails.
        component: Instance that passed ``contracts.component_faults``.

    Returns:
        An object that does what the component does; a call raises ``PluginError`` when the
        component fails and ``PluginContractError`` when it answers with something else than
        its role promises. Own errors of the framework pass. It is pickled as role, name and
        settings, and loaded through the host in the other process.
    """
    return pane(role)(component, entry)


def pane(role: str) -> type[Pane]:
    """The class of the panes of a role."""
    protocol: Any = ROLES[role]
    return _pane_of(protocol)


@cache
def _pane_of(protocol: Any) -> type[Pane]:
    body: dict[str, Any] = {"__slots__": ()}
    for promise in promises(protocol):
        body[promise.name] = _member(protocol, promise)
    return type(protocol.__name__ + "Pane", (Pane,), body)


def _member(protocol: type, promise: Promise) -> Any:
    if promise.kind != "method":
        return property(_reader(promise))
    if protocol is Executor and promise.name == "map":
        return _mapping(promise)
    return (_awaited if promise.waits else _called)(promise)


def _reader(promise: Promise) -> Callable[[Pane], Any]:
    name, check = promise.name, shape(promise.returns)

    def read(self: Pane) -> Any:
        try:
            value = getattr(self._inner, name)
        except EscSkillsError:
            raise
        except (Exception, SystemExit) as fault:
            raise _broken(self, name, fault) from fault
        # A frozen component gives the same value again: look at it once.
        if self._seen.get(name, self) is not value:
            if wrong := check(value):
                raise _wrong(self, name, wrong)
            self._seen[name] = value
        return value

    return read


def _called(promise: Promise) -> Callable[..., Any]:
    name, finish = promise.name, _finisher(promise)

    def call(self: Pane, *args: Any, **facts: Any) -> Any:
        try:
            answer = getattr(self._inner, name)(*args, **facts)
        except EscSkillsError:
            raise
        except (Exception, SystemExit) as fault:
            raise _broken(self, name, fault, *args, *facts.values()) from fault
        return finish(self, answer)

    return call


def _awaited(promise: Promise) -> Callable[..., Any]:
    name, finish = promise.name, _finisher(promise)

    async def call(self: Pane, *args: Any, **facts: Any) -> Any:
        try:
            answer = await getattr(self._inner, name)(*args, **facts)
        except EscSkillsError:
            raise
        except asyncio.CancelledError:
            seconds = _late()
            if seconds is None:
                raise
            slow = TimeoutError(f"no end within {seconds:g} s (run.limits.component)")
            raise _broken(self, name, slow, *args, *facts.values()) from None
        except (Exception, SystemExit) as fault:
            raise _broken(self, name, fault, *args, *facts.values()) from fault
        return finish(self, answer)

    return call


def _mapping(promise: Promise) -> Callable[..., Any]:
    finish = _finisher(promise)

    async def call(self: Pane, work: Any, items: Any, limit: int) -> Any:
        relay = Relay(work=work)
        try:
            answer = await self._inner.map(relay, items, limit)
        except EscSkillsError:
            raise
        except (Exception, SystemExit) as fault:
            if own := relay.own(fault):
                raise own from own.__cause__
            raise _broken(self, "map", fault) from fault
        if isinstance(answer, tuple) and len(answer) != len(items):
            raise _wrong(self, "map", f": {len(answer)} answers to {len(items)} items")
        return finish(self, answer)

    return call


def _finisher(promise: Promise) -> Callable[[Pane, Any], Any]:
    if is_protocol(promise.returns):
        return _session(promise.name, promise.returns)
    name, check = promise.name, shape(promise.returns)

    def finish(self: Pane, answer: Any) -> Any:
        if wrong := check(answer):
            if inspect.iscoroutine(answer):
                answer.close()  # it is told as an error; no warning at exit besides
            raise _wrong(self, name, wrong)
        return answer

    return finish


def _session(name: str, protocol: Any) -> Callable[[Pane, Any], Any]:
    pane = _pane_of(protocol)

    def finish(self: Pane, answer: Any) -> Any:
        cls: Any = type(answer)
        faults = session_faults(protocol, cls)
        if faults:
            given = "None" if answer is None else cls.__name__
            raise _wrong(self, name, f": {given} is no {protocol.__name__}: {'; '.join(faults)}")
        return pane(answer, self._entry)

    return finish


def _broken(pane: Pane, hook: str, fault: BaseException, *args: Any) -> PluginError:
    place = next((arg.place for arg in reversed(args) if _has_place(arg)), "")
    module = sys.modules.get(pane._entry.module)
    at = spot(fault, getattr(module, "__file__", None))
    facts = [f"at {place}" if place else "", f"in {at}" if at else ""]
    return PluginError(
        " ".join(part for part in ("failed", facts[0], "with", said(fault), facts[1]) if part),
        hint=f"report it to the authors of {pane._entry.distribution}, "
        f"or choose another {pane._entry.role}",
        hook=hook,
        **owner(pane._entry),
    )


def _late() -> float | None:
    """Seconds that the cancelled call of this task had; None when others cancelled it."""
    task = asyncio.current_task()
    seconds = LATE.pop(task, None) if task else None
    return seconds if task and seconds is not None and not task.uncancel() else None


def _has_place(arg: Any) -> bool:
    return isinstance(getattr(arg, "place", None), str) and hasattr(arg, "rng")


def _wrong(pane: Pane, hook: str, wrong: str) -> PluginContractError:
    return PluginContractError(
        f"answered wrongly: answer{wrong}",
        hint="compare with its promise in esc_skills.spec.roles; "
        f"tests: esc_skills.testing.conformance.check({pane._entry.role!r}, component)",
        hook=hook,
        **owner(pane._entry),
    )


def _again(role: str, name: str, settings: dict[str, Any]) -> Any:
    """Load a component in another process; called by pickle."""
    from esc_skills._host.loading import resident

    host = resident()
    cls = host.component_class(role, name)
    return wrap(role, host.catalogue.choose(role, name), cls(**settings))
