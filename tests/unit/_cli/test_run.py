"""The road by command: run, its arrows, score, report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_arrows_one_by_one_make_the_same_run(
    give, small_experiment: Path, small_run: Path, tmp_path: Path
) -> None:
    """Each arrow is a command over a run folder; walked in order they make the whole run."""
    folder = tmp_path / "steps"
    first = give("extract", folder, "--experiment", small_experiment)
    assert first.code == 0, first.err
    assert (folder / "units.jsonl").is_file()
    assert not (folder / "banks").exists()
    for arrow in ("distil", "converse", "evolve", "score", "report"):
        said = give(arrow, folder)
        assert said.code == 0, said.err
    for name in ("units.jsonl", "scores.jsonl", "ledger.jsonl", "corpus.json"):
        assert (folder / name).read_bytes() == (small_run / name).read_bytes(), name


def test_score_of_a_run_filters_evaluators(give, small_run: Path) -> None:
    """``score RUN --evaluator sage --json`` gives that evaluator's scores only."""
    found = give("score", small_run, "--evaluator", "sage", "--json").json
    assert {score["evaluator"] for score in found["scores"]} == {"sage"}


def test_other_experiment_in_the_same_folder_is_refused(give, small_run: Path) -> None:
    """R13: the first difference is named, and nothing in the folder changes."""
    before = {path: path.read_bytes() for path in small_run.rglob("*.json*")}
    said = give("run", "--set", "run.seed=99", "--out", small_run)
    assert said.code == 2
    assert "another run" in said.err
    assert all(path.read_bytes() == data for path, data in before.items())


def test_config_show_is_an_experiment(give, tmp_path: Path, monkeypatch) -> None:
    """What ``config show`` prints can be given back, and says the same."""
    monkeypatch.chdir(tmp_path)
    said = give("config", "show", "--set", "retriever.k=2")
    Path("shown.toml").write_text(said.out, "utf-8")
    assert give("config", "show", "shown.toml").out == said.out
    assert give("config", "check", "shown.toml").code == 0


def test_strategy_score_stands_beside_the_no_skills_arm(
    give, small_run: Path, tmp_path: Path
) -> None:
    """A bank is scored on dialogues it never saw, with the no-skills arm printed beside it."""
    talk = [
        {"role": "seeker", "content": "I failed my exam and feel like a loser."},
        {"role": "supporter", "content": "How are you feeling now?", "strategy": "Question"},
        {"role": "seeker", "content": "Terrible, honestly."},
        {"role": "supporter", "content": "That sounds hard.", "strategy": "Reflection of feelings"},
    ]
    path = tmp_path / "mine.jsonl"
    rows = [
        {"id": f"d{n}", "messages": [*talk, {"role": "seeker", "content": str(n)}]} for n in "ab"
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    bank = sorted((small_run / "banks").iterdir())[-1]
    said = give("score", "--bank", bank, f"chat-jsonl:{path}", "--evaluator", "strategy", "--json")
    assert said.code == 0, said.err
    accuracy = [score for score in said.json["scores"] if score["name"] == "accuracy"]
    assert [score["arm"] for score in accuracy] == ["bank", "none"]
    assert {score["of"] for score in accuracy} == {4}


def test_bank_is_never_scored_on_what_made_it(give, small_run: Path) -> None:
    """Dialogues the bank was made from are left out; nothing else is left here to score."""
    bank = sorted((small_run / "banks").iterdir())[-1]
    said = give("score", "--bank", bank, "sample", "--evaluator", "strategy", "--json")
    assert said.code == 2
    assert "error[data]" in said.err


@pytest.mark.parametrize("command", ["list", "show", "check"])
def test_bank_commands_read_run_and_bank_folders(give, small_run: Path, command: str) -> None:
    """A bank is named by its own folder or by its run's."""
    bank = sorted((small_run / "banks").iterdir())[-1]
    one, two = give("bank", command, small_run), give("bank", command, bank)
    assert (one.code, two.code) == (0, 0), one.err + two.err
    assert one.out == two.out != ""


def test_bank_show_names_near_skills(give, small_run: Path) -> None:
    """An unknown skill ends with 2 and near names."""
    said = give("bank", "show", small_run, "crisis-firs")
    assert said.code == 2
    assert "crisis-first" in said.err


def test_bank_diff_shows_both_values(give, small_run: Path, tmp_path: Path) -> None:
    """A hand edit shows as a changed field, and ``check`` notes who was edited."""
    import shutil

    bank = sorted((small_run / "banks").iterdir())[0]
    mine = tmp_path / "mine"
    shutil.copytree(bank, mine)
    skill = next(path for path in sorted(mine.glob("*/SKILL.md")) if "crisis" not in str(path))
    text = skill.read_text("utf-8")
    line = next(row for row in text.splitlines() if row.startswith("1. "))
    skill.write_text(text.replace(line, "1. Breathe out first."), "utf-8")
    said = give("bank", "diff", bank, mine)
    assert f"changed {skill.parent.name}" in said.out
    assert "Breathe out first." in said.out
    assert f"{skill.parent.name} was edited by hand" in give("bank", "check", mine).out
