"""Experiment files and --set words: an experiment, or one line that says what is wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

from esc_skills._engine.configuring import (
    apply_sets,
    make_experiment,
    read_experiment_file,
    show,
)
from esc_skills_plugins.presets.default import EXPERIMENT

WATCHED = (
    "esc_skills._engine.configuring",
    "esc_skills._engine.experiment",
    "esc_skills._codec.settings",
    "esc_skills._codec.structuring",
    "esc_skills._codec.toml",
    "esc_skills._codec.nearest",
)
PLACE = Path(tempfile.mkdtemp(prefix="fuzz-config-"))


def attempt(data: bytes) -> None:
    """Make an experiment of a file; what follows a form feed are words of ``--set``."""
    file, _, words = data.partition(b"\f")
    path = PLACE / "fuzz.toml"
    path.write_bytes(file)
    raw = read_experiment_file(path)
    sets = [word for word in words.decode("utf-8", "replace").split("\n") if word]
    raw = apply_sets(raw, sets)
    made = make_experiment(raw, EXPERIMENT, "fuzz.toml", text=file.decode("utf-8", "replace"))
    assert make_experiment(show(made), EXPERIMENT) == made
