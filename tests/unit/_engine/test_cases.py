"""What accepted edits rest on, found again in the run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.cases import FEW, cases
from esc_skills._engine.shelf import arm_name
from esc_skills._store.folder import RunFolder
from esc_skills.model import SkillsBank, Trace
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill

OLD, NEW = bank(skill("first")), bank(skill("second"))
TRIAL = "trial-0123456789ab"


def told(arm: str, name: str, repeat: int = 0) -> Trace:
    who = attrs.evolve(profile(), id=name)
    return attrs.evolve(trace(who, repeat), id=f"{arm}/{name}/{repeat}", arm=arm)


def kept(folder: RunFolder, *traces: Trace) -> None:
    for arm in sorted({one.arm for one in traces}):
        folder.write_nouns(f"traces/{arm}.jsonl", [one for one in traces if one.arm == arm])


def ledger(decision: str, evidence: list[str], failures: list[str]) -> list[dict[str, Any]]:
    pair = {"profile": "v", "repeat": 0, "current": 40, "candidate": 50, "group": "", "alarms": 0}
    edit = {"kind": "add", "evidence": evidence}
    return [
        {
            "event": "failures",
            "round": 1,
            "report": {"failures": [{"trace": one, "exchange": 0} for one in failures]},
        },
        {
            "event": "verdict",
            "round": 1,
            "proposal_id": "pr-1",
            "proposal": {"bank": OLD.hash, "edits": [edit]},
            "verdict": {"decision": decision},
            "pairs": [pair],
        },
        {"event": "commit", "patch": "pr-1", "bank": NEW.hash},
    ]


def run(path: Path, evidence: int = 2) -> tuple[RunFolder, list[str], tuple[SkillsBank, ...]]:
    folder = RunFolder.create(path / "run")
    tried = [told(TRIAL, f"r{number}") for number in range(evidence)]
    sides = [told(arm_name(one.behaviour), name) for one in (OLD, NEW) for name in ("v", "other")]
    kept(folder, *tried, *sides)
    return folder, [one.id for one in tried], (OLD, NEW)


def test_an_accepted_edit_brings_its_turns_and_both_sides_of_its_pairs(tmp_path: Path) -> None:
    """The conversations that an edit names are there, and each pair under both banks, no other."""
    folder, names, banks = run(tmp_path)
    found = cases(folder, banks, ledger("accept", ["unit-1", *names], []))
    sides = {f"{arm_name(one.behaviour)}/v/0" for one in banks}
    assert {one.id for one in found} == {*names, *sides}


def test_what_was_not_accepted_brings_nothing(tmp_path: Path) -> None:
    """A page shows the ground of what stands in the bank; refused edits are told by their row."""
    folder, names, banks = run(tmp_path)
    assert cases(folder, banks, ledger("reject", names, names)) == ()


def test_of_many_conversations_those_with_failures_come_first(tmp_path: Path) -> None:
    """An edit that names hundreds shows a few, and those are the ones that went wrong."""
    folder, names, banks = run(tmp_path, evidence=FEW + 4)
    found = cases(folder, banks, ledger("accept", names, names[-2:]))
    tried = {one.id for one in found if one.arm == TRIAL}
    assert len(tried) == FEW
    assert set(names[-2:]) <= tried


def test_a_conversation_that_is_gone_is_left_out(tmp_path: Path) -> None:
    """O09: a damaged folder still gives a page, without what it lost."""
    folder, names, banks = run(tmp_path)
    folder.traces(TRIAL).unlink()
    found = cases(folder, banks, ledger("accept", names, []))
    assert not {one.id for one in found} & set(names)
    assert len(found) == 2
