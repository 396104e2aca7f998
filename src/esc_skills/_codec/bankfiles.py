"""A bank as a folder: ``<skill>/SKILL.md`` for people, ``bank.json`` for what no one edits.

Skills stand in SKILL.md only. ``bank.json`` remembers the content hash of each, so that a
hand edit is seen and named, never lost and never refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from esc_skills._codec.nouns import SCHEMA, load, migrate
from esc_skills._codec.skillmd import read_skill, write_skill
from esc_skills._codec.strict import decode, parse_json
from esc_skills.errors import DataError
from esc_skills.model import Skill, SkillsBank, content_hash, plain

INDEX = "bank.json"
SKILL = "SKILL.md"
KIND = "skills-bank"
WIDE = 100
"""Longest line of ``bank.json`` that is not broken up, unless it is a row of figures."""

_HASHES = "hashes"


def bank_to_files(bank: SkillsBank) -> dict[str, bytes]:
    """File names, relative to the bank's folder and sorted, with their bytes.

    Raises:
        DataError: The bank holds a text or a number that no file can hold.
    """
    licence = ", ".join(bank.licences)
    rest = {key: value for key, value in plain(bank).items() if key != "skills"}
    try:
        hashes = {skill.name: content_hash(skill) for skill in bank.skills}
        index = {"schema": SCHEMA, "kind": KIND, **rest, _HASHES: hashes}
        files = {INDEX: (_pretty(index) + "\n").encode()}
    except ValueError as fault:
        raise DataError(
            f"a bank cannot be written: {fault}",
            hint="report it to the author of the distiller or refiner that made it",
        ) from fault
    for skill in bank.skills:
        files[f"{skill.name}/{SKILL}"] = write_skill(skill, licence=licence).encode()
    return files


def bank_from_files(files: Mapping[str, bytes], where: str) -> SkillsBank:
    """Make a bank from its files, also after people have edited, added or removed skills.

    Args:
        files: What ``bank_to_files`` gave; other files are passed over.
        where: Name of the folder, for messages.

    Raises:
        DataError: Naming file, line and field; or the schema, when it is newer than ours.
    """
    index = _index(files, where)
    index.pop(_HASHES, None)
    skills = tuple(_skill(files, name, where) for name in _folders(files))
    bank = load({**index, "skills": []}, SkillsBank, f"{where}/{INDEX}")
    return bank.with_skills(skills)


def edited_skills(files: Mapping[str, bytes], bank: SkillsBank, where: str) -> tuple[str, ...]:
    """Names of skills that differ from what ``bank.json`` remembers: edited, added, removed."""
    kept = _index(files, where).get(_HASHES, {})
    found = {skill.name: content_hash(skill) for skill in bank.skills}
    return tuple(sorted(name for name in {*kept, *found} if kept.get(name) != found.get(name)))


def _index(files: Mapping[str, bytes], where: str) -> dict[str, Any]:
    place = f"{where}/{INDEX}"
    if INDEX not in files:
        raise DataError(
            f"not a bank: no {INDEX}",
            where=where,
            hint="give a folder under banks/ of a run, or an exported bank",
        )
    data = parse_json(decode(files[INDEX], place), place)
    if not isinstance(data, dict) or data.pop("kind", None) != KIND:
        raise DataError(
            f"{INDEX} does not describe a skills bank",
            where=f"{place} $.kind",
            hint="give a folder under banks/ of a run, or an exported bank",
        )
    row = migrate(data, "SkillsBank", place)
    if not isinstance(row.get(_HASHES, {}), dict):
        hint = "copy bank.json from the run again"
        raise DataError("hashes is no table", where=f"{place} $.hashes", hint=hint)
    return row


def _folders(files: Mapping[str, bytes]) -> list[str]:
    return sorted(
        folder for folder, _, name in (path.rpartition("/") for path in files) if name == SKILL
    )


def _skill(files: Mapping[str, bytes], folder: str, where: str) -> Skill:
    place = f"{where}/{folder}/{SKILL}"
    skill = read_skill(decode(files[f"{folder}/{SKILL}"], place), place)
    if skill.name != folder:
        raise DataError(
            f"skill {skill.name!r} lies in a folder of another name",
            where=place,
            hint=f"rename the folder to {skill.name}",
        )
    return skill


def _pretty(value: Any, indent: str = "") -> str:
    """JSON that diffs line by line, with each row of figures on one line."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    scalars = isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value)
    if scalars or len(flat) <= WIDE or not isinstance(value, (dict, list)):
        return flat
    deeper = indent + " "
    if isinstance(value, list):
        lines = [_pretty(item, deeper) for item in value]
        return f"[\n{deeper}" + f",\n{deeper}".join(lines) + f"\n{indent}]"
    lines = [
        f"{json.dumps(key, ensure_ascii=False)}: {_pretty(value[key], deeper)}" for key in value
    ]
    return f"{{\n{deeper}" + f",\n{deeper}".join(lines) + f"\n{indent}}}"
