"""Banks outside a run: opened by path, checked, compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

from esc_skills._stages.rules import check_bank
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


def faults(bank: SkillsBank) -> list[str]:
    """Broken rules of a bank, one line each."""
    protected = tuple(skill for skill in bank.skills if skill.protected)
    try:
        check_bank(bank, protected=protected)
    except BankRuleError as fault:
        return [fault.line]
    known = {label.name for label in bank.taxonomy.actions} if bank.taxonomy else set()
    return [
        f"{skill.name}: action {action!r} is not in taxonomy {bank.taxonomy.name!r}"
        for skill in bank.skills
        for action in skill.actions
        if bank.taxonomy and action not in known
    ]


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
