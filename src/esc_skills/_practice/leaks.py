"""What must not leave with a bank: paths, the name of this machine, data of people (X07)."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from typing import Any

from esc_skills._stages.patch import HUMAN
from esc_skills._stages.personal import personal
from esc_skills._stages.sayings import lines
from esc_skills.errors import DataError
from esc_skills.model import SkillsBank, plain

_PATH = re.compile(
    r"(?<![\w./~-])(?:/(?:home|Users|root|tmp|var|mnt|opt|srv|etc|usr|data|work|private|Volumes)/\w"
    r"|~/\w|file:/|[A-Za-z]:\\\w|\\\\\w)"
)
_TELLING = re.compile(r"[\d.-]")
"""A machine's name with none of these may be an ordinary word."""


def check_leaks(bank: SkillsBank, host: str | None = None) -> None:
    """Refuse a bank that would carry away what belongs to one machine or one person.

    Args:
        bank: What is about to leave.
        host: Name of this machine; asked of the system where it is not given.

    Raises:
        DataError: X07; names the place and the kind, and does not repeat the text.
    """
    found = next(leaks(bank, platform.node() if host is None else host), None)
    if found is not None:
        place, kind = found
        raise DataError(
            f"X07: {kind} would leave with the bank",
            where=place,
            hint="say it in other words (esc-skills bank edit), then export again",
        )


def leaks(bank: SkillsBank, host: str) -> Iterator[tuple[str, str]]:
    """Places of a bank with what stands there, in words."""
    mark = host.casefold() if len(host) > 3 and _TELLING.search(host) else ""
    for place, text in _texts(plain(bank), ""):
        if _PATH.search(text):
            yield place, "an absolute path"
        if mark and mark in text.casefold():
            yield place, "the name of this machine"
        if text.startswith(HUMAN) and (kind := personal(text.removeprefix(HUMAN))):
            yield place, kind
    for skill in bank.skills:
        words = (test.words for test in (*skill.applies, *skill.not_when))
        if not skill.protected and (
            kind := next(filter(None, map(personal, (*lines(skill), *words))), "")
        ):
            yield f"skill {skill.name}", kind
    for note in (*bank.notes, *(table.note for table in bank.tables)):
        if kind := personal(note):
            yield "a note of the bank", kind


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            name = inner.get("name", number) if isinstance(inner, dict) else number
            yield from _texts(inner, f"{place}.{name}")
