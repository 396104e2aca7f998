"""Presets: experiments for what a user leaves out, and whole studies by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esc_skills._host.blame import owner
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.importing import load_module
from esc_skills.errors import PluginContractError


def preset(catalogue: Catalogue, name: str) -> Mapping[str, Any]:
    """Read a preset: the mapping ``EXPERIMENT`` of the module behind ``preset.NAME``.

    Raises:
        UnknownPluginError: No such preset, or it is disabled.
        PluginConflictError: Two distributions claim the name.
        PluginLoadError: Its module cannot be imported.
        PluginContractError: It has no ``EXPERIMENT``.
    """
    entry = catalogue.choose("preset", name)
    found = getattr(load_module(entry), "EXPERIMENT", None)
    if not isinstance(found, Mapping):
        raise PluginContractError(
            f"{entry.module} has no mapping EXPERIMENT",
            hint="write EXPERIMENT = {...} with the keys of an experiment file",
            **owner(entry),
        )
    return found


@attrs.frozen(kw_only=True)
class StudyPreset:
    """A study that a plug-in offers, in several sizes."""

    name: str
    """What ``esc-skills study reproduce`` calls it."""
    about: str
    """Which published table it is, and what it does."""
    sizes: Mapping[str, Mapping[str, Any]]
    """Size → the content of a study file."""
    distribution: str
    """Who installed it."""


def study_preset(catalogue: Catalogue, name: str) -> StudyPreset:
    """Read the study preset behind ``study.NAME``: its module's ``STUDIES`` and ``ABOUT``.

    Raises:
        UnknownPluginError: No such preset, or it is disabled.
        PluginConflictError: Two distributions claim the name.
        PluginLoadError: Its module cannot be imported.
        PluginContractError: It has no ``STUDIES`` or no ``ABOUT``.
    """
    entry = catalogue.choose("study", name)
    module = load_module(entry)
    sizes, about = getattr(module, "STUDIES", None), getattr(module, "ABOUT", None)
    if not isinstance(sizes, Mapping) or not sizes or not all(map(_fits, sizes.items())):
        raise PluginContractError(
            f"{entry.module} has no mapping STUDIES of sizes to studies",
            hint="write STUDIES = {'small': {...}} with the keys of a study file",
            **owner(entry),
        )
    if not isinstance(about, str) or not about.strip():
        raise PluginContractError(
            f"{entry.module} does not say what it is about",
            hint="write ABOUT = '...', one or two sentences",
            **owner(entry),
        )
    return StudyPreset(name=name, about=about, sizes=sizes, distribution=entry.distribution)


def _fits(item: tuple[Any, Any]) -> bool:
    return isinstance(item[0], str) and isinstance(item[1], Mapping)
