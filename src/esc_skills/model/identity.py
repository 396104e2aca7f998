"""Content identity: equal content gives an equal hash, in every process and on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

SHORT = 12
"""Hexadecimal digits shown to people (48 bits)."""

_SCALARS = frozenset((str, int, float, bool, type(None)))


@cache
def _fields(kind: Any) -> tuple[str, ...] | None:
    """Names of the fields of a noun's class; None for any other class."""
    return tuple(field.name for field in attrs.fields(kind)) if attrs.has(kind) else None


def plain(value: Any) -> Any:
    """Turn a noun into dicts, lists, strings, numbers, booleans and None.

    Args:
        value: A noun, or a tuple, mapping or scalar of nouns.

    Returns:
        Data that ``json`` can write; field order is the class's order.
    """
    if type(value) in _SCALARS:
        return value
    if (names := _fields(type(value))) is not None:  # type: ignore[arg-type]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    return value


def canonical(value: Any) -> bytes:
    """Canonical JSON bytes of a noun: sorted keys, no spaces, UTF-8, no NaN.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    return json.dumps(
        plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8", "surrogatepass")


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def short_hash(value: Any) -> str:
    """First digits of the content hash, for names that people read."""
    return content_hash(value)[:SHORT]
