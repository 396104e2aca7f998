"""The whole road on a real model over Chat Completions, which holds answers to a schema."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest

import esc_skills
from esc_skills.errors import BudgetExceeded
from esc_skills.testing.localmodel import Counts, LocalModel

pytestmark = [pytest.mark.localmodel, pytest.mark.timeout(600)]

CAP = 5
ROLES = {"default", "distiller", "judge", "refiner", "responder"}


@attrs.frozen
class Three:
    """One experiment walked three times: stopped by its budget, to the end, and once more."""

    walk: Any
    end: BudgetExceeded
    stopped: list[Any]
    state: dict[str, Any]
    report: str
    run: esc_skills.Run
    sends: list[Any]
    counts: Counts
    bytes: dict[str, str]
    again: esc_skills.Run
    sends_again: list[Any]
    counts_again: Counts
    bytes_again: dict[str, str]


def since(before: Counts, now: Counts) -> Counts:
    return Counts(prompt=now.prompt - before.prompt, completion=now.completion - before.completion)


@pytest.fixture(scope="module")
def three(model: LocalModel, walk: Any) -> Three:
    """Walk them; everything below looks at what came of it."""
    made = walk(
        {"use": "openai", "base_url": model.chat_url, "sampling": {"max_tokens": 120}},
        distiller={"use": "paper", "min_units": 1, "min_dialogues": 1, "max_skills": 1},
        responder="paper",
        refiner="paper",
        evolve={"rounds": 1, "max_pairs": 1, "batch": 1},
    )
    before = model.counts
    with pytest.raises(BudgetExceeded) as end:
        made.run(calls=CAP)
    stopped = made.sends
    state = json.loads((made.out / "run.json").read_text("utf-8"))
    report = (made.out / "report.md").read_text("utf-8")
    run, sends, counts = made.run(), made.sends, since(before, model.counts)
    kept = made.bytes
    return Three(
        walk=made,
        end=end.value,
        stopped=stopped,
        state=state,
        report=report,
        run=run,
        sends=sends,
        counts=counts,
        bytes=kept,
        again=made.run(),
        sends_again=made.sends,
        counts_again=since(before, model.counts),
        bytes_again=made.bytes,
    )


def test_a_budget_of_calls_stops_the_road_cleanly(three: Three) -> None:
    """R39: not one request beyond the cap; the run says that its budget ended, with a report."""
    assert len(three.stopped) == CAP
    assert (three.end.exit_code, three.state["state"]) == (4, "budget")
    assert three.report
    assert "budget" in three.end.hint


def test_the_road_goes_on_where_the_budget_stopped_it(three: Three) -> None:
    """The walk after it takes up what was paid for, and sends no answered question again."""
    assert three.run.resumed
    assert three.sends[:CAP] == three.stopped
    answered = Counter(key for key, _, state, _, _ in three.sends if state == "done")
    assert max(answered.values()) == 1
    assert {role for _, role, _, _, _ in three.sends} == ROLES


def test_the_same_command_again_sends_nothing_and_changes_nothing(three: Three) -> None:
    """Neither the journal nor the server saw another request, and every file has its bytes."""
    assert not three.run.faults
    assert three.sends_again == three.sends
    assert three.counts_again == three.counts
    assert three.bytes_again == three.bytes
    assert three.again.scores == three.run.scores


def test_tokens_in_the_journal_are_those_that_the_server_counted(three: Three) -> None:
    """What the run says it used is what an independent counter says, to the token."""
    read = sum(tokens for _, _, _, tokens, _ in three.sends)
    written = sum(tokens for _, _, _, _, tokens in three.sends)
    assert Counts(prompt=read, completion=written) == three.counts


def test_every_kept_answer_is_of_the_asked_shape(three: Three) -> None:
    """The schema went over the wire as the server wants it: all fields, no other, no repair."""
    rows = three.walk.ask("SELECT request, answer FROM calls")
    assert len(rows) >= len(ROLES)
    for request, answer in rows:
        schema = json.loads(json.loads(request)["schema"])
        said = json.loads(json.loads(answer)["text"])
        assert set(said) == set(schema["required"]), schema["title"]


def test_conversations_are_whole(three: Three) -> None:
    """Every talk has an opening, a reply in the model's words, and a figure on SAGE's scale."""
    record = three.run.record
    files = sorted((Path(three.run.path) / "traces").glob("*.jsonl"))
    traces = [row for file in files for row in three.walk.rows(f"traces/{file.name}")]
    assert len(traces) >= 2
    for row in traces:
        talk = row.get("trace", row)
        (exchange,) = talk["exchanges"]
        assert exchange["seeker"].strip()
        assert exchange["reply"]["text"].strip()
        assert 0 <= exchange["reaction"]["emotion"] <= 100
    assert record.banks[0].skills  # at least the guard's own


def test_scores_count_what_they_rest_on(three: Three) -> None:
    """Three arms; a judge's value is on its scale, and whatever has none is counted by reason."""
    assert {score.arm for score in three.run.scores} >= {"none", "static", "evolved"}
    for score in three.run.scores:
        if score.evaluator == "judge":
            lost = sum(part.value for part in score.breakdown if "unscored=" in part.group)
            assert score.n + lost == score.of
            assert score.value is None or 1 <= score.value <= 5
