"""A run that is watched: trees, names, figures, and what never leaves."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest
import tomli_w
from esc_skills_otel.watcher import Watcher

import esc_skills
from esc_skills.errors import ConfigError
from esc_skills.model import Alarm
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile

ROOT = "invoke_workflow conversation"
SECRET = "quokka"
AWAY = "http://127.0.0.1:9/v1/traces"
SLOW = 60.0


def await_talks(receiver: Any, number: int) -> list[dict[str, Any]]:
    """Wait until that many conversations have come."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        spans: list[dict[str, Any]] = receiver.spans
        if sum(span["name"] == ROOT for span in spans) >= number:
            return spans
        time.sleep(0.05)
    raise AssertionError(f"only {Counter(span['name'] for span in receiver.spans)}")


def watched(experiment: dict[str, Any], url: str, **settings: Any) -> dict[str, Any]:
    """The same experiment with somebody who listens."""
    return experiment | {"watchers": [{"use": "otel", "endpoint": url, **settings}]}


def test_a_conversation_is_a_trace(receiver, experiment, tmp_path: Path) -> None:
    """One root a conversation, a child an exchange, below it the calls; times lie inside."""
    run = esc_skills.run(watched(experiment, receiver.url), out=tmp_path / "run")
    traces = {one.id for one in run.record.traces}
    spans = await_talks(receiver, len(traces))
    roots = [span for span in spans if span["name"] == ROOT]
    assert len(roots) == len(traces) == 6
    assert len({root["trace"] for root in roots}) == 6
    for root in roots:
        own = [span for span in spans if span["trace"] == root["trace"]]
        by_id = {span["id"]: span for span in own}
        exchanges = [span for span in own if span["name"].startswith("exchange ")]
        calls = [span for span in own if span["name"] == "chat tiny"]
        assert root["parent"] == ""
        assert [span["name"] for span in exchanges] == ["exchange 0", "exchange 1"]
        assert {span["parent"] for span in exchanges} == {root["id"]}
        assert [by_id[span["parent"]]["name"] for span in calls] == ["exchange 0", "exchange 1"]
        for span in own:
            assert root["start"] <= span["start"] <= span["end"] <= root["end"]
        assert {span["service"] for span in own} == {"esc-skills"}


def test_figures_are_those_of_the_run(receiver, experiment, tmp_path: Path) -> None:
    """Tokens, cost and labels agree with the run's own account and traces."""
    run = esc_skills.run(watched(experiment, receiver.url), out=tmp_path / "run")
    spans = await_talks(receiver, 6)
    calls = [span["facts"] for span in spans if span["name"].startswith("chat ")]
    sent = [call for call in calls if call["esc_skills.outcome"] == "done"]
    rows = json.loads((run.path / "run.json").read_text())["account"]["rows"]
    assert sum(call["gen_ai.usage.input_tokens"] for call in sent) == rows[0]["tokens_in"] > 0
    assert sum(call["gen_ai.usage.output_tokens"] for call in sent) == rows[0]["tokens_out"] > 0
    assert sum(call["esc_skills.cost.usd"] for call in sent) == pytest.approx(rows[0]["usd"])
    assert {call["gen_ai.provider.name"] for call in calls} == {"scripted"}
    assert {call["gen_ai.operation.name"] for call in calls} == {"chat"}
    told = {span["facts"]["gen_ai.conversation.id"]: span for span in spans if span["name"] == ROOT}
    for talk in run.record.traces:
        facts = told[talk.id]["facts"]
        assert facts["esc_skills.emotion"] == talk.emotion
        assert facts["esc_skills.intention"] == "deep-empathy"
        assert facts["esc_skills.ending"] == talk.ending
    first = next(span for span in spans if span["name"] == "exchange 0")
    assert first["facts"]["esc_skills.strategy"] == "Question"
    assert first["events"][0][0] == "gen_ai.evaluation.result"


def words(run: esc_skills.Run) -> set[str]:
    """Everything that somebody said, thought, or was quoted with in a run."""
    made: set[str] = set()
    for talk in run.record.traces:
        made |= {talk.profile.persona, talk.profile.scene, talk.profile.opening}
        made |= set(talk.profile.lines)
        for one in talk.exchanges:
            made |= {one.seeker, one.reply.text, one.reply.why, *one.state.cues}
            if one.reaction:
                made |= {one.reaction.text, one.reaction.thought}
    return {text for text in made if len(text) > 8}


def test_no_words_leave_by_default(receiver, experiment, tmp_path: Path) -> None:
    """Not one text of either side stands in the bytes that were sent."""
    run = esc_skills.run(watched(experiment, receiver.url), out=tmp_path / "run")
    await_talks(receiver, 6)
    sent = b"".join(receiver.bodies)
    said = words(run)
    assert len(said) > 20
    assert any(SECRET in text for text in said)
    assert [text for text in said if text.encode() in sent] == []
    assert SECRET.encode() not in sent


