"""What a stranger's bundle brings: its skills, and what in them a reviewer should look at twice.

Nothing here is a filter. Whatever is found or missed, a skill from outside rests until a named
person has read it; this only makes sure that they can see what they read (B08 to B11).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from esc_skills._codec.bankfiles import INDEX, SKILL, bank_from_files
from esc_skills._codec.nouns import load
from esc_skills._codec.strangers import read_any_skill
from esc_skills._codec.strict import decode, parse_json
from esc_skills._practice.admission import admit
from esc_skills._practice.parcels import PARCEL
from esc_skills._stages.patch import BANK, IMPORT
from esc_skills._stages.rules import SKILL_LIMIT
from esc_skills._store.bundles import read_bundle
from esc_skills._store.files import safe_name
from esc_skills.errors import DataError
from esc_skills.model import Skill, SkillsBank, plain
from esc_skills.model.identity import SHORT

EXCERPT = 80
"""Characters of a suspicious text that are shown beside its kind."""

TAGS, TAG = 50_000, 200
"""Most licences and sources of a bundle, and most characters of one."""

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_FORMS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_KINDS = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
# No repetition without a bound: the texts are a stranger's, and may be made to be slow.
_RULES = {
    "hidden text": (
        r"<!--|<[ /]{0,3}[a-z][^<>]{0,200}>|display ?: ?none|\[//\]:|^[ \t]{0,8}\[[^\]\n]{0,80}\]:"
    ),
    "an order to a model": (
        r"\b(ignore|disregard|forget|override|bypass)\b.{0,60}\b(rules?|instructions?|prompts?"
        r"|guidelines?|messages?|polic(y|ies)|above|safety|guards?)\b|\bdo anything now\b"
        r"|\b(system|developer) (prompt|message|mode|role)\b|\byou are now\b|\bfrom now on\b"
        r"|\bnew (rules|instructions)\b|\bjailbreak|\breveal\b.{0,40}\bprompt\b"
    ),
    "a turn or fence that poses as another": (
        r"^[^\w\n]{0,9}(system|assistant|developer|user|human|tool)[^\w\n]{0,5}:|<\|[^|\n]{0,60}\|>"
        r"|\[/?INST\]|<</?SYS>>|^[ \t]{0,8}(```|~~~|---)"
        r"|</?(system|assistant|user|data|skills?|instructions?)\b"
    ),
    "a template": (
        r"\{\{|\{%|\$\{|\$\(|%\(|<%|#\{|`[^`\n]{1,80}`|\{[^{}\n]{0,60}(__|[.\[!])[^{}\n]{0,60}\}"
    ),
    "a link": r"://|\bwww\.|\b(javascript|data|file|mailto|vbscript) ?:|\] ?[(\[]",
}
_SUSPECT = tuple(
    (kind, re.compile(rule, re.IGNORECASE | re.MULTILINE)) for kind, rule in _RULES.items()
)


@attrs.frozen(kw_only=True)
class Find:
    """Something in a skill that a reviewer should look at twice."""

    kind: str
    """What it seems to be, in words."""
    where: str
    """Field of the skill."""
    shown: str
    """The place, with every invisible sign spelled out."""


@attrs.frozen(kw_only=True)
class Parcel:
    """What a bundle holds, as it came: nothing in it is believed."""

    actor: str
    """``import:FILE``, or ``bank:HASH`` for a bank of ours."""
    skills: tuple[Skill, ...]
    """In the order of their files."""
    licences: tuple[str, ...] = ()
    """Licence tags that it states."""
    sources: tuple[str, ...] = ()
    """Fingerprints of the dialogues behind a bank."""


def open_parcel(path: Path) -> Parcel:
    """Read the skills of a bundle.

    Raises:
        DataError: It is no bundle, or no skill, or more than a bank may hold.
        BankRuleError: S4: it is a bank that was made without guards.
    """
    files = read_bundle(path)
    if INDEX in files:
        bank = bank_of(files, path)
        admit(bank, unreviewed=True, installed=False, to="import")
        made = Parcel(
            actor=BANK + bank.hash[:SHORT],
            skills=bank.skills,
            licences=bank.licences,
            sources=bank.sources,
        )
    else:
        names = [name for name in files if name.rpartition("/")[2].upper() == SKILL.upper()]
        places = {name: _place(path, name, files) for name in names}
        found = [
            read_any_skill(decode(files[name], place), place) for name, place in places.items()
        ]
        made = Parcel(
            actor=IMPORT + safe_name(path.resolve().name),
            skills=tuple(skill for skill, _ in found),
            licences=tuple(sorted({licence for _, licence in found if licence.strip()})),
        )
    if not 0 < len(made.skills) <= SKILL_LIMIT:
        raise DataError(
            f"{len(made.skills)} skills in this bundle",
            where=str(path),
            hint=f"a bundle holds 1 to {SKILL_LIMIT} skills, each in a SKILL.md",
        )
    tags = (*made.licences, *made.sources)
    if len(tags) > TAGS or not all(len(tag) <= TAG and tag.isprintable() for tag in tags):
        raise DataError(
            "licences or sources that are none",
            where=str(path),
            hint=f"at most {TAGS} of them, each one line of {TAG} characters at most",
        )
    return made


def _place(path: Path, name: str, files: Mapping[str, bytes]) -> str:
    """What a message calls a file of a bundle."""
    return str(path) if path.is_file() and len(files) == 1 else f"{path}/{name}"


def bank_of(files: Mapping[str, bytes], path: Path) -> SkillsBank:
    """The bank of a bundle of ours, exactly as it was exported.

    Raises:
        DataError: It is none, or of a newer schema.
    """
    place = _place(path, INDEX, files)
    data = parse_json(decode(files[INDEX], place), place)
    if isinstance(data, dict) and data.get("kind") == PARCEL:
        beside = {"kind", "card", "notice"}
        return load({key: data[key] for key in data if key not in beside}, SkillsBank, place)
    return bank_from_files(files, str(path))


def spelled(text: str) -> str:
    """A text with every sign that nobody sees, or that turns others around, spelled out."""
    return "".join(f"<U+{ord(sign):04X}>" if _hidden(sign) else sign for sign in text)


def weight(skill: Skill) -> int:
    """Characters of all texts of a skill, labels and structure included."""
    return sum(len(text) for _, text in _texts(plain(skill), ""))


def examine(skill: Skill) -> tuple[Find, ...]:
    """What a reviewer should look at twice, field by field; no claim that it is all."""
    return tuple(
        Find(kind=kind, where=where, shown=spelled(text[max(0, at - 20) : at + EXCERPT]))
        for where, text in _texts(plain(skill), "")
        for kind, at in _suspicious(text)
    )


def _suspicious(text: str) -> Iterator[tuple[str, int]]:
    hidden = next((at for at, sign in enumerate(text) if _hidden(sign)), None)
    if hidden is not None:
        yield "hidden signs", hidden
    bare = unicodedata.normalize("NFKC", "".join(sign for sign in text if not _hidden(sign)))
    for kind, rule in _SUSPECT:
        if found := rule.search(bare):
            # In a text with hidden signs the place is not the same; its beginning will do.
            yield kind, found.start() if bare == text else 0


def _hidden(sign: str) -> bool:
    if sign in "\n\t" or sign.isascii():
        return not (sign.isprintable() or sign in "\n\t")
    return sign in _UNSEEN or bool(_FORMS.match(sign)) or unicodedata.category(sign) in _KINDS


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _texts(inner, f"{where} {number}")
