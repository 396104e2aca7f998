"""Strict JSON: what is read is what Python's reader reads, and can be written again."""

from __future__ import annotations

import json
import math
from typing import Any

from esc_skills._codec.strict import decode, parse_json, write_json

WATCHED = (
    "esc_skills._codec.strict",
)  # fmt: skip


def attempt(data: bytes) -> None:
    """Read bytes as JSON, beside Python's own reader, and write the value again."""
    text = decode(data, "fuzz.json")
    value = parse_json(text, "fuzz.json")
    assert _same(value, json.loads(text.removeprefix("\ufeff")))
    assert _same(parse_json(write_json(value, "it"), "again"), value)


def _same(one: Any, other: Any) -> bool:
    """Equality that tells True from 1 and -0.0 from 0."""
    return json.dumps(one) == json.dumps(other) and not (isinstance(one, float) and math.isnan(one))
