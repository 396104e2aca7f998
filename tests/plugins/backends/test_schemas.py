"""Schemas and settings on their way into a body."""

from __future__ import annotations

import pytest

from esc_skills.errors import ConfigError
from esc_skills.spec import Request
from esc_skills_plugins.backends.schemas import closed, is_closed, parsed, settings_of

NESTED = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/one"}}},
    "$defs": {
        "one": {
            "type": "object",
            "properties": {
                "a": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {}}]}
            },
        }
    },
}


def test_every_object_is_closed():
    """Objects inside lists, definitions and choices require their keys and allow no others."""
    made = closed(NESTED)
    assert made["required"] == ["items"]
    assert made["$defs"]["one"]["required"] == ["a"]
    assert made["$defs"]["one"]["properties"]["a"]["anyOf"][1]["additionalProperties"] is False
    assert is_closed(made)
    assert not is_closed(NESTED)
    assert "required" not in NESTED


def test_a_map_cannot_be_closed():
    """An object of any keys stays one, and is not called strict."""
    loose = {"type": "object", "additionalProperties": {"type": "string"}}
    assert closed(loose) == loose
    assert not is_closed(closed(loose))
    assert not is_closed({"type": "object"})


@pytest.mark.parametrize("text", ["", "[1]", "{", "3"])
def test_what_is_no_schema_is_refused(text):
    """A schema is a JSON object."""
    with pytest.raises(ConfigError):
        parsed(text)


def test_settings_are_taken_reserved_or_refused():
    """A refusal says why."""
    asked = Request(model="m", system="", messages=(), settings=(("seed", 1), ("top_p", 0.5)))
    assert settings_of(asked, reserved=(), refused={}) == {"seed": 1, "top_p": 0.5}
    with pytest.raises(ConfigError, match="backend itself"):
        settings_of(asked, reserved={"seed"}, refused={})
    with pytest.raises(ConfigError, match="old model"):
        settings_of(asked, reserved=(), refused={"top_p": "old model"})
