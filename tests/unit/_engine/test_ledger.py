"""The ledger of a run: chained, appended as things happen, never rewritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._engine.ledger import (
    FILE,
    HEAD,
    Ledger,
    commit_row,
    decisions,
    refused,
    written_head,
)
from esc_skills._stages.flow import Attempt, Round
from esc_skills._store.chain import verify_chain
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.model import Edit, Failure, FailureReport, Pair, Proposal, Verdict
from esc_skills.testing.samples import bank

FAILURE = Failure(kind="missing-skill", trace="t1", exchange=2, why="a\ud800b was offered")
REPORT = FailureReport(failures=(FAILURE,), traces=3)
HAND = commit_row({"kind": "accept", "actor": "human:Mira", "bank": "x"})


def attempt(decision: str, number: int = 1) -> Attempt:
    edit = Edit(kind="retire", targets=("stay-close",), reason="r")
    proposal = Proposal(bank=bank().hash, edits=(edit,), round=number)
    verdict = Verdict(decision=decision, gate="g", proposal=proposal.id)
    pairs = (Pair(profile="v1", repeat=0, current=40, candidate=50),)
    return Attempt(proposal=proposal, verdict=verdict, pairs=pairs)


def tell(ledger: Ledger, *decisions: str) -> str:
    ledger.note("failures", {"round": 1, "report": REPORT})
    for number, decision in enumerate(decisions):
        ledger.note("verdict", {"attempt": attempt(decision, number)})
    return ledger.note("round-done", {"round": 1, "bank": bank().hash})


def folder(path: Path) -> RunFolder:
    return RunFolder.create(path / "run")


def test_events_stand_in_the_order_they_happened(tmp_path: Path) -> None:
    """S12: each event is on disk when ``note`` returns; its hash is the head that is written."""
    here = folder(tmp_path)
    head = tell(Ledger.open(here), "accept", "reject")
    rows = here.read_rows(FILE)
    assert [row["event"] for row in rows] == ["failures", "verdict", "verdict", "round-done"]
    assert {row["schema"] for row in rows} == {1}
    assert head == rows[-1]["hash"] == written_head(here)
    assert verify_chain(rows, head) is None
    assert decisions(rows) == {"accept": 1, "reject": 1}


def test_verdict_row_holds_what_it_rests_on(tmp_path: Path) -> None:
    """S12: proposal, verdict and pairs stand together; the id ties them to the edits."""
    here = folder(tmp_path)
    tell(Ledger.open(here), "reject")
    row = here.read_rows(FILE)[1]
    assert row["proposal_id"] == row["verdict"]["proposal"]
    assert row["proposal"]["edits"][0]["targets"] == ["stay-close"]
    assert row["pairs"][0] | {"group": "", "alarms": 0} == row["pairs"][0]


def test_a_story_told_again_changes_no_byte(tmp_path: Path) -> None:
    """R01: a walk that is taken up again passes over what stands, and goes on behind it."""
    here = folder(tmp_path)
    tell(Ledger.open(here), "accept", "reject")
    data = here.ledger.read_bytes()
    for kept in (0, 1, 2, 3):
        lines = data.splitlines(keepends=True)
        here.ledger.write_bytes(b"".join(lines[:kept]) + lines[kept][: 20 * kept])
        (here.path / HEAD).unlink()
        head = tell(Ledger.open(here), "accept", "reject")
        assert here.ledger.read_bytes() == data
        assert written_head(here) == head


def test_another_story_is_refused(tmp_path: Path) -> None:
    """S12: a ledger is never rewritten; a walk that would tell something else stops."""
    here = folder(tmp_path)
    tell(Ledger.open(here), "accept")
    data = here.ledger.read_bytes()
    with pytest.raises(DataError, match="row 2 tells something else"):
        tell(Ledger.open(here), "reject")
    assert here.ledger.read_bytes() == data


def test_a_broken_chain_is_no_start(tmp_path: Path) -> None:
    """S12, B16: nobody goes on from a ledger whose past was changed."""
    here = folder(tmp_path)
    tell(Ledger.open(here), "accept")
    here.ledger.write_text(here.ledger.read_text("utf-8").replace('"accept"', '"reject"'), "utf-8")
    with pytest.raises(DataError, match="row 2 does not follow"):
        Ledger.open(here)


def test_what_people_did_is_passed_over(tmp_path: Path) -> None:
    """A commit by hand stands between the events of a walk and does not disturb it."""
    here = folder(tmp_path)
    ledger = Ledger.open(here)
    ledger.note("failures", {"round": 1, "report": REPORT})
    ledger.add(HAND)
    data = here.ledger.read_bytes()
    again = Ledger.open(here)
    tell(again, "accept")
    assert here.ledger.read_bytes().startswith(data)
    rows = here.read_rows(FILE)
    assert [row["event"] for row in rows] == ["failures", "commit", "verdict", "round-done"]
    assert verify_chain(rows, written_head(here)) is None


@pytest.mark.parametrize(("decision", "kept"), [("accept", 0), ("reject", 1), ("inconclusive", 1)])
def test_refused_proposals_are_remembered(decision: str, kept: int) -> None:
    """The refiner is told what did not pass."""
    done = Round(number=1, report=REPORT, attempts=(attempt(decision),), bank=bank())
    assert len(refused([done])) == kept
    assert decisions([]) == {}
