"""Studies by name: a preset that a plug-in offers, filled in by the user and made a Study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from esc_skills._engine.configuring import apply_sets
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.nearest import did_you_mean
from esc_skills._host.presets import StudyPreset, study_preset
from esc_skills._studies.studyfile import Study, read_study
from esc_skills.errors import ConfigError, EscSkillsError

BLANK = re.compile(r"(?:[\w.-]+:)?<[^<>]+>")
"""What stands in a preset for data and models that only the user has."""


@attrs.frozen(kw_only=True)
class Offer:
    """One line of the list of presets."""

    name: str
    """What ``study reproduce`` calls it."""
    sizes: tuple[str, ...] = ()
    """Sizes that it comes in; none when it is broken."""
    about: str = ""
    """Which published table it is."""
    distribution: str = ""
    """Who installed it."""
    reason: str = ""
    """Why it cannot be used; empty when it can."""


def offers(catalogue: Catalogue) -> tuple[Offer, ...]:
    """All study presets, by name; a broken one is told and costs only itself."""
    entries = {one.name: one.distribution for one in catalogue.of("study") if one.name}
    return tuple(_offer(catalogue, name, entries[name]) for name in sorted(entries))


def _offer(catalogue: Catalogue, name: str, distribution: str) -> Offer:
    try:
        found = study_preset(catalogue, name)
    except EscSkillsError as fault:
        return Offer(name=name, distribution=distribution, reason=fault.message)
    return Offer(name=name, sizes=tuple(found.sizes), about=found.about, distribution=distribution)


def reproduce(
    name: str, size: str = "small", sets: Sequence[str] = (), *, disable: Sequence[str] = ()
) -> Study:
    """Make a study of a preset.

    Args:
        name: Preset, such as ``main``.
        size: One of its sizes.
        sets: ``KEY=VALUE`` words laid over it.
        disable: Plug-ins that are never imported.

    Raises:
        ConfigError: There is no such size, something is still to be filled in, or a key is wrong.
        EscSkillsError: There is no such preset, or it is broken.
    """
    preset = study_preset(Catalogue.read(disabled=disable), name)
    raw = apply_sets(_sized(preset, size), sets)
    _check_filled(preset, size, raw)
    return read_study(raw)


def _sized(preset: StudyPreset, size: str) -> Mapping[str, Any]:
    if size not in preset.sizes:
        known = ", ".join(preset.sizes)
        raise ConfigError(
            f"study preset {preset.name!r} has no size {size!r}; it has {known}",
            hint=did_you_mean(size, preset.sizes) or f"choose one of {known}",
        )
    return preset.sizes[size]


def _check_filled(preset: StudyPreset, size: str, raw: Mapping[str, Any]) -> None:
    left = dict(_blanks(raw))
    if left:
        words = " ".join(f"--set '{key}={_toml(value)}'" for key, value in left.items())
        raise ConfigError(
            f"study preset {preset.name!r} at size {size!r} needs what only you have: "
            f"{', '.join(left)}",
            hint=f"fill in what stands in <>: {words}",
        )


def _blanks(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys that ``--set`` knows, whose values hold a blank."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _blanks(value, f"{before}{key}.")
        elif _blank(value):
            yield f"{before}{key}", value


def _blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_blank, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_blank, value))
    return isinstance(value, str) and BLANK.fullmatch(value) is not None


def _toml(value: Any) -> str:
    """A value on one line, as ``--set`` reads it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_toml(item)}' for key, item in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
