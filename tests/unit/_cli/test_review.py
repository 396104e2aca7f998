"""``bank review``: a proposal as a diff, with its causes and its pairs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from esc_skills._engine.running import run

EXPERIMENT = (
    'gate = { use = "greater", pairs = 4 }\n'
    'profiles = { use = "grid", intentions = ["deep-empathy", "practical-advice"] }\n'
    'evaluators = ["sage"]\nreports = []\n'
    "[evolve]\nrounds = 2\nmax_pairs = 12\nrefine_repeats = 5\n"
)


@pytest.fixture(scope="module")
def evolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose proposals were verified on a few pairs."""
    home = tmp_path_factory.mktemp("reviewed")
    (home / "experiment.toml").write_text(EXPERIMENT, "utf-8")
    run(home / "experiment.toml", out=home / "run", until="evolve")
    return home / "run"


def rows(evolved: Path) -> list[dict]:
    text = (evolved / "ledger.jsonl").read_text("utf-8")
    return [row for row in map(json.loads, text.splitlines()) if row["event"] == "verdict"]


def test_every_proposal_has_diff_causes_and_pairs(give, evolved: Path) -> None:
    """S9: what is changed, the failing turns that caused it, and the pairs that verified it."""
    told = give("bank", "review", evolved, "--json").json
    assert [one["proposal"] for one in told] == [row["proposal_id"] for row in rows(evolved)]
    assert told
    for one, row in zip(told, rows(evolved), strict=True):
        assert all(edit["changes"] for edit in one["edits"])
        assert one["groups"][0]["group"] == "all"
        assert one["groups"][0]["pairs"] == len(row["pairs"])
        lost = [pair for pair in row["pairs"] if pair["candidate"] < pair["current"]]
        assert len(one["worst"]) == len(lost)
    turns = [turn for one in told for edit in one["edits"] for turn in edit["turns"]]
    assert turns
    assert all(turn["seeker"] and turn["supporter"] for turn in turns)


def test_a_turn_comes_from_a_refine_conversation_of_the_edit(give, evolved: Path) -> None:
    """S10: causes are conversations that the edit names, and never those that verified it."""
    for one, row in zip(give("bank", "review", evolved, "--json").json, rows(evolved), strict=True):
        for edit, raw in zip(one["edits"], row["proposal"]["edits"], strict=True):
            assert {turn["trace"] for turn in edit["turns"]} <= set(raw["evidence"])
            assert all("/grid-refine-" in turn["trace"] for turn in edit["turns"])


def test_one_proposal_is_named_by_its_beginning(give, evolved: Path) -> None:
    """A few digits are enough; the text shows old and new words and the verdict."""
    row = rows(evolved)[0]
    said = give("bank", "review", evolved, row["proposal_id"][:8])
    assert said.code == 0
    assert said.out.count("verdict: ") == 1
    assert row["verdict"]["reason"] in said.out
    assert "      + " in said.out


def test_an_unknown_proposal_names_those_there_are(give, evolved: Path) -> None:
    """Exit 2 with the ids of the run."""
    said = give("bank", "review", evolved, "pr-nothing")
    assert said.code == 2
    assert rows(evolved)[0]["proposal_id"] in said.err


def test_a_run_without_proposals_says_so(give, evolved: Path, tmp_path: Path) -> None:
    """An empty ledger is no error."""
    shutil.copytree(evolved, tmp_path / "run")
    (tmp_path / "run" / "ledger.jsonl").write_text("", "utf-8")
    said = give("bank", "review", tmp_path / "run")
    assert (said.code, said.out) == (0, "nothing was proposed in this run\n")


def test_words_of_a_crisis_stay_covered(give, evolved: Path, tmp_path: Path) -> None:
    """S23: a turn with a high alarm is named, and its words are not shown."""
    shutil.copytree(evolved, tmp_path / "run")
    for path in (tmp_path / "run" / "traces").glob("*.jsonl"):
        traces = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for item in (item for trace in traces for item in trace["exchanges"]):
            item["alarms"] = [{"rule": "crisis.x", "speaker": "seeker", "severity": "high"}]
        path.write_text("".join(json.dumps(one) + "\n" for one in traces), "utf-8")
    told = give("bank", "review", tmp_path / "run", "--json").json
    turns = [turn for one in told for edit in one["edits"] for turn in edit["turns"]]
    assert turns
    assert not any("seeker" in turn for turn in turns)


def test_causes_stand_over_all_seekers(give, evolved: Path) -> None:
    """Each proposal names causes that its conversations show, with seekers and lapses counted."""
    told = give("bank", "review", evolved, "--json").json
    causes = [cause for one in told for cause in one["causes"]]
    assert causes
    for cause in causes:
        assert 1 <= cause["seekers"] <= cause["n"]
        assert 0 <= cause["lapses"] <= cause["n"]
        assert "/grid-refine-" in cause["trace"]
    assert "cause " in give("bank", "review", evolved).out
