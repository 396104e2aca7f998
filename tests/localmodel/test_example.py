"""The shipped experiment for a local server."""

from __future__ import annotations

import pytest

from esc_skills._engine.crew import hire
from esc_skills._engine.running import resolve
from esc_skills.testing.localmodel import MODEL

pytestmark = pytest.mark.localmodel


def test_example_names_what_is_there(pytestconfig: pytest.Config) -> None:
    """Every component and setting of the file exists, and it asks the model served here."""
    path = pytestconfig.rootpath / "examples" / "local-model.toml"
    experiment, catalogue = resolve(path)
    crew = hire(experiment, catalogue, str(path))
    assert crew.models["default"].name == MODEL
    assert set(crew.asked) >= {"responder", "judge", "refiner", "distiller"}
