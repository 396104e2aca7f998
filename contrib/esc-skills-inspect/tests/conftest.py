"""One small run that all tests look at."""

from __future__ import annotations

from typing import Any

import pytest

import esc_skills

EXPERIMENT: dict[str, Any] = {
    "corpus": ["sample"],
    "profiles": [{"use": "grid", "intentions": ["deep-empathy"], "per_cell": [1, 1, 1]}],
    "evaluators": ["sage"],
    "reports": ["inspect"],
    "evolve": {"rounds": 0},
    "talk": {"limit": 2},
    "run": {"repeats": 2, "arms": ["none", "static"]},
}


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> esc_skills.Run:
    return esc_skills.run(EXPERIMENT, out=tmp_path_factory.mktemp("runs") / "small")
