"""Scores of runs, of stored transcripts, and of banks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_score_of_a_run_filters_evaluators(give, small_run: Path) -> None:
    """``score RUN --evaluator sage --json`` gives that evaluator's scores only."""
    found = give("score", small_run, "--evaluator", "sage", "--json").json
    assert {score["evaluator"] for score in found["scores"]} == {"sage"}


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


def test_score_of_a_run_is_a_table_with_its_groups(give, small_run: Path) -> None:
    """For people: a table of arms, then a line a group of every breakdown."""
    said = give("score", small_run)
    assert said.code == 0, said.err
    assert all(arm in said.out.splitlines()[0] for arm in ("none", "static", "evolved"))
    assert "persona_type=negative" in said.out


@pytest.mark.parametrize("made", [True, False], ids=["folder", "no-folder"])
def test_score_of_no_run_walks_no_road(give, tmp_path: Path, made: bool) -> None:
    """I01: only a run is scored; a folder that is none is named and stays as it is."""
    folder = tmp_path / "not-a-run"
    if made:
        folder.mkdir()
    said = give("score", folder)
    assert said.code == 2
    assert "run" in said.err
    assert not made or not any(folder.iterdir())


def test_unknown_corpus_names_the_near_one(give, tmp_path: Path) -> None:
    """C03: a misspelt corpus ends with 2 and a guess."""
    said = give("score", f"esconf:{tmp_path / 'x.json'}")
    assert said.code == 2
    assert "did you mean 'esconv'" in said.err


def test_what_cannot_be_scored_so_says_what_could(give) -> None:
    """Dialogues hold no conversations with a simulator: no score is made up for them."""
    said = give("score", "sample", "--evaluator", "sage")
    assert said.code == 2
    assert "strategy" in said.err
