"""Does a class keep the promise of its role? Asked at load, answered with all that is missing."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

import attrs

from esc_skills._host.promises import Promise, promises
from esc_skills._host.shapes import fault_in
from esc_skills.spec import ROLES


def component_faults(role: str, found: object, name: str = "") -> tuple[str, ...]:
    """List how a class breaks the promise of a role; empty when it keeps it.

    Args:
        role: Role name.
        found: What the provider hook answered with; should be a class.
        name: Name the entry point gives it; empty to skip that comparison.
    """
    if not isinstance(found, type):
        return (f"{found!r} is no class; return the class itself, not an instance",)
    protocol: Any = ROLES[role]
    kept = (fault for promise in promises(protocol) for fault in _broken(promise, found))
    return (*_furniture(found, name), *kept)


@cache
def session_faults(protocol: Any, cls: Any) -> tuple[str, ...]:
    """List how the methods of a session's class break their promise; data is checked when read."""
    methods = (promise for promise in promises(protocol) if promise.kind == "method")
    return tuple(fault for promise in methods for fault in _broken(promise, cls))


def _furniture(cls: type, name: str) -> Iterator[str]:
    if not attrs.has(cls):
        yield "it is no attrs class; decorate it with @attrs.frozen(kw_only=True)"
    elif not _is_frozen(cls):
        yield "it is not frozen; decorate it with @attrs.frozen(kw_only=True)"
    stated = getattr(cls, "name", None)
    if name and isinstance(stated, str) and stated != name:
        yield f"its name is {stated!r}, its entry point says {name!r}"
    summary = getattr(cls, "summary", "-")
    if isinstance(summary, str) and (not summary.strip() or len(summary.splitlines()) != 1):
        yield "its summary must be one line"


def _is_frozen(cls: type) -> bool:
    """Try to change a bare instance; attrs 25.3 has no public way to ask."""
    try:
        probe: Any = object.__new__(cls)
        probe.name = ""
    except attrs.exceptions.FrozenInstanceError:
        return True
    except (AttributeError, TypeError):
        return False
    return False


def _broken(promise: Promise, cls: type) -> Iterator[str]:
    member: Any = inspect.getattr_static(cls, promise.name, None)
    if promise.kind == "method":
        yield from _method_faults(promise, member)
    elif isinstance(member, (property, cached_property)) or promise.name in _fields(cls):
        return
    elif member is None:
        yield f"{promise.name} is missing"
    elif inspect.isfunction(member):
        yield f"{promise.name} must be a property, not a method"
    elif fault := fault_in(getattr(cls, promise.name), promise.returns):
        yield f"{promise.name}{fault}"


def _fields(cls: type) -> frozenset[str]:
    return frozenset(field.name for field in attrs.fields(cls)) if attrs.has(cls) else frozenset()


def _method_faults(promise: Promise, member: Any) -> Iterator[str]:
    shown = f"{promise.name}({', '.join(('self', *promise.parameters))})"
    if isinstance(member, (staticmethod, classmethod)):
        yield f"{shown} must be an ordinary method"
        return
    if not callable(member):
        yield f"{'async ' if promise.waits else ''}{shown} is missing"
        return
    waits = inspect.iscoroutinefunction(inspect.unwrap(member))
    if waits != promise.waits:
        yield f"{shown} must {'' if promise.waits else 'not '}be async"
    yield from _parameter_faults(promise, member, shown)


def _parameter_faults(promise: Promise, member: Any, shown: str) -> Iterator[str]:
    given = list(inspect.signature(member).parameters.values())[1:]
    if any(item.kind is item.VAR_POSITIONAL for item in given):
        return
    named = [item for item in given if item.kind is item.POSITIONAL_OR_KEYWORD]
    names = tuple(item.name for item in named)
    wanted = promise.parameters
    extra = [
        item for item in given if item.name not in wanted and item.kind is not item.VAR_KEYWORD
    ]
    needed = [item.name for item in extra if item.default is item.empty]
    if names[: len(wanted)] != wanted or needed:
        yield f"{promise.name}({', '.join(('self', *names))}) must take {shown}"
