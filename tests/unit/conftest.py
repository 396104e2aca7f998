"""One small run for all tests that look at a finished one."""

from __future__ import annotations

from pathlib import Path

import pytest
from once import once
from studied import SMALL as STUDY

SMALL = (
    'profiles = { use = "grid", intentions = ["deep-empathy", "practical-advice"] }\n'
    'evaluators = ["sage", "safety", "bank"]\n'
    "[evolve]\nrounds = 1\nmax_pairs = 30\nrefine_repeats = 5\n"
)


@pytest.fixture(scope="session")
def small_experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment that is walked in about a second."""
    path = tmp_path_factory.mktemp("experiment") / "small.toml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture(scope="session")
def small_run(small_experiment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of it; tests read it and leave it as it is."""
    from esc_skills._engine.running import run

    made = once(
        tmp_path_factory, "small-run", lambda folder: run(small_experiment, out=folder / "small")
    )
    return made / "small"


@pytest.fixture(scope="session")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two variants under two seeds."""
    path = tmp_path_factory.mktemp("study") / "small.toml"
    path.write_text(STUDY, "utf-8")
    return path


@pytest.fixture(scope="session")
def small_study(study_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder when it has ended; tests read it and leave it as it is."""
    from esc_skills._studies.running import run_study
    from esc_skills._studies.studyfile import read_study

    made = once(
        tmp_path_factory,
        "small-study",
        lambda folder: run_study(read_study(study_file), out=folder / "small"),
    )
    return made / "small"
