"""JSON schemas made once from attrs classes, in the part of the language that all providers take.

Every object is closed and all its fields are required, as strict modes want it; what may be
absent is allowed to be null. A field that forgives more than it asks for names the asked type in
its metadata, as ``asked``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from esc_skills.errors import ConfigError

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_ARRAYS = (tuple, list, Sequence)


@cache
def schema_of(cls: Any) -> str:
    """JSON schema of an attrs class, as text with a stable order.

    Raises:
        ConfigError: A field's type has no JSON schema, or the class holds itself.
    """
    return json.dumps({"title": cls.__name__, **_object(cls, ())}, ensure_ascii=False)


def _object(cls: type[Any], above: tuple[type[Any], ...]) -> dict[str, Any]:
    if not attrs.has(cls) or cls in above:
        what = "holds itself" if cls in above else "is no attrs class"
        raise ConfigError(
            f"no JSON schema for {getattr(cls, '__name__', cls)!r}: it {what}",
            hint="ask for str, or for an attrs class of str, int, float, bool, Literal and tuple",
        )
    fields = [field for field in attrs.fields(attrs.resolve_types(cls)) if field.init]
    return {
        "type": "object",
        "properties": {
            field.name: _schema(field.metadata.get("asked", field.type), (*above, cls))
            for field in fields
        },
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _schema(kind: Any, above: tuple[type[Any], ...]) -> dict[str, Any]:
    origin, args = get_origin(kind) or kind, get_args(kind)
    if origin in _SCALARS:
        return {"type": _SCALARS[origin]}
    if origin is Literal:
        kinds = sorted({_SCALARS[type(word)] for word in args})
        return {"type": kinds[0] if len(kinds) == 1 else kinds, "enum": list(args)}
    if origin in {Union, UnionType}:
        return {"anyOf": [_schema(arg, above) for arg in args]}
    if origin in _ARRAYS:
        items = [arg for arg in args if arg is not Ellipsis] or [Any]
        found = [_schema(item, above) for item in items]
        same = all(item == found[0] for item in found)
        return {"type": "array", "items": found[0] if same else {"anyOf": found}}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(args[1] if args else Any, above)}
    return {} if kind is Any else _object(kind, above)
