"""The experiment of the paper: it validates, says what it costs, and runs when cut to size."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from acting import act
from papers import write_papers

import esc_skills
from esc_skills.testing.faultserver import FaultServer

PAPER = Path(__file__).resolve().parents[2] / "examples" / "paper.toml"


def command(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "esc_skills", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file beside data of the paper's size."""
    folder = write_papers(tmp_path_factory.mktemp("paper"))
    shutil.copy(PAPER, folder)
    return folder


def test_the_experiment_validates(whole: Path) -> None:
    """Every key, component and setting of the file is known."""
    done = command("config", "check", "paper.toml", folder=whole)
    assert done.returncode == 0, done.stderr


def test_it_learns_from_the_papers_dialogues_and_plans_its_cost(whole: Path) -> None:
    """910 + 196 dialogues and 100 report seekers are counted, and priced, without a call."""
    done = command("run", "paper.toml", "--plan", "--json", folder=whole)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    roles = {line["role"]: line for line in made["roles"]}
    assert {"extractor", "distiller", "retriever", "responder", "seeker", "judge"} <= set(roles)
    assert roles["extractor"]["calls"] >= 910 + 196
    talks = 3 * 100  # three arms meet SAGE's hundred
    assert roles["judge"]["calls"] >= talks
    assert roles["seeker"]["most"] >= talks * 9 * 2
    assert all(line["usd"] > 0 for line in made["roles"])
    assert not (whole / "runs").exists()


def small(folder: Path, url: str) -> dict[str, Any]:
    """The file with few rounds and seekers, and a server of our own; components stay."""
    write_papers(folder, good=10, failed=3, seekers=2, turns=3)
    raw = tomllib.loads(PAPER.read_text("utf-8"))
    raw["corpus"] = [
        f"{name}:{folder / path}" for name, path in (item.split(":") for item in raw["corpus"])
    ]
    raw["profiles"][0] |= {"intentions": ["deep-empathy"], "persona_types": ["negative"]}
    raw["profiles"][1]["path"] = str(folder / "profiles.jsonl")
    raw["distiller"] = {"use": "paper", "min_units": 2, "min_skills": 1, "max_skills": 3}
    raw["models"] = {"default": {"use": "openai", "model": "m", "base_url": f"{url}/v1", "key": ""}}
    raw["evolve"] = {"rounds": 1, "max_pairs": 2, "batch": 2}
    raw["gate"] = {"use": "paired", "pairs": 2, "step": 2, "first": 2}
    raw["talk"] = {"limit": 2}
    raw["run"]["holdout"] = 0.2  # the official split is for the whole file
    return raw


def test_cut_to_size_it_runs_to_the_report(tmp_path: Path) -> None:
    """All components of the paper walk the whole road; the second walk sends nothing."""
    with FaultServer((), act) as server:
        raw = small(tmp_path, server.url)
        done = esc_skills.run(raw, out=tmp_path / "run")
        sent = server.count
        again = esc_skills.run(raw, out=tmp_path / "run")
        assert server.count == sent
    assert done.faults == again.faults == ()
    arms = {item.arm for item in done.scores if item.name == "emotion"}
    assert arms == {"none", "static", "evolved"}
    assert {item.evaluator for item in done.scores} >= {"sage", "judge", "strategy", "overlap"}
    assert tomli_w.dumps(raw)  # it is still an experiment file
