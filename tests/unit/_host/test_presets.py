from __future__ import annotations

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset, study_preset
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


def test_a_strangers_study_is_read_by_name(author) -> None:
    """An entry point ``study.NAME`` offers studies by size, and says what they are about."""
    source = "ABOUT = 'a table'\nSTUDIES = {'small': {'retriever': 'none'}}\n"
    found = study_preset(author("esc-skills-lab", "study.lab", source).catalogue, "lab")
    assert (found.name, found.about, found.distribution) == ("lab", "a table", "esc-skills-lab")
    assert found.sizes == {"small": {"retriever": "none"}}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("ABOUT = 'x'", "STUDIES"),
        ("ABOUT = 'x'\nSTUDIES = {}", "STUDIES"),
        ("ABOUT = 'x'\nSTUDIES = {'small': 3}", "STUDIES"),
        ("STUDIES = {'small': {}}", "about"),
        ("ABOUT = ' '\nSTUDIES = {'small': {}}", "about"),
    ],
    ids=["none", "empty", "no-mapping", "no-about", "blank-about"],
)
def test_a_study_without_its_parts_is_refused(author, source: str, missing: str) -> None:
    """A module that lacks one is told what to write."""
    host = author("esc-skills-lab", "study.lab", source + "\n")
    with pytest.raises(PluginContractError, match=missing) as caught:
        study_preset(host.catalogue, "lab")
    assert caught.value.hint.startswith("write")
