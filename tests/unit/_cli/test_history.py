"""``bank log`` and ``bank trace``: how a bank came to be, and why each line stands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from esc_skills._engine.running import run
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.model import InterventionUnit

EXPERIMENT = (
    'gate = "always"\n'
    'profiles = { use = "grid", intentions = ["deep-empathy", "practical-advice"] }\n'
    'evaluators = ["sage"]\nreports = []\n'
    "[evolve]\nrounds = 2\nmax_pairs = 10\nrefine_repeats = 5\n"
)


@pytest.fixture(scope="module")
def evolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose bank was changed; the gate that accepts all makes sure of it."""
    home = tmp_path_factory.mktemp("evolved")
    (home / "experiment.toml").write_text(EXPERIMENT, "utf-8")
    run(home / "experiment.toml", out=home / "run", until="evolve")
    assert len(list((home / "run" / "banks").iterdir())) > 1
    return home / "run"


def banks(evolved: Path) -> list[Path]:
    return sorted((evolved / "banks").iterdir())


def test_log_tells_failures_proposals_and_verdicts_in_order(give, evolved: Path) -> None:
    """S12: the log is the ledger, and every bank stands beside the proposal that made it."""
    said = give("bank", "log", evolved)
    assert said.code == 0, said.out + said.err
    events = give("bank", "log", evolved, "--json").json["events"]
    made = [event["bank"] for event in events if event["event"] == "proposal"]
    assert [number for number in made if number] == list(range(1, len(banks(evolved))))
    assert [event["event"] for event in events[:3]] == ["bank", "failures", "proposal"]
    assert "accept by always" in said.out
    assert "→ bank 1" in said.out
    counted = give("bank", "log", evolved, "--json").json["decisions"]
    assert sum(counted.values()) == len(made)
    assert f"decided: {counted['accept']} accept" in said.out


def test_log_of_an_early_bank_ends_there(give, evolved: Path) -> None:
    """A bank folder inside a run knows its run; later banks are not its history."""
    said = give("bank", "log", banks(evolved)[0], "--json")
    assert said.code == 0
    made = [event.get("bank") for event in said.json["events"] if event["event"] == "proposal"]
    assert set(made) == {None}


def test_log_finds_a_ledger_that_does_not_fit(give, evolved: Path, tmp_path: Path) -> None:
    """S12: a verdict or a proposal changed after the fact is named, with exit code 1."""
    shutil.copytree(evolved, tmp_path / "run")
    ledger = tmp_path / "run" / "ledger.jsonl"
    rows = [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]
    row = next(row for row in rows if row["event"] == "verdict")
    row["verdict"]["reason"] = "because"
    ledger.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    said = give("bank", "log", tmp_path / "run")
    assert said.code == 1
    assert "broken: bank 1: its verdict is not the ledger's" in said.out
    row["proposal"]["edits"][0]["reason"] = "because"
    ledger.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    assert "no accepted proposal" in give("bank", "log", tmp_path / "run").out


def test_every_line_of_an_evolved_bank_answers(give, evolved: Path) -> None:
    """S10: each line has its bank and its sources; what a proposal brought has its verdict."""
    skills = {skill["name"] for skill in give("bank", "list", evolved, "--json").json}
    told = give("bank", "trace", evolved, "--json").json
    assert {line["skill"] for line in told} == skills
    assert len(told) > 100
    for line in told:
        assert line["sources"], line
        assert all(len(one) > 1 or ":" in one["id"] for one in line["sources"]), line
        assert (line["proposal"] is None) == (line["since"]["bank"] == 0)
    brought = [line for line in told if line["proposal"]]
    assert brought
    assert {line["verdict"]["decision"] for line in brought} == {"accept"}
    assert all("profile" in one for line in brought for one in line["sources"])


def test_who_withdraws_a_dialogue_sees_every_line_from_it(give, evolved: Path) -> None:
    """S10: of a dialogue all lines are listed and no other; one that no line rests on is told.

    What is due is told from units and skills of bank 0, not from what the command reads.
    """
    units = RunFolder(evolved).read_nouns("units.jsonl", InterventionUnit)
    spoke = {unit.id: unit.source.dialogue for unit in units}
    first = banks(evolved)[0]
    stands = {
        one.name: {spoke.get(name) for name in one.evidence} for one in read_bank(first)[0].skills
    }
    dialogues = sorted({name for some in stands.values() for name in some if name})
    assert len(dialogues) > 5
    every = give("bank", "trace", first, "--json").json
    for dialogue in dialogues[:2]:
        told = give("bank", "trace", first, "--from", dialogue, "--json").json
        due = {name for name, some in stands.items() if dialogue in some}
        assert {line["skill"] for line in told} == due
        assert len(told) == sum(line["skill"] in due for line in every)
    refused = give("bank", "trace", first, "--from", "nobody")
    assert (refused.code, "no line rests on 'nobody'" in refused.err) == (2, True)


def test_a_line_is_found_by_its_words(give, evolved: Path) -> None:
    """A few words of a line are enough; its dialogues are named, nobody's words are shown."""
    first = give("bank", "list", evolved, "--json").json[0]["name"]
    line = give("bank", "trace", evolved, first, "--json").json[0]
    words = " ".join(line["line"].upper().split()[:6])
    said = give("bank", "trace", evolved, words)
    assert said.code == 0
    assert line["line"] in said.out
    assert "dialogue sample-" in give("bank", "trace", banks(evolved)[0], first).out


def test_unknown_words_end_with_a_hint(give, evolved: Path) -> None:
    """No such skill, no such line: exit 2, and how to look."""
    for words in ("no-such-skill-anywhere", " "):
        said = give("bank", "trace", evolved, words)
        assert said.code == 2
        assert "bank list" in said.err


def test_a_bank_outside_of_its_run_says_what_is_missing(
    give, evolved: Path, tmp_path: Path
) -> None:
    """An exported bank has its evidence ids, and says that the ledger is not here."""
    shutil.copytree(banks(evolved)[-1], tmp_path / "taken")
    said = give("bank", "log", tmp_path / "taken")
    assert said.code == 0
    assert "no ledger" in said.out
    assert give("bank", "trace", tmp_path / "taken", "crisis-first").code == 0


def test_a_hand_edit_is_told_as_one(give, evolved: Path, tmp_path: Path) -> None:
    """A line that no proposal brought is not given anybody's evidence."""
    shutil.copytree(evolved, tmp_path / "run")
    last = sorted((tmp_path / "run" / "banks").iterdir())[-1]
    path = next(one for one in sorted(last.glob("*/SKILL.md")) if "crisis" not in str(one))
    text = path.read_text("utf-8")
    line = next(row for row in text.splitlines() if row.startswith("1. "))
    path.write_text(text.replace(line, "1. Breathe out first."), "utf-8")
    said = give("bank", "trace", tmp_path / "run", "breathe out first")
    assert "edited by hand" in said.out


def test_an_installed_bank_answers_to_its_name(give) -> None:
    """As it does to every command that takes a bank: its history, its lines, its health."""
    assert "bank lies outside of its run" in give("bank", "log", "starter").out
    assert give("bank", "trace", "starter", "crisis-first").out.startswith("crisis-first, overview")
    assert give("bank", "health", "starter").out.startswith("bank ")
    assert "did you mean 'starter'" in give("bank", "log", "strter").err
