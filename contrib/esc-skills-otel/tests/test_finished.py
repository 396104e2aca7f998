"""Spans of a run that is over, by the command line."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from esc_skills_otel.command import main

import esc_skills

ROOT = "invoke_workflow conversation"


@pytest.fixture
def run(experiment, tmp_path: Path) -> esc_skills.Run:
    return esc_skills.run(experiment, out=tmp_path / "run")


def test_a_finished_run_is_exported(receiver, run) -> None:
    """Every conversation once, every question once, with its tokens and its price."""
    done = CliRunner().invoke(main, ["export", str(run.path), "--endpoint", receiver.url])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("6 conversations, ")
    spans = receiver.spans
    names = Counter(span["name"] for span in spans)
    assert names[ROOT] == len({talk.id for talk in run.record.traces})
    calls = [span for span in spans if span["name"] == "chat tiny"]
    rows = run.path / "journal.sqlite"
    assert rows.is_file()
    assert all(span["facts"]["gen_ai.usage.input_tokens"] > 10 for span in calls)
    assert all(span["facts"]["esc_skills.cost.usd"] > 0 for span in calls)
    assert {span["facts"]["gen_ai.provider.name"] for span in calls} == {"scripted"}
    assert b"quokka" not in b"".join(receiver.bodies)


def test_questions_are_linked_to_the_conversations_of_their_seat(receiver, run) -> None:
    """A seat's questions make a trace, linked to each conversation that was held on it."""
    CliRunner().invoke(main, ["export", str(run.path), "--endpoint", receiver.url])
    spans = receiver.spans
    talks = {
        span["trace"]: span["facts"]["esc_skills.profile"] for span in spans if span["name"] == ROOT
    }
    seats = [span for span in spans if span["name"] == "questions of a seat"]
    assert len(seats) == 3
    for seat in seats:
        assert len(seat["links"]) == 2
        (profile,) = {talks[link] for link in seat["links"]}
        assert f"talk/{profile}/" in seat["facts"]["esc_skills.place"]
        own = [span for span in spans if span["parent"] == seat["id"]]
        assert own
        assert {span["name"] for span in own} == {"chat tiny"}


def test_the_same_run_gives_the_same_spans(receiver, run) -> None:
    """Exported twice, a receiver that knows spans by their id holds them once."""
    for _ in range(2):
        CliRunner().invoke(main, ["export", str(run.path), "--endpoint", receiver.url])
    times = Counter((span["trace"], span["id"], span["name"]) for span in receiver.spans)
    assert set(times.values()) == {2}


def test_no_run_is_said_in_one_line(tmp_path: Path) -> None:
    """A folder without a run ends the command with a hint, not with a traceback."""
    done = CliRunner().invoke(main, ["export", str(tmp_path)])
    assert done.exit_code == 2
    assert "give the folder with run.json" in done.output


def test_lost_spans_are_said(run) -> None:
    """Without a receiver the command says how many were lost, and fails."""
    command = Path(sys.executable).with_name("esc-skills-otel")
    where = ["--endpoint", "http://127.0.0.1:9/v1/traces", "--patience", "1"]
    done = subprocess.run(
        [command, "export", str(run.path), *where], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "0 spans sent" in done.stdout
    assert done.stderr.count("spans are dropped") == 1
