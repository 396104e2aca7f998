"""Scoring what exists: transcripts, and banks on dialogues they never saw."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from esc_skills._engine.rescoring import is_corpus, score_corpus, show_bank
from esc_skills._engine.running import run
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError, UnknownPluginError, UsageError
from esc_skills.model import Score


def transcript(number: int, *emotions: int, kind: str = "被动型") -> dict[str, Any]:
    """A transcript of our own in SAGE's file format."""
    history: list[dict[str, Any]] = [
        {"role": "user", "content": "The ice rink closes.", "emotion-point": 40}
    ]
    before = 40
    for emotion in emotions:
        history += [
            {"role": "assistant", "content": "Tell me more."},
            {
                "role": "user",
                "content": "Hm.",
                "emotion-point": emotion,
                "planning": {"activity": "", "change": emotion - before},
            },
        ]
        before = emotion
    return {
        "id": f"s-{number}",
        "emo_point": before,
        "player": "A skating teacher.",
        "scene": "The rink closes.",
        "character": kind,
        "task": "practical-advice" if number % 2 else "sincere-praise",
        "history": history,
    }


def lines(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def named(scores: Sequence[Score], name: str) -> Score:
    (score,) = [item for item in scores if item.name == name]
    return score


def test_transcripts_score_as_counted_by_hand(tmp_path: Path) -> None:
    """Mean final emotion, successes at 100 and failures below 10, as the published table has it."""
    curves = ((50, 60), (90, 100), (30, 9), (40, 45), (38, 10), (95, 100))
    rows = [transcript(number, *curve) for number, curve in enumerate(curves)]
    path = lines(tmp_path / "agent-x_result.jsonl", rows)
    scores, notes = score_corpus(f"sage-transcripts:{path}", None, ["sage"])
    emotion = named(scores, "emotion")
    assert emotion.value == pytest.approx(mean(curve[-1] for curve in curves), abs=1e-6)
    assert (named(scores, "successes").value, named(scores, "failures").value) == (2, 1)
    assert {score.arm for score in scores} == {"agent-x_result"}
    assert (emotion.n, emotion.of) == (6, 6)
    assert emotion.low is not None
    assert emotion.high is not None
    assert emotion.low < emotion.value < emotion.high
    groups = {part.group: part for part in emotion.breakdown}
    praised = mean(curve[-1] for curve in curves[::2])
    assert groups["intention=sincere-praise"].value == pytest.approx(praised, abs=1e-6)
    assert notes == ()


def talk(number: int, split: str = "") -> dict[str, Any]:
    return {
        "id": f"d{number}",
        "split": split,
        "messages": [
            {"role": "seeker", "content": f"My orchard has had frost {number} times this year."},
            {"role": "supporter", "content": "How bad is it?", "strategy": "Question"},
            {"role": "seeker", "content": "I could lose it, and I am afraid of that."},
            {"role": "supporter", "content": "That is a lot.", "strategy": "Others"},
        ],
    }


def test_official_test_split_is_scored_alone(tmp_path: Path) -> None:
    """Where a corpus states a test split, nothing else is scored."""
    rows = [talk(1, "train"), talk(2, "test"), talk(3, "valid"), talk(4, "test"), talk(5)]
    path = lines(tmp_path / "mine.jsonl", rows)
    scores, _ = score_corpus(f"chat-jsonl:{path}", None, ["strategy"])
    assert named(scores, "accuracy").of == 4
    assert {score.arm for score in scores} == {"none"}


def test_without_a_split_every_dialogue_is_scored(tmp_path: Path) -> None:
    """A corpus that states no split is scored whole."""
    path = lines(tmp_path / "mine.jsonl", [talk(1), talk(2), talk(3)])
    scores, _ = score_corpus(f"chat-jsonl:{path}", None, ["strategy"])
    assert named(scores, "accuracy").of == 6


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose bank was made from dialogues 1 to 6."""
    folder = tmp_path_factory.mktemp("orchard")
    path = lines(folder / "mine.jsonl", [talk(number) for number in range(1, 7)])
    run({"corpus": [f"chat-jsonl:{path}"]}, out=folder / "run", until="distil")
    return folder / "run"


def test_dialogues_that_made_the_bank_are_left_out_and_told(orchard: Path, tmp_path: Path) -> None:
    """A bank is scored on what it never saw, by the words and not by the id; leaks are told."""
    fresh, leaked = talk(9), {**talk(3), "id": "renamed"}
    path = lines(tmp_path / "other.jsonl", [fresh, leaked])
    (bank,) = RunFolder.open(orchard).banks()
    scores, notes = score_corpus(f"chat-jsonl:{path}", bank, ["strategy"])
    accuracy = [score for score in scores if score.name == "accuracy"]
    assert [(score.arm, score.of) for score in accuracy] == [("bank", 2), ("none", 2)]
    assert notes == ("1 dialogues left out: the bank was made from them",)


def test_nothing_left_to_score_is_an_error(orchard: Path, tmp_path: Path) -> None:
    """A corpus of leaks only gives no number at all."""
    path = lines(tmp_path / "same.jsonl", [talk(2), talk(3)])
    (bank,) = RunFolder.open(orchard).banks()
    with pytest.raises(DataError, match="nothing in"):
        score_corpus(f"chat-jsonl:{path}", bank, ["strategy"])


def test_scoring_leaves_the_run_as_it_is(orchard: Path, tmp_path: Path) -> None:
    """No conversation, score or journal is written by scoring a bank, here or elsewhere."""
    path = lines(tmp_path / "other.jsonl", [talk(9)])
    before = sorted(str(item) for item in orchard.rglob("*"))
    score_corpus(f"chat-jsonl:{path}", RunFolder.open(orchard).banks()[0], ["strategy"])
    assert sorted(str(item) for item in orchard.rglob("*")) == before
    assert [item.name for item in tmp_path.iterdir()] == ["other.jsonl"]


def test_bank_in_its_run_brings_units_and_experiment(orchard: Path, tmp_path: Path) -> None:
    """The run still knows how people spoke; an exported bank stands for itself."""
    (path,) = RunFolder.open(orchard).banks()
    home = show_bank(path)
    assert len(home.units) == 12
    assert home.experiment["responder"] == "exemplar"
    shutil.copytree(path, tmp_path / "exported")
    away = show_bank(tmp_path / "exported")
    assert (away.bank, away.units, away.experiment) == (home.bank, (), {})


@pytest.mark.parametrize(
    ("target", "corpus"), [("sample", True), ("esconv:x.json", True), ("strange:x", True)]
)
def test_target_with_a_colon_or_a_known_name_is_a_corpus(target: str, corpus: bool) -> None:
    """``NAME:PATH``, or the name of a corpus with embedded data."""
    assert is_corpus(target) is corpus


def test_folder_is_no_corpus(tmp_path: Path) -> None:
    """A folder that is there is meant as a run, whatever it is called."""
    assert not is_corpus(str(tmp_path))


def test_target_that_is_neither_shows_both_forms() -> None:
    """I01: one line with an example of each."""
    with pytest.raises(UsageError, match="neither") as refused:
        is_corpus("quickstart")
    assert "runs/quickstart" in refused.value.hint


def test_strange_corpus_names_the_near_one(tmp_path: Path) -> None:
    """C03: the reader is looked up before anything is read."""
    with pytest.raises(UnknownPluginError, match="chat-jsonl"):
        score_corpus(f"chat-jsnol:{tmp_path}", None, [])
