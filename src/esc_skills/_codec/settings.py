"""Experiment tables and component settings: typed, checked, with a hint for every slip."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TypeVar

from esc_skills._codec.structuring import Fault, FaultsError, build, spelled, unknown
from esc_skills._codec.toml import line_of
from esc_skills.errors import ConfigError
from esc_skills.model import plain

T = TypeVar("T")
DEFAULTS = "`esc-skills config show` lists every key with its default"


def structure(
    data: Mapping[str, Any],
    cls: type[T],
    where: str,
    *,
    text: str = "",
    at: str = "",
    also: tuple[str, ...] = (),
) -> T:
    """Make an experiment table or a component from its settings.

    Args:
        data: Keys and values, as TOML gives them; nothing is coerced but int to float.
        cls: An attrs class whose annotated fields are the valid keys.
        where: File, option or variable that the settings came from.
        text: The TOML document, when there is one; faults then name their line.
        at: Dotted place of ``data`` inside that document, such as ``retriever``.
        also: Keys that may stand beside those of the class, and were taken out before.

    Raises:
        ConfigError: An unknown key, a wrong type or a value that the class refuses; all faults
            are told at once.
    """
    try:
        return build(data, cls, widen=True)
    except FaultsError as fault:
        told = [_beside(item, also) for item in fault.faults]
        faults = [_placed(item, where, text, at) for item in told]
        allowed = next((item.allowed for item in faults if item.allowed), ())
        place = faults[0].path if len(faults) == 1 else where
        hint = f"valid keys: {', '.join(allowed)}" if allowed else DEFAULTS
        raise ConfigError(spelled(faults), where=place.strip(), hint=hint) from None


def unstructure(settings: Any) -> dict[str, Any]:
    """Plain data of settings, for ``run.json`` and for ``write_toml``; paths become text."""
    made: dict[str, Any] = _pathless(plain(settings))
    return made


def _pathless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pathless(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_pathless(item) for item in value]
    return value.as_posix() if isinstance(value, PurePath) else value


def _beside(fault: Fault, also: tuple[str, ...]) -> Fault:
    """A fault of an unknown key, when other keys were meant, too."""
    key = fault.path.removeprefix("$.")
    if not also or not fault.allowed or "." in key or "[" in key:
        return fault
    return unknown(key, "$", (*also, *fault.allowed))


def _placed(fault: Fault, where: str, text: str, at: str) -> Fault:
    """Turn ``$.k`` into ``FILE:LINE retriever.k``."""
    inner = fault.path.removeprefix("$").removeprefix(".")
    key = ".".join(part for part in (at, inner) if part)
    line = line_of(text, key) if text else 0
    file = f"{where}:{line}" if line else where
    return Fault(path=f"{file} {key}".strip(), message=fault.message, allowed=fault.allowed)
