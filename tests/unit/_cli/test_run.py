"""The whole road by one command."""

from __future__ import annotations

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
