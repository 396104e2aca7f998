"""The ledger: what happened to the banks of a run, in order, chained, written as it happens (S12).

A walk that is taken up again tells its story again; every event that stands already must be the
same. What people did by hand in between is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from esc_skills._codec.strict import parse_json, write_json
from esc_skills._stages.flow import Attempt, Round
from esc_skills._stages.patch import FOREIGN, HUMAN
from esc_skills._store.chain import body, linked, verify_chain
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.model import Proposal
from esc_skills.model.identity import plain

FILE, HEAD = "ledger.jsonl", "ledger.head"


@attrs.define
class Ledger:
    """The ledger of a run while it is written."""

    folder: RunFolder
    """The run."""
    rows: list[dict[str, Any]] = attrs.field(factory=list)
    """All rows, oldest first."""
    told: int = 0
    """Rows that this walk has come past."""

    @classmethod
    def open(cls, folder: RunFolder) -> Ledger:
        """Take up the ledger of a run; a last row that a crash has torn is cut off.

        Raises:
            DataError: A row was changed, cut out or moved.
        """
        if folder.has(FILE):
            folder.append_rows(FILE, ())
        return cls(folder, list(sound_rows(folder)))

    @property
    def head(self) -> str:
        """Hash of the last row that this walk has come past."""
        return self.rows[self.told - 1]["hash"] if self.told else ""

    def note(self, event: str, facts: Mapping[str, Any]) -> str:
        """Tell an event; gives the hash of its row.

        Raises:
            DataError: The ledger tells something else at this place.
        """
        row = _row(event, facts)
        while self.told < len(self.rows) and by_hand(self.rows[self.told]):
            self.told += 1
        if self.told == len(self.rows):
            return self.add(row)
        if body(self.rows[self.told]) != row:
            raise DataError(
                f"row {self.told + 1} tells something else than this walk",
                where=str(self.folder.ledger),
                hint="choose another --out; a ledger is never rewritten",
            )
        self.told += 1
        self._settle()
        return self.head

    def add(self, row: Mapping[str, Any]) -> str:
        """Append a row at the end, whatever the walk has come past."""
        made = linked(row, self.rows[-1]["hash"] if self.rows else "")
        self.folder.append_rows(FILE, [made])
        self.rows.append(made)
        self.told = len(self.rows)
        self._settle()
        return self.head

    def _settle(self) -> None:
        """Write down the head, so that a cut of the end shows."""
        head = self.rows[-1]["hash"] + "\n"
        if self.told == len(self.rows) and written_head(self.folder) != head.strip():
            self.folder.write_text(HEAD, head)


def sound_rows(folder: RunFolder) -> tuple[dict[str, Any], ...]:
    """The rows of a run's ledger.

    Raises:
        DataError: A row was changed, cut out or moved.
    """
    rows = folder.read_rows(FILE)
    if (bad := verify_chain(rows)) is not None:
        raise DataError(
            f"row {bad + 1} does not follow from the rows before it",
            where=f"{folder.ledger}:{bad + 1}",
            hint="bring back the file as the run wrote it, or choose another --out",
        )
    return rows


def written_head(folder: RunFolder) -> str | None:
    """The head as it was written down; None when it is not there."""
    return (folder.path / HEAD).read_text("utf-8").strip() if folder.has(HEAD) else None


def commit_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a commit."""
    return _row("commit", entry)


def by_hand(row: Mapping[str, Any]) -> bool:
    """Whether a row tells of a named person's commit, or of what they brought in."""
    told = str(row.get("actor", ""))
    return row.get("event") == "commit" and told.startswith((HUMAN, *FOREIGN))


def _row(event: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it comes back from the file, so that its hash is the same there."""
    made = _attempt_row(facts["attempt"]) if event == "verdict" else plain(facts)
    row = {"schema": 1, "event": event, **made}
    read: dict[str, Any] = parse_json(write_json(row, "a row of the ledger"), FILE)
    return read


def _attempt_row(item: Attempt) -> dict[str, Any]:
    return {
        "round": item.proposal.round,
        "proposal_id": item.proposal.id,
        "proposal": plain(item.proposal),
        "verdict": plain(item.verdict),
        "pairs": [plain(pair) for pair in item.pairs],
    }


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
