"""TOML in and out, with the line of a fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import tomli_w

from esc_skills.errors import ConfigError

_HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*=")
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def read_toml(text: str, where: str) -> dict[str, Any]:
    """Read a TOML document.

    Raises:
        ConfigError: Not TOML; names file and line.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        found = _LINE.search(str(fault))
        line = found[1] if found else text.count("\n") + 1
        what = _LINE.sub("", str(fault)).strip() or type(fault).__name__
        raise ConfigError(
            f"not TOML: {what}",
            where=f"{where}:{line}",
            hint='quote texts, and write lists as ["a", "b"]',
        ) from fault


def write_toml(data: Mapping[str, Any]) -> str:
    """Write a TOML document; keys whose value is None are left out, as TOML has no nothing."""
    return tomli_w.dumps(_filled(data))


def line_of(text: str, key: str) -> int:
    """Line of a dotted key, from 1; of its nearest table when it stands inside; 0 if unknown."""
    table, best, length = "", 0, 0
    wanted = re.sub(r"\[\d+\]", "", key)
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = here = _bare(header[1])
        elif entry := _KEY.match(line):
            here = ".".join(part for part in (table, _bare(entry[1])) if part)
        else:
            continue
        if f"{wanted}.".startswith(f"{here}.") and len(here) > length:
            best, length = number, len(here)
    return best


def _bare(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _filled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _filled(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_filled(item) for item in value if item is not None]
    return value
