"""Differences between arms, ledger rows, provenance."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._engine import ledger, provenance
from esc_skills._engine.scoring import differences
from esc_skills._engine.shelf import Shelf
from esc_skills._stages.flow import Attempt, Round
from esc_skills._store.folder import RunFolder
from esc_skills.errors import UsageError
from esc_skills.model import Edit, FailureReport, Proposal, Trace, Verdict
from esc_skills.testing.samples import bank, profile


def trace(number: int, emotion: int, ending: str = "limit", signature: str = "s") -> Trace:
    return Trace(
        id=f"a/p{number}/0",
        profile=profile(f"p{number}", start_emotion=emotion),
        arm="a",
        ending=ending,
        signature=signature,
    )


def test_difference_is_paired_and_signed() -> None:
    """The later arm minus the earlier one, seeker by seeker."""
    arms = {
        "none": [trace(1, 40), trace(2, 60), trace(3, 20)],
        "static": [trace(1, 50), trace(2, 70), trace(3, 30)],
    }
    (score,) = differences(arms)
    assert (score.arm, score.value, score.n) == ("static-none", 10, 3)
    assert score.low == score.high == 10


def test_faults_leave_pairs_and_are_counted() -> None:
    """``of`` keeps the pairs that a fault removed."""
    arms = {"none": [trace(1, 40), trace(2, 40)], "x": [trace(1, 50), trace(2, 50, "fault")]}
    (score,) = differences(arms)
    assert (score.n, score.of) == (1, 2)


def test_unlike_signatures_are_never_compared() -> None:
    """Two simulators make no difference of arms."""
    arms = {"none": [trace(1, 40)], "x": [trace(1, 50, signature="other")]}
    assert differences(arms) == ()


def one_round(decision: str) -> Round:
    edit = Edit(kind="retire", targets=("stay-close",), reason="r")
    proposal = Proposal(bank=bank().hash, edits=(edit,), round=1)
    verdict = Verdict(decision=decision, gate="g", proposal=proposal.id)
    attempt = Attempt(proposal=proposal, verdict=verdict)
    return Round(number=1, report=FailureReport(), attempts=(attempt,), bank=bank())


def test_ledger_holds_failures_then_verdicts_then_the_bank() -> None:
    """Rows of a round stand in the order things happened."""
    rows = ledger.rows([one_round("accept")])
    assert [row["event"] for row in rows] == ["failures", "verdict", "round-done"]
    assert ledger.decisions(rows) == {"accept": 1}


@pytest.mark.parametrize(("decision", "kept"), [("accept", 0), ("reject", 1), ("inconclusive", 1)])
def test_refused_proposals_are_remembered(decision: str, kept: int) -> None:
    """The refiner is told what did not pass."""
    assert len(ledger.refused([one_round(decision)])) == kept


def test_run_of_another_experiment_is_refused_with_the_difference(tmp_path: Path) -> None:
    """R13: a folder is taken up by its own experiment only; the first difference is named."""
    folder = RunFolder.create(tmp_path / "run")
    one = {"experiment": {"run": {"seed": 1, "concurrency": 4}}, "version": "1"}
    assert provenance.check_same(folder, one) is False
    provenance.write(folder, one, state="running", started="now")
    assert provenance.check_same(folder, one) is True
    other = {"experiment": {"run": {"seed": 2, "concurrency": 4}}, "version": "1"}
    with pytest.raises(UsageError, match=r"seed: 1 → 2"):
        provenance.check_same(folder, other)


def test_concurrency_may_change_between_runs(tmp_path: Path) -> None:
    """How many work at once changes no result."""
    folder = RunFolder.create(tmp_path / "run")
    one = {"experiment": {"run": {"seed": 1, "concurrency": 4}}}
    provenance.write(folder, one, state="running", started="now")
    assert provenance.check_same(folder, {"experiment": {"run": {"seed": 1, "concurrency": 9}}})


def test_shelf_keeps_results_and_forgets_faults(tmp_path: Path) -> None:
    """Finished talks are read back by the next run; faults are tried again."""
    folder = RunFolder.create(tmp_path / "run")
    Shelf(folder=folder).keep("", [trace(1, 40), trace(2, 40, "fault")])
    again = Shelf(folder=folder).traces("")
    assert set(again) == {("p1", 0)}
