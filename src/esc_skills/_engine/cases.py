"""What accepted edits rest on: failing turns that led to them, and the pairs that verified them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from esc_skills._engine.shelf import arm_name
from esc_skills._store.folder import RunFolder
from esc_skills.model import SkillsBank, Trace

FEW = 6
"""Conversations kept of those that an edit rests on; the ledger names all of them."""

Row = Mapping[str, Any]


def cases(
    folder: RunFolder, banks: Sequence[SkillsBank], ledger: Sequence[Row]
) -> tuple[Trace, ...]:
    """Conversations behind the accepted edits of a run, by id.

    Args:
        folder: The run.
        banks: Its banks, oldest first.
        ledger: Its ledger.
    """
    wanted = sorted({*_failing(ledger), *_paired(banks, ledger)})
    found: dict[str, Trace] = {}
    for arm in sorted({name.partition("/")[0] for name in wanted}):
        file = folder.traces(arm).relative_to(folder.path)
        found |= {trace.id: trace for trace in folder.read_nouns(file, Trace)}
    return tuple(found[name] for name in wanted if name in found)


def _accepted(ledger: Sequence[Row]) -> Iterator[Row]:
    for row in ledger:
        if row.get("event") == "verdict" and row["verdict"]["decision"] == "accept":
            yield row


def _failing(ledger: Sequence[Row]) -> Iterator[str]:
    """A few conversations of each accepted edit: those that its round calls failures come first."""
    failed = {
        row["round"]: {one["trace"] for one in row["report"]["failures"]}
        for row in ledger
        if row.get("event") == "failures"
    }
    for row in _accepted(ledger):
        bad = failed.get(row["round"], set())
        for edit in row["proposal"]["edits"]:
            told = [name for name in edit["evidence"] if name.count("/") > 1]
            yield from sorted(told, key=lambda name: name not in bad)[:FEW]


def _paired(banks: Sequence[SkillsBank], ledger: Sequence[Row]) -> Iterator[str]:
    """Both sides of every pair that let an edit pass."""
    behaviours = {bank.hash: bank.behaviour for bank in banks}
    made = {row.get("patch"): row.get("bank", "") for row in ledger if row.get("event") == "commit"}
    for row in _accepted(ledger):
        for bank in (row["proposal"]["bank"], made.get(row["proposal_id"], "")):
            if behaviour := behaviours.get(bank):
                for pair in row["pairs"]:
                    yield f"{arm_name(behaviour)}/{pair['profile']}/{pair['repeat']}"
