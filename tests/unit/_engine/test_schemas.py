"""JSON schemas of attrs classes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Optional

import attrs
import pytest

from esc_skills._engine.schemas import schema_of
from esc_skills.errors import ConfigError


@attrs.frozen(kw_only=True)
class Item:
    """One rated item."""

    id: str
    score: int | None = None


@attrs.frozen(kw_only=True)
class Sheet:
    """A class with every kind of field."""

    items: tuple[Item, ...]
    mood: Literal["calm", "tense"]
    share: float
    sure: bool
    count: Optional[int]  # noqa: UP045 - both spellings must work
    tags: Mapping[str, str]
    pair: tuple[int, str]
    free: Any = None


@attrs.frozen(kw_only=True)
class Odd:
    """A class with a field that JSON cannot say."""

    raw: bytes


@attrs.frozen(kw_only=True)
class Ring:
    """A class that holds itself."""

    inner: Ring | None = None


def test_every_kind_of_field_has_its_schema() -> None:
    """Objects are closed, all fields required, what may be absent may be null."""
    schema = json.loads(schema_of(Sheet))
    assert schema["title"] == "Sheet"
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["items", "mood", "share", "sure", "count", "tags", "pair", "free"]
    fields = schema["properties"]
    assert fields["items"]["items"]["properties"]["score"] == {
        "anyOf": [{"type": "integer"}, {"type": "null"}]
    }
    assert fields["mood"] == {"type": "string", "enum": ["calm", "tense"]}
    assert (fields["share"], fields["sure"]) == ({"type": "number"}, {"type": "boolean"})
    assert fields["tags"]["additionalProperties"] == {"type": "string"}
    assert fields["pair"]["items"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}


def test_schema_is_made_once() -> None:
    """Equal classes give the very same text: prefix caches and keys depend on it."""
    assert schema_of(Sheet) is schema_of(Sheet)


@pytest.mark.parametrize("cls", [Odd, Ring, bytes])
def test_what_json_cannot_say_is_refused(cls: type) -> None:
    """A class without a schema is a ConfigError that says what to ask for."""
    with pytest.raises(ConfigError, match="no JSON schema") as caught:
        schema_of(cls)
    assert "attrs class" in caught.value.hint


@attrs.frozen(kw_only=True)
class Forgiving:
    """Takes text too, but asks for a number."""

    change: int | str = attrs.field(metadata={"asked": int})


def test_a_forgiving_field_asks_for_one_type() -> None:
    """A server that enforces the schema is not allowed what is only forgiven elsewhere."""
    assert json.loads(schema_of(Forgiving))["properties"]["change"] == {"type": "integer"}
