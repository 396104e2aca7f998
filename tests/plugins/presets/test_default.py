"""The preset that runs where nobody prepared anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from esc_skills._engine.configuring import known_keys, make_experiment
from esc_skills._engine.crew import hire
from esc_skills._engine.experiment import LIST_ROLES, SINGLE_ROLES
from esc_skills._host.catalogue import OWN_DISTRIBUTION, Catalogue
from esc_skills._host.presets import preset
from esc_skills_plugins.presets.default import EXPERIMENT

NEEDED = {*SINGLE_ROLES, *LIST_ROLES} - {"watchers"}


def test_kernel_finds_it_under_its_name() -> None:
    """``preset.default`` of the catalogue is this mapping."""
    assert preset(Catalogue.read(), "default") == EXPERIMENT


def test_every_role_is_filled() -> None:
    """A user who writes nothing still gets a component for each role, and a guard."""
    assert set(EXPERIMENT) == NEEDED <= set(known_keys())
    assert EXPERIMENT["guards"]


@pytest.mark.parametrize("key", sorted(NEEDED))
def test_names_are_the_projects_own_components(key: str) -> None:
    """Nothing but this distribution is needed: every name is one of its entries."""
    catalogue = Catalogue.read()
    given = EXPERIMENT[key]
    found = given["use"] if isinstance(given, Mapping) else given
    for name in [found] if isinstance(found, str) else found:
        assert catalogue.choose(LIST_ROLES.get(key, key), name).distribution == OWN_DISTRIBUTION


def test_experiment_can_be_hired_and_asks_no_model() -> None:
    """The defaults load together, and none of them needs a backend or a file."""
    made = make_experiment({}, EXPERIMENT, "preset")
    crew = hire(made, Catalogue.read())
    assert crew.models == {}
    assert [path for _, path in crew.corpora] == [""]


def test_settings_are_left_to_the_components() -> None:
    """A preset names; numbers have one place, the component's own default.

    How many seekers are met is the one exception: a default run asks no model and can meet many,
    and whoever writes ``profiles = "grid"`` for a model that costs money gets one in a cell.
    """

    def plain(value: Any) -> bool:
        return isinstance(value, str) or (
            not isinstance(value, Mapping) and all(isinstance(item, str) for item in value)
        )

    assert all(plain(value) for key, value in EXPERIMENT.items() if key != "profiles")
    assert set(EXPERIMENT["profiles"]) == {"use", "per_cell"}
