"""Report conversations held again: what is not moved stays, what is moved is drawn anew."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from esc_skills._engine.running import run
from esc_skills._store.folder import RunFolder
from esc_skills._studies.replicates import PARTS, Stage, finished, moved
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Trace
from esc_skills.testing.faultserver import FaultServer, Received

Held = dict[str, tuple[Trace, ...]]
Open = Callable[..., Stage]


@pytest.fixture
def stage(small_run: Path, tmp_path: Path) -> Open:
    """The small run's stage, over a study folder of its own."""

    def made(**facts: object) -> Stage:
        given = {"path": small_run, "home": tmp_path / "study", "arms": (), **facts}
        return Stage.open(**given)

    return made


def felt(held: Held) -> dict[str, list[tuple[int, ...]]]:
    """Emotions, arm by arm and conversation by conversation."""
    return {arm: [trace.curve for trace in traces] for arm, traces in held.items()}


def play(stage: Stage, which: str, streams: dict[str, int]) -> Held:
    return asyncio.run(stage.again(stage.told(), which, streams))


def test_streams_all_zero_give_the_run_again(stage: Open) -> None:
    """Every trace of every arm, to the byte."""
    made = stage()
    assert play(made, "same", moved(0, *PARTS)) == made.told()


def test_the_seekers_chance_leaves_the_first_reading_and_reply(stage: Open) -> None:
    """Feelings change from the first reaction on; what came before it does not."""
    made = stage()
    told, again = made.told(), play(made, "seeker", moved(1, "seeker"))
    assert felt(told) != felt(again)
    for arm, traces in told.items():
        for old, new in zip(traces, again[arm], strict=True):
            assert old.exchanges[0].state == new.exchanges[0].state
            assert old.exchanges[0].reply == new.exchanges[0].reply


def test_the_agents_chance_changes_words(stage: Open) -> None:
    """Some first reply is another; the seeker's lots are the same."""
    made = stage()
    told, again = made.told(), play(made, "agent", moved(1, "agent"))
    firsts = [
        [trace.exchanges[0].reply.text for some in held.values() for trace in some]
        for held in (told, again)
    ]
    assert firsts[0] != firsts[1]


def test_the_judges_chance_holds_no_conversation(stage: Open, tmp_path: Path) -> None:
    """The same conversations are scored again; rules and counts say the same."""
    made = stage()
    told = made.told()
    one, two = (asyncio.run(made.judged(told, streams)) for streams in ({}, moved(1, "judge")))
    assert one == two
    assert not list((tmp_path / "study").glob("replicates/*/traces/*"))


def test_kept_conversations_are_not_held_again(stage: Open, tmp_path: Path) -> None:
    """A torn study goes on: what is kept is read, what is missing is held, the end is equal."""
    whole = play(stage(), "all-1", moved(1, *PARTS))
    files = sorted((tmp_path / "study/replicates/all-1/traces").glob("*.jsonl"))
    bytes_of = {file: file.read_bytes() for file in files}
    files[0].unlink()
    files[1].write_bytes(bytes_of[files[1]][: len(bytes_of[files[1]]) // 2])
    assert play(stage(), "all-1", moved(1, *PARTS)) == whole
    assert {file: file.read_bytes() for file in files} == bytes_of


def test_the_run_is_left_as_it_is(stage: Open, small_run: Path) -> None:
    """Not a byte of its folder changes."""
    before = {path: path.read_bytes() for path in small_run.rglob("*") if path.is_file()}
    play(stage(), "all-1", moved(1, *PARTS))
    assert {path: path.read_bytes() for path in small_run.rglob("*") if path.is_file()} == before


def test_a_study_of_something_else_is_refused(stage: Open) -> None:
    """Replicates of other arms, under the same folder, are not mixed with these."""
    stage()
    with pytest.raises(UsageError, match="another run") as refused:
        stage(arms=("none",))
    assert "--out" in refused.value.hint


def test_only_effort_may_be_set(stage: Open) -> None:
    """A budget may; a setting that changes results may not."""
    assert stage(sets=["run.concurrency=2"]).experiment.run.concurrency == 2
    with pytest.raises(UsageError, match="seed"):
        stage(sets=["run.seed=99"])


def test_an_arm_that_the_run_lacks_is_refused(stage: Open) -> None:
    """The message names those that are there."""
    with pytest.raises(UsageError, match="'best'") as refused:
        stage(arms=("none", "best"))
    assert "static" in refused.value.hint


def test_an_unfinished_run_is_finished_first(tmp_path: Path) -> None:
    """A run that stopped early walks to its end; an experiment is run inside the study."""
    quick = {
        "profiles": {"use": "grid", "intentions": ["deep-empathy"], "per_cell": 1},
        "evaluators": ["sage"],
        "reports": [],
        "evolve": {"rounds": 0},
        "run": {"repeats": 1, "arms": ["none"]},
    }
    early = run(quick, out=tmp_path / "early", until="distil").path
    assert finished(early, tmp_path / "study") == early
    assert RunFolder(early).has("scores.jsonl")
    made = finished(quick, tmp_path / "study")
    assert made == tmp_path / "study/run"
    assert RunFolder(made).has("scores.jsonl")


EXPERIMENT = """
profiles = {{ use = "grid", intentions = ["deep-empathy"], per_cell = 1 }}
evaluators = ["sage"]
responder = "plain"
reports = []
[models]
responder = {{ use = "openai", model = "tiny", base_url = "{url}/v1" }}
[evolve]
rounds = 0
[talk]
limit = 3
[run]
repeats = 1
arms = ["none"]
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, FaultServer]]:
    """A run whose agent asks a model, which never says the same twice."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    counted = Counter[str]()

    def act(received: Received) -> str:
        counted["asked"] += 1
        words = f"That sounds hard, time {counted['asked']}."
        return json.dumps({"text": words, "strategy": "Others", "why": "to be near"})

    with FaultServer((), act) as server:
        path = tmp_path / "asked.toml"
        path.write_text(EXPERIMENT.format(url=server.url), "utf-8")
        yield run(path, out=tmp_path / "run").path, server


def test_models_are_asked_anew_only_for_what_is_moved(
    asked: tuple[Path, FaultServer], tmp_path: Path
) -> None:
    """The seeker's replicate finds the first replies in the run's journal; the agent's asks all
    of them anew; a second study asks nothing.
    """
    path, server = asked
    made = Stage.open(path, tmp_path / "study", ())
    told, before = made.told(), len(server.requests)
    assert play(made, "same", {}) == told
    assert len(server.requests) == before
    again = play(made, "seeker-1", moved(1, "seeker"))
    for old, new in zip(told["none"], again["none"], strict=True):
        assert old.exchanges[0].reply == new.exchanges[0].reply
    before = len(server.requests)
    again = play(made, "agent-1", moved(1, "agent"))
    assert len(server.requests) - before == sum(len(one.exchanges) for one in again["none"])
    made.gateway.close()
    before = len(server.requests)
    other = Stage.open(path, tmp_path / "study", ())
    assert play(other, "agent-1", moved(1, "agent")) == again
    other.gateway.close()
    assert len(server.requests) == before


def test_a_run_without_its_journal_is_refused(
    asked: tuple[Path, FaultServer], tmp_path: Path
) -> None:
    """Else what should stay would be asked anew, and pass for somebody's chance."""
    path, _ = asked
    for file in path.glob("journal.sqlite*"):
        file.unlink()
    with pytest.raises(DataError, match="no journal"):
        Stage.open(path, tmp_path / "study", ())
