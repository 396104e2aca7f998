"""A walk: faults and notes are counted, and a budget's end loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from disks import small_disk

from esc_skills._engine.running import run
from esc_skills._engine.walking import FEW, FaultCounter, Notes
from esc_skills._store.folder import RunFolder
from esc_skills.errors import (
    BackendError,
    BudgetExceeded,
    EscSkillsError,
    PluginError,
    ReplyError,
    StoreError,
)
from esc_skills.model import InterventionUnit
from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.faultserver import FaultServer, Received
from esc_skills.testing.samples import profile


def test_faults_are_counted_with_their_notes() -> None:
    """Only conversations that have ended count; faults are told one by one."""
    counter = FaultCounter()
    counter("esc_skills_stage_started", stage="score", items=2)
    counter("esc_skills_trace_done", trace=trace(profile(), 5))
    counter("esc_skills_trace_done", trace=fault_trace())
    assert counter.traces == 2
    assert counter.lines == (f"{fault_trace().id}: {fault_trace().note}",)
    counter.check()


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (("service", "service", "service"), BackendError),
        (("service", "plugin", "service"), PluginError),
        (("seeker", "responder", "seeker"), ReplyError),
        (("responder", "service", "judge"), BackendError),
        (("guard", "guard", "guard"), PluginError),
    ],
    ids=["service", "mixed", "model", "model and service", "guard"],
)
def test_run_of_faults_alone_has_no_result(
    faults: tuple[Any, ...], error: type[EscSkillsError]
) -> None:
    """R31, R46: when every conversation failed nothing is reported; the first says why."""
    counter = FaultCounter()
    for fault in faults:
        counter("esc_skills_trace_done", trace=attrs.evolve(fault_trace(), fault=fault))
    with pytest.raises(error, match="all 3 conversations"):
        counter.check()


def test_run_that_held_no_conversation_is_fine() -> None:
    """A resumed run lets nobody talk, and that is no fault."""
    FaultCounter().check()


def test_notes_are_counted_and_the_first_kept() -> None:
    """Many notes of one kind cost no memory: a count, and a few places in full."""
    notes = Notes()
    for number in range(FEW + 3):
        notes.take(f"talk/{number}", "repair", {"turn": number})
    notes.take("talk/0", "guard-failed", {"fault": "ValueError"})
    assert notes.counted["repair"]["count"] == FEW + 3
    assert [item["place"] for item in notes.counted["repair"]["first"]] == [
        f"talk/{number}" for number in range(FEW)
    ]
    assert notes.counted["guard-failed"]["first"] == [{"place": "talk/0", "fault": "ValueError"}]


def test_what_was_noted_at_cutting_outlives_the_walk(tmp_path: Path) -> None:
    """I15, I19: the note about a message as long as a book stays, as does an unstated licence."""
    long = {"role": "user", "content": "so tired " * 1000}
    short = [{"role": role, "content": "Yes."} for role in ("assistant", "user")]
    rows = [{"id": str(n), "messages": [first, *short]} for n, first in enumerate([long, short[1]])]
    (tmp_path / "talks.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    corpus = {"use": "chat-jsonl", "path": str(tmp_path / "talks.jsonl")}
    experiment = {"corpus": [corpus]}
    for again in ("cut", "taken up", "cut anew"):
        run(experiment, out=tmp_path / "run", until="extract")
        stored = RunFolder.open(tmp_path / "run").read_json("run.json")
        (noted,) = stored["extraction"].values()
        assert noted["count"] == 1, again
        assert noted["first"][0]["dialogue"] == "0"
        assert noted["first"][0]["turns"] == 1
        units = RunFolder.open(tmp_path / "run").read_nouns("units.jsonl", InterventionUnit)
        assert {unit.source.licence for unit in units} == {"unstated"}
        if again == "taken up":
            (tmp_path / "run" / "units.jsonl").unlink()


def asking(server: FaultServer, **run: Any) -> dict[str, Any]:
    """A small experiment whose responder asks a model on loopback."""
    backend = {"use": "openai", "model": "tiny", "base_url": f"{server.url}/v1", "key": ""}
    return {
        "models": {"default": backend},
        "responder": "plain",
        "evolve": {"rounds": 0},
        "talk": {"limit": 1},
        "run": {"repeats": 1, "concurrency": 8, **run},
    }


def spoken(received: Received) -> str:
    """A message for a responder, the asked word for a probe."""
    if "probe" in str(received.body) or '"word"' in str(received.body):
        return '{"word": "ok"}'
    return '{"strategy": "Question", "text": "What happened then?"}'


def test_a_disk_that_takes_nothing_is_found_before_anybody_is_asked(tmp_path: Path) -> None:
    """R06, R07: exit 3 with the path and what to do; no call is made; later the run begins."""
    with FaultServer(answer=spoken) as server:
        with small_disk(600), pytest.raises(StoreError) as caught:
            run(asking(server), out=tmp_path / "run")
        assert (caught.value.exit_code, server.count) == (3, 0)
        assert caught.value.where.startswith(str(tmp_path / "run"))
        assert "same command" in caught.value.hint
        run(asking(server), out=tmp_path / "run", until="extract")
    assert RunFolder.open(tmp_path / "run").read_json("run.json")["state"] == "done"


def test_a_budget_ends_a_run_with_what_is_finished(tmp_path: Path) -> None:
    """R39, R40: the cap is kept, partial results are reported, and a higher cap goes on from there.

    The finished run equals one that was never stopped, and no paid call is made twice.
    """
    with FaultServer(answer=spoken) as server:
        with pytest.raises(BudgetExceeded, match="budget of 10 model calls") as caught:
            run(asking(server, budget={"calls": 10}), out=tmp_path / "run")
        stored = RunFolder.open(tmp_path / "run").read_json("run.json")
        assert (stored["state"], server.count) == ("budget", 10)
        assert "run.budget.calls" in caught.value.hint
        assert list((tmp_path / "run").glob("report.*"))
        done = run(asking(server), out=tmp_path / "run")
        needed = server.count
        again = run(asking(server), out=tmp_path / "run")
        assert server.count == needed
        whole = run(asking(server), out=tmp_path / "whole")
        assert server.count == 2 * needed
    assert again.scores == done.scores == whole.scores
    names = ("scores.jsonl", "traces/none.jsonl", "units.jsonl", "ledger.jsonl")
    for name in names:
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