def test_words_leave_when_asked_for(receiver, experiment, tmp_path: Path) -> None:
    """``content = true`` exports both sides' words, and still no inner thought."""
    run = esc_skills.run(watched(experiment, receiver.url, content=True), out=tmp_path / "run")
    spans = await_talks(receiver, 6)
    first = next(span for span in spans if span["name"] == "exchange 0")["facts"]
    (heard,) = json.loads(first["gen_ai.input.messages"])
    (said,) = json.loads(first["gen_ai.output.messages"])
    assert heard["role"] == "user"
    assert SECRET in said["parts"][0]["content"]
    thoughts = {
        one.reaction.thought
        for talk in run.record.traces
        for one in talk.exchanges
        if one.reaction and one.reaction.thought
    }
    assert thoughts
    assert not [text for text in thoughts if text.encode() in b"".join(receiver.bodies)]


def test_a_watched_run_is_the_same_run(receiver, experiment, tmp_path: Path) -> None:
    """A watcher changes no result, and no folder's identity: the other run resumes it."""
    plain = esc_skills.run(experiment, out=tmp_path / "plain")
    seen = esc_skills.run(watched(experiment, receiver.url), out=tmp_path / "seen")
    assert seen.scores == plain.scores
    assert esc_skills.run(watched(experiment, receiver.url), out=tmp_path / "plain").resumed


def walk(chosen: dict[str, Any], folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run an experiment as a program of its own."""
    file = folder / f"{name}.toml"
    file.write_text(tomli_w.dumps(chosen))
    command = [sys.executable, "-m", "esc_skills", "run", str(file), "--out", str(folder / name)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def test_a_receiver_that_is_away_costs_one_warning(experiment, tmp_path: Path) -> None:
    """The program ends with the result of an unwatched run, and one line."""
    done = walk(watched(experiment, AWAY), tmp_path, "away")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("spans are dropped") == 1
    assert "Traceback" not in done.stderr
    assert "refused" not in done.stderr
    walk(experiment, tmp_path, "plain")
    one, two = ((tmp_path / name / "scores.jsonl").read_bytes() for name in ("away", "plain"))
    assert one == two


def test_a_slow_receiver_holds_no_program_up(slow, experiment, tmp_path: Path) -> None:
    """Every request takes a minute: the program ends long before the first is answered."""
    start = time.monotonic()
    done = walk(watched(experiment, slow.url, patience=0.5, timeout=60.0), tmp_path, "slow")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < SLOW
    assert done.stderr.count("said once") <= 1


@pytest.mark.parametrize("patience", [0.0, 0.5])
def test_the_end_waits_no_longer_than_it_may(slow, patience: float) -> None:
    """Nor does telling of a conversation wait, whatever the receiver does."""
    watcher = Watcher(endpoint=slow.url, timeout=60.0, patience=patience)
    start = time.monotonic()
    watcher.esc_skills_trace_done(trace(profile(), 5))
    told = time.monotonic()
    watcher.close()
    assert told - start < 1
    assert time.monotonic() - told < patience + 1
    assert watcher.outbox.lost == 1 + len(trace(profile(), 5).exchanges)


def test_a_wrong_setting_is_refused_before_the_run(experiment, tmp_path: Path) -> None:
    """A misspelt setting names itself; nothing is played."""
    wrong = experiment | {"watchers": [{"use": "otel", "contents": True}]}
    with pytest.raises(ConfigError, match="contents"):
        esc_skills.run(wrong, out=tmp_path / "run")
    assert not (tmp_path / "run").exists() or not any((tmp_path / "run").glob("traces/*"))


def test_faults_and_crises_are_told(receiver) -> None:
    """A conversation that ended in a fault is an error; a crisis is an event that names a rule."""
    made = attrs.evolve(trace(profile(), 5), ending="fault", fault="service", state="failed")
    watcher = Watcher(endpoint=receiver.url)
    watcher.esc_skills_crisis(made.id, Alarm(rule="crisis.self-harm", speaker="seeker"))
    watcher.esc_skills_trace_done(made)
    watcher.close()
    root = next(span for span in receiver.spans if span["name"] == ROOT)
    assert root["facts"]["error.type"] == "failed"
    assert root["status"] == 2
    assert root["events"][0][1] == {
        "esc_skills.rule": "crisis.self-harm",
        "esc_skills.severity": "high",
    }


def test_the_queue_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """Spans that find no room are counted and dropped, with one warning."""
    watcher = Watcher(endpoint=AWAY, queue=3, patience=0.0)
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            watcher.esc_skills_trace_done(trace(profile(), 5))
        watcher.close()
    lines = [one for one in caplog.records if one.name == "esc_skills_otel"]
    assert len(lines) == 1
    assert watcher.outbox.lost == 20 * (1 + len(trace(profile(), 5).exchanges))
    assert watcher.outbox.sent == 0
