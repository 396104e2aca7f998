"""Is an answer what its type says? Compiled once a type, so that asking costs microseconds."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from esc_skills._host.promises import is_protocol

LONGEST_TEXT = 1_000_000
"""Most characters of one text that a plug-in may answer with."""

Check = Callable[[Any], str]
"""Gives an empty string, or what is wrong, beginning with the path to it."""


def fault_in(value: object, hint: Any) -> str:
    """Say what keeps ``value`` from being a ``hint``; empty when nothing does.

    Args:
        value: What a plug-in answered with.
        hint: A type as annotations write it.

    Returns:
        ``PATH: what``, such as ``[2].score: nan is no finite number``.
    """
    return shape(hint)(value)


@cache
def shape(hint: Any) -> Check:
    """Compile the check of one type."""
    if hint is Any or isinstance(hint, TypeVar) or is_protocol(hint):
        return _anything
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin = get_origin(hint)
    if origin is Literal:
        return _word(get_args(hint))
    if origin in (Union, types.UnionType):
        return _either(get_args(hint))
    if origin is tuple:
        return _row(get_args(hint))
    if origin is frozenset:
        return _collection(frozenset, get_args(hint)[0])
    if attrs.has(hint):
        return _noun(hint)
    return _kind(origin or hint)


def _anything(value: Any) -> str:
    return ""


def _is(value: Any, wanted: str) -> str:
    given = "None" if value is None else type(value).__name__
    return f": is {given}, must be {wanted}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return _is(value, "str")
    if len(value) > LONGEST_TEXT:
        return f": {len(value)} characters, at most {LONGEST_TEXT} are allowed"
    return ""


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _is(value, "float")
    return "" if math.isfinite(value) else f": {value} is no finite number"


def _integer(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else _is(value, "int")


_PLAIN: dict[Any, Check] = {
    str: _text,
    float: _number,
    int: _integer,
    None: lambda value: "" if value is None else _is(value, "None"),
    type(None): lambda value: "" if value is None else _is(value, "None"),
}


def _kind(cls: Any) -> Check:
    name = getattr(cls, "__name__", str(cls))
    return lambda value: "" if isinstance(value, cls) else _is(value, name)


def _word(allowed: tuple[Any, ...]) -> Check:
    said = ", ".join(repr(word) for word in allowed)
    return lambda value: "" if value in allowed else f": {value!r} is none of {said}"


def _either(hints: tuple[Any, ...]) -> Check:
    checks = [shape(hint) for hint in hints]

    def check(value: Any) -> str:
        faults = [fault(value) for fault in checks]
        # The deepest fault tells most: the value was of that kind, and wrong inside.
        return "" if "" in faults else max(faults, key=lambda text: not text.startswith(":"))

    return check


def _row(hints: tuple[Any, ...]) -> Check:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return _collection(tuple, hints[0])
    checks = [shape(hint) for hint in hints]

    def check(value: Any) -> str:
        if not isinstance(value, tuple) or len(value) != len(checks):
            return _is(value, f"a tuple of {len(checks)}")
        faults = (f"[{at}]{fault}" for at, item in enumerate(value) if (fault := checks[at](item)))
        return next(faults, "")

    return check


def _collection(cls: Any, hint: Any) -> Check:
    inner = shape(hint)
    name = f"{cls.__name__}[{getattr(hint, '__name__', hint)}, ...]"

    def check(value: Any) -> str:
        if not isinstance(value, cls):
            return _is(value, name)
        item: Any
        for at, item in enumerate(value):
            if fault := inner(item):
                return f"[{at}]{fault}"
        return ""

    return check


def _noun(cls: Any) -> Check:
    hints = get_type_hints(cls)
    checks = [(field.name, shape(hints[field.name])) for field in attrs.fields(cls)]

    def check(value: Any) -> str:
        if not isinstance(value, cls):
            return _is(value, cls.__name__)
        for name, inner in checks:
            if fault := inner(getattr(value, name)):
                return f".{name}{fault}"
        return ""

    return check
