"""The default taxonomy, read from the data file beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from esc_skills.errors import DataError
from esc_skills.model import Label, Taxonomy
from esc_skills_plugins._shared.textfile import setting_text

DIMENSIONS = ("scenario", "state", "action", "change")


def _label(entry: Mapping[str, Any]) -> Label:
    many = {key: tuple(entry.get(key, ())) for key in ("matches", "cues")}
    return Label(**{**entry, **many})


def parse_taxonomy(text: str, where: str) -> Taxonomy:
    """Read a taxonomy from TOML.

    Raises:
        DataError: The file is not TOML, or a label has a wrong field.
    """
    try:
        raw = tomllib.loads(text)
        labels = {
            f"{kind}s": tuple(_label(entry) for entry in raw.get(kind, ())) for kind in DIMENSIONS
        }
        return Taxonomy(name=raw["name"], **labels)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise DataError(
            f"not a taxonomy: {fault}",
            where=where,
            hint="compare it with esc_skills_plugins/_shared/taxonomy.toml",
        ) from fault


@cache
def default_taxonomy() -> Taxonomy:
    """The shipped taxonomy: 18 scenarios, 15 states, 17 actions, 14 changes."""
    source = files("esc_skills_plugins._shared").joinpath("taxonomy.toml")
    return parse_taxonomy(source.read_text("utf-8"), "taxonomy.toml")


def load_taxonomy(path: str) -> Taxonomy:
    """Read a taxonomy of the user's; an empty path gives the default."""
    if not path:
        return default_taxonomy()
    try:
        return parse_taxonomy(setting_text(path), path)
    except OSError as fault:
        raise DataError(
            f"cannot read the taxonomy: {fault.strerror}", where=path, hint="check the path"
        ) from fault
