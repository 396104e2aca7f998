"""JSON schemas as providers want them, and the settings of a request as their bodies hold them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from esc_skills.errors import ConfigError
from esc_skills.spec import Request

NAME = "answer"
"""What the asked object is called on the wire."""

_SCHEMAS_IN = ("properties", "$defs", "definitions", "patternProperties")
_LISTS_IN = ("anyOf", "oneOf", "allOf", "prefixItems")
_ONE_IN = ("items", "additionalProperties", "not", "contains")


def parsed(text: str) -> dict[str, Any]:
    """The schema of a request, as an object.

    Raises:
        ConfigError: It is none.
    """
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        schema = None
    if not isinstance(schema, dict):
        raise ConfigError(
            "the schema of a request is no JSON object",
            hint="pass the JSON schema of the answer as text",
        )
    return schema


def closed(schema: Any) -> Any:
    """A copy in which every object with named properties requires them and allows no others."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for key in _SCHEMAS_IN:
        if isinstance(made.get(key), dict):
            made[key] = {name: closed(item) for name, item in made[key].items()}
    for key in _LISTS_IN:
        if isinstance(made.get(key), list):
            made[key] = [closed(item) for item in made[key]]
    for key in _ONE_IN:
        if key in made:
            made[key] = closed(made[key])
    if isinstance(made.get("properties"), dict):
        made["required"] = list(made["properties"])
        made.setdefault("additionalProperties", False)
    return made


def is_closed(schema: Any) -> bool:
    """True when every object says which keys it has, so that a provider can enforce it strictly."""
    if isinstance(schema, list):
        return all(is_closed(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return False
    named = [item for key in _SCHEMAS_IN for item in dict(schema.get(key) or {}).values()]
    listed = [schema[key] for key in (*_LISTS_IN, *_ONE_IN) if key in schema]
    return is_closed(named) and is_closed(listed)


def settings_of(
    request: Request, *, reserved: Collection[str], refused: Mapping[str, str]
) -> dict[str, Any]:
    """The settings of a request, as they go into its body.

    Args:
        request: The request.
        reserved: Names that the backend itself writes.
        refused: Names that this API or model does not take, and why.

    Raises:
        ConfigError: A setting is reserved or refused.
    """
    for name, _ in request.settings:
        if name in reserved:
            raise ConfigError(
                f"the setting {name!r} is written by the backend itself",
                hint="leave it out of the model's settings",
            )
        if name in refused:
            raise ConfigError(
                f"the setting {name!r} is not accepted: {refused[name]}",
                hint="leave it out of the model's settings, or set sampling = true "
                "where the model takes it",
            )
    return dict(request.settings)
