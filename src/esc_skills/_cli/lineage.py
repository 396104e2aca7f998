"""Where a line of a bank comes from: its edit, proposal and verdict, conversations and dialogues.

Everything is read from what a run has left: banks, ledger, units, conversations. A line that no
proposal brought stands in bank 0 and rests on units of dialogues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs

from esc_skills._codec.nouns import load
from esc_skills._engine.ledger import by_hand
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError
from esc_skills.model import (
    Edit,
    InterventionUnit,
    Line,
    Proposal,
    Skill,
    SkillsBank,
    Trace,
    Verdict,
    content_hash,
)
from esc_skills.model.lineage import lines

Row = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Origin:
    """What brought a line into its bank."""

    version: int
    """Number of the bank that first held it."""
    skill: str
    """Name of the skill that it then stood in."""
    evidence: tuple[str, ...]
    """Ids of what it rests on."""
    edit: Edit | None = None
    """The edit; None for bank 0, and where the ledger is not at hand."""
    row: Row | None = None
    """Ledger row of its proposal and verdict."""


@attrs.frozen(kw_only=True)
class History:
    """Banks of a run, oldest first, with the ledger that tells them apart."""

    banks: tuple[SkillsBank, ...]
    """Up to the bank that was asked about."""
    ledger: tuple[Row, ...] = ()
    """Rows of the run; empty for a bank that lies outside of one."""
    folder: RunFolder | None = None
    """The run; None for a bank outside of one."""
    _arms: dict[str, Mapping[str, Trace]] = attrs.field(factory=dict, init=False, eq=False)

    @cached_property
    def units(self) -> Mapping[str, InterventionUnit]:
        """Units of the run by id."""
        found = self.folder.read_nouns("units.jsonl", InterventionUnit) if self.folder else ()
        return {unit.id: unit for unit in found}

    def trace(self, name: str) -> Trace | None:
        """A conversation of the run by its id, ``arm/profile/repeat``."""
        arm = name.partition("/")[0]
        if self.folder is None or not arm:
            return None
        if arm not in self._arms:
            held = self.folder.read_nouns(self.folder.traces(arm), Trace)
            self._arms[arm] = {trace.id: trace for trace in held}
        return self._arms[arm].get(name)

    @cached_property
    def _rows(self) -> Mapping[str, Row]:
        return {
            content_hash(proposal_of(row)): row
            for row in self.ledger
            if row.get("event") == "verdict" and row["verdict"]["decision"] == "accept"
        }

    @cached_property
    def _by_hand(self) -> set[str]:
        """Banks that a named person's commit made, or what they brought in."""
        return {str(row["bank"]) for row in self.ledger if by_hand(row)}

    def row_of(self, bank: SkillsBank) -> Row | None:
        """Ledger row of the proposal that made a bank; None when the ledger has none."""
        return self._rows.get(bank.proposal)

    def origin(self, line: Line) -> Origin:
        """Walk back to the bank that first held a line, through merges, splits and revisions."""
        name = line.skill
        for version in range(len(self.banks) - 1, 0, -1):
            bank, before = self.banks[version], self.banks[version - 1]
            row = self.row_of(bank)
            edit = _edit_of(proposal_of(row), name) if row else None
            older = (name, *(edit.targets if edit else ()))
            held = [one for one in dict.fromkeys(older) if _holds(before, one, line)]
            if not held:
                return _brought(bank, version, line, name, edit=edit, row=row)
            name = held[0]
        return Origin(version=0, skill=name, evidence=_evidence(self.banks[0], name))

    def breaks(self) -> Iterator[str]:
        """Places where banks and ledger do not fit each other."""
        for number, (before, bank) in enumerate(
            zip(self.banks, self.banks[1:], strict=False), start=1
        ):
            if bank.parent != before.hash:
                yield f"bank {number} was made from {bank.parent[:12]}, not from {before.hash[:12]}"
            row = self.row_of(bank)
            if row is None and bank.hash in self._by_hand:
                continue
            if row is None:
                yield f"bank {number}: no accepted proposal of the ledger made it"
            elif content_hash(verdict_of(row)) != bank.verdict:
                yield f"bank {number}: its verdict is not the ledger's"


def open_history(path: Path) -> History:
    """Open a run folder, a bank of a run, or a bank outside of one.

    Raises:
        DataError: There is no bank, or a file is wrong.
    """
    run = path if (path / "run.json").is_file() else path.resolve().parent.parent
    if not (run / "run.json").is_file():
        return History(banks=(read_bank(path)[0],))
    folder = RunFolder.open(run)
    found = folder.banks()
    if path != run:
        found = tuple(one for one in found if one.name <= path.resolve().name)
    if not found:
        raise DataError(
            "this run has no bank yet", where=str(path), hint=f"esc-skills distil {path}"
        )
    return History(
        banks=tuple(read_bank(one)[0] for one in found),
        ledger=folder.read_rows("ledger.jsonl"),
        folder=folder,
    )


def proposal_of(row: Row) -> Proposal:
    """The proposal of a ledger row."""
    return load(row["proposal"], Proposal, "ledger.jsonl")


def verdict_of(row: Row) -> Verdict:
    """The verdict of a ledger row."""
    return load(row["verdict"], Verdict, "ledger.jsonl")


def _edit_of(proposal: Proposal, name: str) -> Edit | None:
    """The last edit of a proposal that made or touched a skill."""
    touching = [
        edit
        for edit in proposal.edits
        if name in edit.targets or any(skill.name == name for skill in edit.skills)
    ]
    return touching[-1] if touching else None


def _brought(
    bank: SkillsBank, version: int, line: Line, name: str, *, edit: Edit | None, row: Row | None
) -> Origin:
    """Origin in a bank that is the first to hold the line; a hand edit has no proposal."""
    if edit is None or not any(_says(skill, line) for skill in edit.skills):
        return Origin(version=version, skill=name, evidence=_stands_on(bank, name, line))
    evidence = edit.evidence or _evidence(bank, name)
    return Origin(version=version, skill=name, evidence=evidence, edit=edit, row=row)


def _stands_on(bank: SkillsBank, name: str, line: Line) -> tuple[str, ...]:
    """Sources that ``commit`` wrote down for a line."""
    for origin in bank.origins:
        if origin.skill == name and line.key in origin.lines:
            return origin.sources
    return ()


def _says(skill: Skill, line: Line) -> bool:
    return any((one.part, one.text) == (line.part, line.text) for one in lines(skill))


def _holds(bank: SkillsBank, name: str, line: Line) -> bool:
    skill = bank.skill(name)
    return skill is not None and _says(skill, line)


def _evidence(bank: SkillsBank, name: str) -> tuple[str, ...]:
    skill = bank.skill(name)
    return skill.evidence if skill else ()
