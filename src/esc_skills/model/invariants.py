"""Invariants that several nouns share, as attrs validators with a helpful message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def between(low: float, high: float) -> Validator:
    """Accept None, or a number from ``low`` to ``high``, both included."""

    def check(owner: Any, field: attrs.Attribute[Any], value: Any) -> None:
        if value is not None and not low <= value <= high:
            raise ValueError(f"{field.name} = {value!r}: must lie between {low} and {high}")

    return check


def one_of(*allowed: str) -> Validator:
    """Accept one of the listed words."""

    def check(owner: Any, field: attrs.Attribute[Any], value: Any) -> None:
        if value not in allowed:
            raise ValueError(f"{field.name} = {value!r}: must be one of {', '.join(allowed)}")

    return check


def subset(*allowed: str) -> Validator:
    """Accept some of the listed words, at least one, each once and in the listed order."""

    def check(owner: Any, field: attrs.Attribute[Any], value: Any) -> None:
        if not value or tuple(value) != tuple(one for one in allowed if one in value):
            raise ValueError(
                f"{field.name} = {list(value)!r}: must be some of {', '.join(allowed)}, in order"
            )

    return check


def filled(owner: Any, field: attrs.Attribute[Any], value: Any) -> None:
    """Refuse an empty string or an empty tuple."""
    if not value or (isinstance(value, str) and not value.strip()):
        raise ValueError(f"{field.name} must not be empty")
