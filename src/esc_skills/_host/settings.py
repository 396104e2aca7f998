"""The settings of a component, for people: name, type, default, and the docstring line below."""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Setting:
    """One setting."""

    name: str
    """Key in an experiment file."""
    type: str
    """As the source writes it."""
    default: str
    """As Python writes it; ``required`` when there is none."""
    doc: str = ""
    """Documentation, on one line; empty when it has none."""


def settings_of(cls: type[Any]) -> tuple[Setting, ...]:
    """List the settings of a component class, in the order of its fields."""
    docs = _docs(cls)
    return tuple(
        Setting(
            name=field.alias or field.name,
            type=field.type if isinstance(field.type, str) else _typename(field.type),
            default=_default(field),
            doc=docs.get(field.name, ""),
        )
        for field in attrs.fields(cls)
        if field.init
    )


def _typename(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind)) if kind is not None else "any"


def _default(field: attrs.Attribute[Any]) -> str:
    default: Any = field.default
    if default is attrs.NOTHING:
        return "required"
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return "computed" if default.takes_self else repr(default.factory())
    return repr(default)


def _docs(cls: type[Any]) -> dict[str, str]:
    """Read the string below each field, bases first, from the source."""
    docs: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        try:
            body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        except (OSError, TypeError, SyntaxError, IndexError):
            continue
        if isinstance(body, ast.ClassDef):
            docs.update(_below(body.body))
    return docs


def _below(body: list[ast.stmt]) -> dict[str, str]:
    found = {}
    for line, after in pairwise(body):
        if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[line.target.id] = " ".join(str(after.value.value).split())
    return found
