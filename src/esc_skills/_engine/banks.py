"""Banks outside a run: opened by path, checked, compared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._codec.bankfiles import INDEX
from esc_skills._engine.ledger import FILE, written_head
from esc_skills._stages.origins import check_origins
from esc_skills._stages.patch import PROTECTED
from esc_skills._stages.rules import check_bank
from esc_skills._store.chain import verify_chain
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import BankRuleError, DataError
from esc_skills.model import Skill, SkillsBank
from esc_skills.model.identity import plain


def open_bank(path: Path) -> tuple[SkillsBank, tuple[str, ...]]:
    """Open a bank folder, or the last bank of a run folder.

    Returns:
        The bank, and the names of skills that were edited by hand since it was written.

    Raises:
        DataError: There is no bank.
    """
    if (path / "run.json").is_file():
        banks = RunFolder.open(path).banks()
        if not banks:
            raise DataError(
                "this run has no bank yet", where=str(path), hint=f"esc-skills distil {path}"
            )
        path = banks[-1]
    bank, edited = read_bank(path)
    return bank, tuple(edited)


def load_bank(path: str | Path) -> SkillsBank:
    """Load a bank from its folder, or the last one of a run folder.

    Args:
        path: Folder of a bank (with ``bank.json``) or of a run (with ``run.json``).

    Raises:
        DataError: There is no bank, or a file of it is wrong (file, line, field).
    """
    return open_bank(Path(path))[0]


def faults(bank: SkillsBank, edited: Sequence[str] = ()) -> list[str]:
    """Broken rules of a bank, one line each; sources of skills ``edited`` by hand are not asked."""
    protected = tuple(skill for skill in bank.skills if skill.protected)
    told = tuple(origin for origin in bank.origins if origin.skill not in edited)
    rest = tuple(skill for skill in bank.skills if skill.name not in edited)
    try:
        check_bank(attrs.evolve(bank, origins=()), protected=protected)
        check_origins(attrs.evolve(bank, origins=told, skills=rest))
    except BankRuleError as fault:
        return [fault.line]
    known = {label.name for label in bank.taxonomy.actions} if bank.taxonomy else set()
    return [
        f"{skill.name}: action {action!r} is not in taxonomy {bank.taxonomy.name!r}"
        for skill in bank.skills
        for action in skill.actions
        if bank.taxonomy and action not in known
    ]


def tampered(bank: SkillsBank, edited: Sequence[str]) -> dict[str, str]:
    """Protected skills that were edited, taken out or laid bare by hand, each with a line (S5)."""
    guarded = {skill.name for skill in bank.skills if skill.protected}
    guarded |= {
        origin.skill
        for origin in bank.origins
        if any(source.startswith(PROTECTED) for source in origin.sources)
    }
    return {
        name: f"S5: protected skill {name!r} was edited by hand"
        for name in edited
        if name in guarded
    }


def chain_faults(path: Path) -> list[str]:
    """What is wrong with the ledger of the run that a bank lies in (S12); none outside of one."""
    run = path if (path / "run.json").is_file() else path.resolve().parent.parent
    if not (run / "run.json").is_file():
        return []
    folder = RunFolder.open(run)
    if not folder.has(FILE):
        return [f"S12: {FILE} is missing"] if folder.banks() else []
    rows = folder.read_rows(FILE)
    bad = verify_chain(rows, written_head(folder) or "")
    told = [] if bad is None else [f"S12: {FILE} row {bad + 1} does not follow from those before"]
    heads = {"", *(row.get("hash") for row in rows)}
    made = {row.get("bank") for row in rows if row.get("event") == "commit"}
    for one in folder.banks():
        index = folder.read_json(one.relative_to(folder.path) / INDEX)
        if index.get("ledger", "") not in heads:
            told.append(f"S12: {one.name} rests on a row that the ledger does not hold")
        if not any(str(bank).startswith(one.name.partition("-")[2]) for bank in made):
            told.append(f"S12: no commit of the ledger made {one.name}")
    return told


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)


def _fields(old: Skill, new: Skill) -> dict[str, tuple[str, str]]:
    names = [field.name for field in attrs.fields(Skill)]
    return {
        name: (_text(getattr(old, name)), _text(getattr(new, name)))
        for name in names
        if getattr(old, name) != getattr(new, name)
    }


def changed_skills(old: SkillsBank, new: SkillsBank) -> list[dict[str, Any]]:
    """Skills that were added, removed or changed, with both values of every changed field."""
    before = {skill.name: skill for skill in old.skills}
    after = {skill.name: skill for skill in new.skills}
    changes: list[dict[str, Any]] = []
    for name in sorted({*before, *after}):
        if name not in before:
            changes.append({"name": name, "change": "added", "fields": {}})
        elif name not in after:
            changes.append({"name": name, "change": "removed", "fields": {}})
        elif before[name] != after[name]:
            fields = _fields(before[name], after[name])
            changes.append({"name": name, "change": "changed", "fields": fields})
    return changes
