"""Plain data to attrs classes without guessing: no coercion, no unknown key, every fault named.

A cheap converter reads what is right. Only when it fails, a second, thorough one reads again
and collects all faults of the object, each with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin

import attrs
import orjson
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn

from esc_skills._codec.nearest import nearest

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]
MOST = 8
"""Faults spelled out in one message; the rest is counted."""
_PLAIN = (str, int, bool)


@attrs.frozen(kw_only=True)
class Fault:
    """One thing that is wrong in data."""

    path: str
    """Where, such as ``$.skills[3].applies``."""
    message: str
    """What."""
    allowed: tuple[str, ...] = ()
    """Valid keys, when the fault is an unknown one."""


class MismatchError(ValueError):
    """A value is not of the type that its place wants."""


class FaultsError(Exception):
    """Data does not fit a class; carries every fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults."""
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def build(data: Any, cls: type[T], *, widen: bool = False, loose: bool = False) -> T:
    """Make a ``cls`` from plain data.

    Args:
        data: Dicts, lists and scalars.
        cls: An attrs class, or any type that its fields may have.
        widen: Turn an int into a float where a float is wanted. Nouns keep what stands in the
            file, so that their hash survives; settings are widened, so that 1 and 1.0 are one.
        loose: Pass over keys that a class does not know, at every depth.

    Raises:
        FaultsError: With every fault that was found.
    """
    try:
        return _converter(widen, False, loose).structure(data, cls)
    except Exception:
        try:
            return _converter(widen, True, loose).structure(data, cls)
        except Exception as fault:
            raise FaultsError(tuple(_walk(fault, "$"))) from fault


def straight(text: str, cls: type[T]) -> T | None:
    """Make a ``cls`` of plain fields from JSON that has all of them, each of its exact type.

    That is most of what models answer, at a third of the cost of the strict readers, which make an
    equal object of it. None says nothing about the text: those decide, and know what is wrong.
    """
    names, kinds = _plain_fields(cls)  # type: ignore[arg-type]
    if not names or text.count(":") != len(names):  # a colon more may be a key that stands twice
        return None
    try:
        data = orjson.loads(text)
        if tuple(map(type, map(data.get, names))) != kinds:
            return None
        return cls(**data)
    except Exception:
        return None


@cache
def _plain_fields(cls: type[Any]) -> tuple[tuple[str, ...], tuple[type[Any], ...]]:
    """Names and types of the fields; none when one of them is more than a text or a whole number.

    A float is left to the strict reader, which knows what no number can hold; ``schema`` is the
    number of a row's format.
    """
    fields = attrs.fields(attrs.resolve_types(cls)) if attrs.has(cls) else ()
    for one in fields:
        if one.type not in _PLAIN or not one.init or not one.alias == one.name != "schema":
            return (), ()
    return tuple(one.name for one in fields), tuple(one.type for one in fields if one.type)


def spelled(faults: Sequence[Fault]) -> str:
    """Say all faults in one line, each with its path when there are several."""
    if len(faults) == 1:
        return faults[0].message
    said = "; ".join(f"{fault.path}: {fault.message}" for fault in faults[:MOST])
    rest = f"; and {len(faults) - MOST} more" if len(faults) > MOST else ""
    return f"{len(faults)} faults: {said}{rest}"


def unknown(key: str, path: str, known: tuple[str, ...]) -> Fault:
    """The fault of a key that is none of those that are known."""
    message = f"unknown key {key[:60]!r}{near(key, known)}"
    return Fault(path=f"{path}.{key[:60]}", message=message, allowed=known)


def near(word: str, known: Sequence[str]) -> str:
    """``; did you mean 'x'?`` for a slip of the pen, else nothing."""
    found = nearest(word, known)
    return f"; did you mean {found!r}?" if found else ""


def shown(value: Any) -> str:
    """Type and start of a value, for a message."""
    names = {dict: "a table", list: "a list", str: "text", NoneType: "nothing", bool: "bool"}
    kind = names.get(type(value), type(value).__name__)
    if value is None or isinstance(value, (dict, list)):
        return kind
    text = repr(value) if not isinstance(value, int) else str(value)[:40]
    return f"{kind} {text[:60]}"


def _walk(fault: BaseException, path: str) -> Iterator[Fault]:
    """Flatten a tree of cattrs errors into faults."""
    if isinstance(fault, BaseValidationError):
        for inner in fault.exceptions:
            yield from _walk(inner, path + _step(inner))
    elif isinstance(fault, ForbiddenExtraKeysError):
        known = tuple(field.name for field in attrs.fields(fault.cl) if field.init)
        for key in sorted(fault.extra_fields, key=str):
            yield unknown(str(key), path, known)
    elif isinstance(fault, KeyError):
        yield Fault(path=path, message="is missing")
    elif not isinstance(fault, (ValueError, TypeError)):
        raise fault  # a class that breaks while it is made is no fault of the data
    else:
        yield Fault(path=path, message=str(fault) or type(fault).__name__)


def _step(fault: BaseException) -> str:
    for note in getattr(fault, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return f".{note.name}"
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]" if isinstance(note.index, int) else f".{note.index}"
    return ""


@cache
def _converter(widen: bool, thorough: bool, loose: bool) -> Converter:
    made = Converter(detailed_validation=thorough, forbid_extra_keys=not loose)
    scalars: dict[type[Any], Hook] = {
        str: _exact("text", str),
        int: _exact("a whole number", int),
        bool: _exact("true or false", bool),
        float: _number(widen),
        Path: lambda value, _: Path(_exact("a path", str)(value, str)),
    }
    for kind, hook in scalars.items():
        made.register_structure_hook(kind, hook)
    made.register_structure_hook_factory(attrs.has, lambda cls: _object(made, cls, thorough, loose))
    made.register_structure_hook_factory(_is(tuple, list, Sequence), lambda t: _items(made, t))
    made.register_structure_hook_factory(_is(dict, Mapping), lambda t: _members(made, t))
    made.register_structure_hook_factory(_is(Literal), _word)
    made.register_structure_hook_factory(_is(Union, UnionType), lambda t: _either(made, t))
    return made


def _is(*origins: Any) -> Callable[[Any], bool]:
    return lambda given: given in origins or get_origin(given) in origins


def _refuse(wanted: str, value: Any) -> NoReturn:
    raise MismatchError(f"expected {wanted}, got {shown(value)}")


def _exact(wanted: str, *kinds: type[Any]) -> Hook:
    def check(value: Any, _: Any) -> Any:
        if type(value) not in kinds:
            _refuse(wanted, value)
        return value

    return check


def _number(widen: bool) -> Hook:
    def check(value: Any, _: Any) -> Any:
        if type(value) is float:
            return value
        if type(value) is not int:
            _refuse("a number", value)
        try:
            wide = float(value)
        except OverflowError:
            _refuse("a number that a float can hold", value)
        return wide if widen else value

    return check


def _word(given: Any) -> Hook:
    allowed = get_args(given)

    def check(value: Any, _: Any) -> Any:
        if isinstance(value, (dict, list)) or value not in allowed:
            slip = near(value, [str(word) for word in allowed]) if isinstance(value, str) else ""
            words = ", ".join(map(repr, allowed))
            raise MismatchError(f"expected one of {words}, got {shown(value)}{slip}")
        return value

    return check


def _either(made: Converter, given: Any) -> Hook:
    kinds = [kind for kind in get_args(given) if kind is not NoneType]
    optional = len(kinds) < len(get_args(given))
    hooks = [made.get_structure_hook(kind) for kind in kinds]

    def choose(value: Any, _: Any) -> Any:
        if value is None and optional:
            return None
        if len(hooks) == 1:
            return hooks[0](value, kinds[0])
        for hook, kind in zip(hooks, kinds, strict=True):
            try:
                return hook(value, kind)
            except (ValueError, BaseValidationError):
                continue
        _refuse(" or ".join(getattr(kind, "__name__", str(kind)) for kind in kinds), value)

    return choose


def _items(made: Converter, given: Any) -> Hook:
    args = get_args(given) or (Any, ...)
    wanted = list if (get_origin(given) or given) is list else tuple
    same = wanted is list or len(args) == 1 or args[-1] is Ellipsis
    kinds = args[:1] if same else args
    hooks = [made.get_structure_hook(kind) for kind in kinds]

    def collect(value: Any, _: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            _refuse("a list", value)
        if same:
            if (first := kinds[0]) is str and all(type(item) is str for item in value):
                return wanted(value)
            each = hooks * len(value)
        elif len(value) != len(kinds):
            raise MismatchError(f"expected a list of {len(kinds)} items, got {len(value)}")
        else:
            each, first = hooks, None
        return wanted(_gather(zip(range(len(value)), each, value, strict=True), given, first))

    return collect


def _members(made: Converter, given: Any) -> Hook:
    _, kind = get_args(given) or (str, Any)
    hook = made.get_structure_hook(kind)

    def collect(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            _refuse("a table", value)
        entries = _gather(((key, hook, item) for key, item in value.items()), given, kind)
        return dict(zip(value, entries, strict=True))

    return collect


def _gather(entries: Iterator[tuple[Any, Hook, Any]], given: Any, kind: Any) -> list[Any]:
    """Read every entry; collect the faults of all before giving up."""
    made, faults = [], []
    for index, hook, value in entries:
        try:
            made.append(hook(value, kind))
        except Exception as fault:
            fault.add_note(IterableValidationNote("", index, given))
            faults.append(fault)
    if faults:
        raise IterableValidationError("items", faults, given)
    return made


def _object(made: Converter, cls: type[Any], thorough: bool, loose: bool) -> Hook:
    attrs.resolve_types(cls)
    read = make_dict_structure_fn(
        cls, made, _cattrs_forbid_extra_keys=not loose, _cattrs_detailed_validation=thorough
    )

    def check(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            _refuse("a table", value)
        try:
            return read(value, cls)
        except ClassValidationError as group:
            raise _with_invariants(made, cls, value, group) from None

    return check


def _with_invariants(
    made: Converter, cls: type[Any], data: Mapping[str, Any], group: ClassValidationError
) -> ClassValidationError:
    """Add what the validators of the other fields say: attrs stops at the first."""
    known = {_step(fault) for fault in group.exceptions}
    broken: list[Exception] = []
    for field in attrs.fields(cls):
        if field.name not in data or f".{field.name}" in known or field.validator is None:
            continue
        try:
            field.validator(None, field, made.structure(data[field.name], field.type))
        except Exception as fault:
            fault.add_note(AttributeValidationNote("", field.name, field.type))
            broken.append(fault)
    if not broken:
        return group
    kept = [item for item in group.exceptions if _step(item) or not isinstance(item, ValueError)]
    return ClassValidationError("object", [*kept, *broken], cls)
