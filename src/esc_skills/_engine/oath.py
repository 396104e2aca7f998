"""The self-check: guards, bank rules and the kernel's panes are those that were loaded (P14).

Code in one process is no security border: this finds what a plug-in replaces by mistake or
in the open, and ends the run before a word that was said under it is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

import attrs

from esc_skills._host import wrapping
from esc_skills._host.blame import Owner, owner
from esc_skills._host.suspects import named, suspects
from esc_skills._stages import commit, converse, guarding, rules, veto
from esc_skills.errors import PluginError

_Part = tuple[str, Mapping[str, Any], str, Any]
"""Name of the owner, its live attributes, one of their names, and what stood there."""


def _function(value: Any) -> FunctionType | None:
    bare = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return bare if isinstance(bare, FunctionType) else None


def _parts(holder: Any) -> Iterator[_Part]:
    """All that a module or class holds, and what the classes of a module hold."""
    known = vars(holder)
    for name, value in list(known.items()):
        if name.startswith("__") and _function(value) is None:
            continue
        yield holder.__name__, known, name, value
        if isinstance(value, type) and value.__module__ == getattr(holder, "__name__", ""):
            yield from _parts(value)


_KERNEL = tuple(
    part
    for module in (guarding, converse, veto, commit, rules, wrapping)
    for part in _parts(module)
)
"""Taken when the kernel is imported, which is before any plug-in."""


@attrs.frozen
class Oath:
    """What was there at the beginning."""

    parts: tuple[_Part, ...] = ()
    """All that must not be replaced."""
    codes: tuple[tuple[FunctionType, CodeType], ...] = ()
    """Functions among it, with the code that they ran."""

    @classmethod
    def on(cls, guards: Iterable[type[Any]] = ()) -> Oath:
        """Take down what is there now: the kernel's rules, and the classes of guards."""
        bases = (base for guard in guards for base in guard.__mro__[:-1])
        held = (wrapping.pane("guard"), *dict.fromkeys(bases))
        parts = (*_KERNEL, *(part for holder in held for part in _parts(holder)))
        found = (made for *_, value in parts if (made := _function(value)))
        return cls(parts=parts, codes=tuple((one, one.__code__) for one in dict.fromkeys(found)))

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process it is taken anew, of the kernel alone."""
        return Oath.on, ()

    def check(self) -> None:
        """Look whether all of it still is.

        Raises:
            PluginError: Something was replaced; names who did it, if that can be seen.
        """
        for holder, known, name, value in self.parts:
            if known.get(name) is not value:
                raise _broken(f"{holder}.{name}", known.get(name))
        for one, code in self.codes:
            if one.__code__ is not code:
                raise _broken(f"{one.__module__}.{one.__qualname__}", one)


_NOBODY: Owner = {"plugin": "", "distribution": "", "version": ""}


def _broken(what: str, now: Any) -> PluginError:
    made = _function(now)
    module = sys.modules.get(getattr(now, "__module__", None) or type(now).__module__)
    files = {made.__code__.co_filename} if made else {getattr(module, "__file__", None) or ""}
    found = suspects(files)
    return PluginError(
        f"{what} was replaced; nothing said under it is kept"
        + (f"; imported here: {named(found[1:])}, too" if found[1:] else ""),
        hint="take the plug-in away, or start it with --no-plugin; guards and bank rules are "
        "not a plug-in's to change",
        **(owner(found[0]) if found else _NOBODY),
    )
