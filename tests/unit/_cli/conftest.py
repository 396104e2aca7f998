"""One small run for all command tests, and a way to give commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._cli.group import run_main

SMALL = (
    'profiles = { use = "grid", intentions = ["deep-empathy", "practical-advice"] }\n'
    'evaluators = ["sage", "safety", "bank"]\n'
    "[evolve]\nrounds = 1\nmax_pairs = 30\nrefine_repeats = 5\n"
)


@attrs.frozen
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Give = Callable[..., Said]


@pytest.fixture
def give(capfd: pytest.CaptureFixture[str]) -> Give:
    """Give a command in this process; no environment leaks from one to the next."""

    def command(*words: object) -> Said:
        with pytest.raises(SystemExit) as left:
            run_main([str(word) for word in words])
        out, err = capfd.readouterr()
        return Said(int(left.value.code or 0), out, err)

    return command


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

    out = tmp_path_factory.mktemp("runs") / "small"
    run(small_experiment, out=out)
    return out
