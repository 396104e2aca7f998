"""What every round leaves in the ledger."""

from __future__ import annotations

import json

import pytest

from esc_skills._engine import ledger
from esc_skills._stages.flow import Attempt, Round
from esc_skills.model import Edit, Failure, FailureReport, Pair, Proposal, Verdict
from esc_skills.testing.samples import bank

FAILURE = Failure(kind="missing-skill", trace="t1", exchange=2, why="nothing was offered")


def one_round(*decisions: str) -> Round:
    edit = Edit(kind="retire", targets=("stay-close",), reason="r")
    attempts = []
    for number, decision in enumerate(decisions):
        proposal = Proposal(bank=bank().hash, edits=(edit,), round=number + 1)
        verdict = Verdict(decision=decision, gate="g", proposal=proposal.id)
        pairs = (Pair(profile="v1", repeat=0, current=40, candidate=50),)
        attempts.append(Attempt(proposal=proposal, verdict=verdict, pairs=pairs))
    report = FailureReport(failures=(FAILURE,), traces=3)
    return Round(number=1, report=report, attempts=tuple(attempts), bank=bank())


def test_ledger_holds_failures_then_verdicts_then_the_bank() -> None:
    """Rows of a round stand in the order things happened."""
    rows = ledger.rows([one_round("accept")])
    assert [row["event"] for row in rows] == ["failures", "verdict", "round-done"]
    assert ledger.decisions(rows) == {"accept": 1}


@pytest.mark.parametrize(("decision", "kept"), [("accept", 0), ("reject", 1), ("inconclusive", 1)])
def test_refused_proposals_are_remembered(decision: str, kept: int) -> None:
    """The refiner is told what did not pass."""
    assert len(ledger.refused([one_round(decision)])) == kept


def test_rows_are_plain_json_with_a_schema() -> None:
    """Each row can be written and read as JSON without loss, and names its schema."""
    rows = ledger.rows([one_round("accept", "reject")])
    assert json.loads(json.dumps(rows)) == rows
    assert {row["schema"] for row in rows} == {1}


def test_verdict_row_holds_what_it_rests_on() -> None:
    """S12: proposal, verdict and pairs stand together; the id ties them to the edits."""
    (row,) = [row for row in ledger.rows([one_round("reject")]) if row["event"] == "verdict"]
    assert row["proposal_id"] == row["verdict"]["proposal"]
    assert row["proposal"]["edits"][0]["targets"] == ["stay-close"]
    assert row["pairs"] == [
        {
            "profile": "v1",
            "repeat": 0,
            "current": 40,
            "candidate": 50,
            "group": "",
            "alarms": 0,
        }
    ]


def test_failures_are_kept_whole() -> None:
    """What the refiner found stands in the ledger, also when nothing came of it."""
    (row, done) = ledger.rows([one_round()])
    assert row["report"]["failures"][0]["why"] == FAILURE.why
    assert done == {"schema": 1, "event": "round-done", "round": 1, "bank": bank().hash}


def test_decisions_are_counted_by_name() -> None:
    """Verdict rows alone are counted; the counts come in the order of their names."""
    rows = ledger.rows([one_round("reject", "accept", "reject")])
    assert list(ledger.decisions(rows).items()) == [("accept", 1), ("reject", 2)]
    assert ledger.decisions([]) == {}
