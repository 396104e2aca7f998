"""What a role promises, read from its Protocol: one list for the checks and for the wrapping."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar, Literal, Protocol, get_args, get_origin, get_type_hints

import attrs


@attrs.frozen(kw_only=True)
class Promise:
    """One member of a Protocol."""

    name: str
    """Attribute name."""
    kind: Literal["method", "property", "attribute"]
    """How it is reached."""
    waits: bool = False
    """True for ``async`` methods."""
    parameters: tuple[str, ...] = ()
    """Names after ``self``, in order; methods only."""
    returns: Any = Any
    """Type of the answer, or of the attribute."""


@cache
def promises(protocol: Any) -> tuple[Promise, ...]:
    """All public members of a Protocol and of the Protocols it extends, bases first."""
    found: dict[str, Promise] = {}
    for base in reversed(protocol.__mro__):
        if base is not Protocol and getattr(base, "_is_protocol", False):
            found.update((promise.name, promise) for promise in _own(base))
    return tuple(found.values())


def is_protocol(hint: object) -> bool:
    """Say whether a type is a Protocol: a session that is handed out, not a noun."""
    return isinstance(hint, type) and bool(getattr(hint, "_is_protocol", False))


def _own(protocol: type) -> Iterator[Promise]:
    for name, hint in get_type_hints(protocol).items():
        if name in vars(protocol).get("__annotations__", {}):
            plain = get_args(hint)[0] if get_origin(hint) is ClassVar else hint
            yield Promise(name=name, kind="attribute", returns=plain)
    for name, member in vars(protocol).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            returns = get_type_hints(member.fget).get("return", Any)
            yield Promise(name=name, kind="property", returns=returns)
        elif inspect.isfunction(member):
            yield Promise(
                name=name,
                kind="method",
                waits=inspect.iscoroutinefunction(member),
                parameters=tuple(inspect.signature(member).parameters)[1:],
                returns=get_type_hints(member).get("return", Any),
            )
