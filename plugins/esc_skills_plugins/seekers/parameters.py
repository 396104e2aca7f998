"""The numbers that a seeker feels by: fitted ones, hand-set ones, and other sets of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, short_hash
from esc_skills_plugins._shared.textfile import setting_text
from esc_skills_plugins.seekers.hearing import ACTS

Figures = Mapping[str, float]

SHIPPED = ("appraisal.toml", "wants.toml")
"""Fitted and hand-set numbers; together they are the variant ``fitted``."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "persona": PERSONA_TYPES,
    "intention": INTENTIONS,
    "wants": INTENTIONS,
    "manners": PERSONA_TYPES,
}


@attrs.frozen(eq=False)
class Parameters:
    """All numbers of one seeker model."""

    dynamics: Figures
    """How emotion moves; see ``appraisal.toml``."""
    persona: Figures
    """Points a step that a persona type adds."""
    intention: Figures
    """Points a step that a hidden intention adds."""
    leaving: Figures
    """Chance of a goodbye after a bad step, by emotion band C and B."""
    wants: Mapping[str, Figures]
    """Worth of each act, by hidden intention, -1 to 1."""
    manners: Mapping[str, Figures]
    """What a persona type adds to that."""
    hearing: Figures
    """How a reply is read; see ``wants.toml``."""
    speech: Figures
    """How often the words hint at the wish."""

    @property
    def hash(self) -> str:
        """Short content hash; part of the seeker's signature."""
        return short_hash(self)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Lay one parameter file over another; it may change numbers, not invent names."""
    made = dict(base)
    for key, value in over.items():
        if key not in base:
            near = get_close_matches(key, list(base), n=1)
            raise ConfigError(
                f"{key!r} is no parameter of the appraisal seeker",
                where=where,
                hint=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(base)}",
            )
        if isinstance(base[key], Mapping) != isinstance(value, Mapping):
            raise ConfigError(f"{key!r} has the wrong form", where=where, hint="see wants.toml")
        if isinstance(value, Mapping):
            made[key] = _merged(base[key], value, f"{where} {key}")
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ConfigError(f"{key} = {value!r} is no number", where=where, hint="write a number")
        else:
            made[key] = float(value)
    return made


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(
            f"not TOML: {fault}", where=where, hint="compare it with seekers/reserved.toml"
        ) from fault


def _complete(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Write out every act, so that another file may set an act that the base leaves at 0."""
    made = dict(raw)
    for key in ("wants", "manners"):
        made[key] = {
            name: dict.fromkeys(ACTS, 0.0) | dict(raw[key].get(name, {})) for name in _NAMES[key]
        }
    return made


def _ship(name: str) -> str:
    return files("esc_skills_plugins.seekers").joinpath(name).read_text("utf-8")


@lru_cache(maxsize=16)
def load_parameters(variant: str = "fitted", path: str = "") -> Parameters:
    """Read a parameter set.

    Args:
        variant: ``fitted`` or ``reserved``.
        path: TOML file laid over the variant; empty for none.

    Raises:
        ConfigError: The file cannot be read or names what does not exist.
    """
    raw: dict[str, Any] = {}
    for name in SHIPPED:
        raw |= _parsed(_ship(name), name)
    raw = _complete(raw)
    if variant == "reserved":
        raw = _merged(raw, _parsed(_ship("reserved.toml"), "reserved.toml"), "reserved.toml")
    if path:
        raw = _merged(raw, _parsed(_read(path), path), path)
    known = {field.name for field in attrs.fields(Parameters)}
    return Parameters(**{key: value for key, value in raw.items() if key in known})


def _read(path: str) -> str:
    try:
        return setting_text(path)
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(
            f"cannot read the parameters: {fault}", where=path, hint="check the path"
        ) from fault
