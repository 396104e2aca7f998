from __future__ import annotations

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills.errors import PluginContractError, UnknownPluginError


def test_the_default_preset_names_components_that_are_installed() -> None:
    """What a user leaves out is filled in by names of the catalogue."""
    catalogue = Catalogue.read()
    assert preset(catalogue, "default")["retriever"]


def test_a_strangers_preset_is_read_by_name(author) -> None:
    """An entry point ``preset.NAME`` offers a mapping."""
    host = author("esc-skills-lab", "preset.lab", "EXPERIMENT = {'retriever': 'none'}\n")
    assert preset(host.catalogue, "lab") == {"retriever": "none"}


def test_a_preset_without_an_experiment_is_refused(author) -> None:
    """A module that offers none is told what to write."""
    host = author("esc-skills-lab", "preset.lab", "")
    with pytest.raises(PluginContractError, match="EXPERIMENT"):
        preset(host.catalogue, "lab")
    with pytest.raises(UnknownPluginError, match="did you mean 'lab'"):
        preset(host.catalogue, "lap")
