"""``bank health``: figures of a run, and of a bank outside of one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from esc_skills._engine.running import run

EXPERIMENT = (
    'gate = { use = "greater", pairs = 4 }\n'
    'profiles = { use = "grid", intentions = ["deep-empathy"] }\n'
    'evaluators = ["sage"]\nreports = []\n'
    "[evolve]\nrounds = 1\nmax_pairs = 6\nrefine_repeats = 2\n"
)


@pytest.fixture(scope="module")
def evolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run."""
    home = tmp_path_factory.mktemp("health")
    (home / "experiment.toml").write_text(EXPERIMENT, "utf-8")
    run(home / "experiment.toml", out=home / "run", until="evolve")
    return home / "run"


def test_health_of_a_run(give, evolved: Path) -> None:
    """Denominators add up: hits within uses, uses within offers, read and unread."""
    told = give("bank", "health", evolved, "--json").json
    assert told["expectations"]["traces"] > 0
    assert 0 <= told["ever_used"] <= told["active"]
    assert told["precision"]["n"] == sum(one["offers"] for one in told["skills"])
    for check in told["expectations"]["checks"]:
        assert check["outcome"]["n"] + check["unread"] == check["uses"]


def test_health_says_all_in_words(give, evolved: Path) -> None:
    """The text has a line for each question and a row for each skill."""
    said = give("bank", "health", evolved)
    assert said.code == 0
    for word in ("use precision", "interference", "never offered", "decayed", "contradictions"):
        assert word in said.out
    assert "crisis" in said.out


def test_a_bank_outside_of_a_run_has_no_figures(give, evolved: Path, tmp_path: Path) -> None:
    """What was never seen in use is a dash, never a zero."""
    shutil.copytree(sorted((evolved / "banks").iterdir())[0], tmp_path / "mine")
    told = give("bank", "health", tmp_path / "mine", "--json").json
    assert told["ever_used"] is None
    assert told["precision"]["low"] is None
    assert "use precision" not in give("bank", "health", tmp_path / "mine").out


def test_an_earlier_bank_is_told_by_its_own_talks(give, evolved: Path) -> None:
    """BANK may be a bank of a run; no bank at all is an error with a hint."""
    first = sorted((evolved / "banks").iterdir())[0]
    assert give("bank", "health", first, "--json").json["expectations"]["traces"] > 0
    assert give("bank", "health", evolved / "banks").code != 0


def test_the_ledger_keeps_checks_and_the_refiner_sees_its_own_seekers(evolved: Path) -> None:
    """S12: the row of a round holds verify talks too; the report of the refiner none of them."""
    rows = [json.loads(line) for line in (evolved / "ledger.jsonl").read_text().splitlines()]
    (failures,) = [row for row in rows if row["event"] == "failures"]
    (kept,) = [row for row in rows if row["event"] == "expectations"]
    verified = any(row["event"] == "verdict" and row["pairs"] for row in rows)
    assert (kept["found"]["traces"] > failures["report"]["traces"]) == verified
    wider = {check["skill"]: check["uses"] for check in kept["found"]["checks"]}
    assert all(check["uses"] <= wider[check["skill"]] for check in failures["report"]["checks"])
    causes = failures["report"]["causes"]
    assert sum(one["n"] for one in causes) == len(failures["report"]["failures"])
    assert all("refine" in name for one in causes for name in one["profiles"])
