"""The ledger: failures, proposals and verdicts of every round, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from esc_skills._stages.flow import Attempt, Round
from esc_skills.model import Proposal
from esc_skills.model.identity import plain


def _attempt_row(number: int, item: Attempt) -> dict[str, Any]:
    return {
        "schema": 1,
        "event": "verdict",
        "round": number,
        "proposal_id": item.proposal.id,
        "proposal": plain(item.proposal),
        "verdict": plain(item.verdict),
        "pairs": [plain(pair) for pair in item.pairs],
    }


def rows(rounds: Iterable[Round]) -> list[dict[str, Any]]:
    """Ledger rows of finished rounds."""
    made: list[dict[str, Any]] = []
    for item in rounds:
        made.append(
            {"schema": 1, "event": "failures", "round": item.number, "report": plain(item.report)}
        )
        made += [_attempt_row(item.number, attempt) for attempt in item.attempts]
        made.append(
            {"schema": 1, "event": "round-done", "round": item.number, "bank": item.bank.hash}
        )
    return made


def refused(rounds: Iterable[Round]) -> tuple[Proposal, ...]:
    """Proposals that did not pass: the memory of the refiner."""
    return tuple(
        attempt.proposal
        for item in rounds
        for attempt in item.attempts
        if attempt.verdict.decision != "accept"
    )


def decisions(ledger: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How often each decision stands in a ledger."""
    counts: dict[str, int] = {}
    for row in ledger:
        if row.get("event") == "verdict":
            decision = str(row["verdict"]["decision"])
            counts[decision] = counts.get(decision, 0) + 1
    return dict(sorted(counts.items()))
