"""The whole road by one command."""

from __future__ import annotations

import json
from pathlib import Path

ARMS = ["none", "static", "evolved"]


def test_run_prints_arms_bank_and_report(give, small_experiment: Path, tmp_path: Path) -> None:
    """A run ends with three arms, the size of its bank and the place of its pages."""
    said = give("run", small_experiment, "--out", tmp_path / "run")
    assert said.code == 0, said.err
    assert all(arm in said.out for arm in ARMS)
    assert "report.html" in said.out
    assert (tmp_path / "run" / "report.html").is_file()


def test_json_is_one_document_on_stdout(give, small_experiment: Path, tmp_path: Path) -> None:
    """With ``--json`` stdout holds one JSON document and stderr stays silent."""
    said = give("run", small_experiment, "--out", tmp_path / "run", "--json")
    assert said.err == ""
    found = said.json
    main = [s for s in found["scores"] if (s["evaluator"], s["name"]) == ("sage", "emotion")]
    assert [score["arm"] for score in main] == ARMS
    assert all(score["low"] <= score["value"] <= score["high"] for score in main)


def test_progress_is_plain_lines_off_a_terminal(
    give, small_experiment: Path, tmp_path: Path
) -> None:
    """Off a terminal each stage is a line on stderr, without control characters."""
    said = give("run", small_experiment, "--out", tmp_path / "run")
    assert "extract (" in said.err
    assert "\x1b" not in said.err


def test_other_experiment_in_the_same_folder_is_refused(give, small_run: Path) -> None:
    """R13: the first difference is named, and nothing in the folder changes."""
    before = {path: path.read_bytes() for path in small_run.rglob("*.json*")}
    said = give("run", "--set", "run.seed=99", "--out", small_run)
    assert said.code == 2
    assert "another run" in said.err
    assert all(path.read_bytes() == data for path, data in before.items())


ASKING = (
    'responder = "plain"\nreports = []\nevaluators = ["sage"]\n'
    'profiles = { use = "grid", intentions = ["deep-empathy"], persona_types = ["passive"] }\n'
    "[evolve]\nrounds = 0\n[talk]\nlimit = 2\n[run]\nrepeats = 1\n"
)
"""Four replies of a model, at most."""
SCRIPTED = '[models]\nresponder = { use = "scripted", model = "s", script = "%s" }\n'


def test_plan_shows_money_and_leaves_no_folder(give, tmp_path: Path) -> None:
    """``--plan`` ends with 0, sends nothing, and makes no run folder."""
    path = tmp_path / "asking.toml"
    path.write_text(ASKING + '[models]\ndefault = { use = "openai", model = "gpt-4o-mini" }\n')
    said = give("run", path, "--plan", "--out", tmp_path / "run")
    assert (said.code, said.err) == (0, "")
    assert "gpt-4o-mini" in said.out
    assert "US$" in said.out
    found = give("run", path, "--plan", "--json", "--out", tmp_path / "run").json
    assert {line["role"] for line in found["roles"]} == {"default", "responder"}
    assert not (tmp_path / "run").exists()


def test_plan_of_a_run_without_a_model_ends_with_2(give, tmp_path: Path) -> None:
    """The run would stop at its first question, so the plan is no success."""
    path = tmp_path / "asking.toml"
    path.write_text(ASKING)
    said = give("run", path, "--plan", "--out", tmp_path / "run")
    assert said.code == 2
    assert "no model for role responder" in said.out


def test_a_run_that_asks_models_ends_with_its_account(give, tmp_path: Path) -> None:
    """What was sent, used and paid is printed by role, and stands in the JSON."""
    script = tmp_path / "script.jsonl"
    script.write_text(
        json.dumps({"match": "a", "text": '{"strategy": "Question", "text": "Why?", "why": ""}'})
    )
    path = tmp_path / "asking.toml"
    path.write_text(ASKING + SCRIPTED % script)
    said = give("run", path, "--out", tmp_path / "run")
    assert said.code == 0, said.err
    assert "paid: unknown US dollars" in said.out
    row = give("run", path, "--out", tmp_path / "run", "--json").json["account"]["rows"][0]
    assert row["role"] == "responder"
    assert 0 < row["sent"] == row["answered"] <= 4
