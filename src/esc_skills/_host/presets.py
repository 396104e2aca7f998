"""Presets: experiments that a plug-in offers for what a user leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
