"""A skill as SKILL.md (Agent Skills standard): people read and edit it, code loads it again.

The body holds the words and is the truth for them; the front matter holds the structure, as
JSON texts under ``metadata``, and is the truth for that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import attrs

from esc_skills._codec.bodies import flat, read_body, write_body
from esc_skills._codec.frontmatter import Matter, read_matter, split, write_matter
from esc_skills._codec.nouns import SCHEMA, load
from esc_skills._codec.strict import parse_json, writable, write_json
from esc_skills._codec.structuring import near
from esc_skills.errors import DataError
from esc_skills.model import Skill, plain

KEYS = ("name", "description", "license", "compatibility", "allowed-tools", "metadata")
"""All that the standard allows in front matter."""
DESCRIPTION_LIMIT = 1024
"""Longest description, in characters (Agent Skills standard)."""

_PLAIN = ("schema", "life", "revision", "protected")
_JSON = ("actions", "applies", "not-when", "expected", "risks", "effects", "evidence")
_IN_BODY = {"words", "trigger", "instead"}
"""Fields of the structured parts that stand in the body."""


def write_skill(skill: Skill, *, licence: str = "") -> str:
    """Write a skill; ``read_skill`` gives an equal one back.

    Args:
        skill: Any skill.
        licence: Licence tags of what the skill was made from.

    Raises:
        DataError: A text holds a lone surrogate, or a number is NaN or infinite.
    """
    said = json.dumps(plain(skill), ensure_ascii=False)
    if writable(said) != said:
        raise DataError(
            f"skill {skill.name}: a text holds a lone surrogate, which is no character",
            hint="clean the text where it enters; a bank's words are its identity",
        )
    matter: dict[str, str | Mapping[str, str]] = {
        "name": skill.name,
        "description": _description(skill),
        "license": licence,
        "metadata": _metadata(skill),
    }
    return write_matter({key: value for key, value in matter.items() if value}) + write_body(skill)


def read_skill(text: str, where: str) -> Skill:
    """Read a skill, also one that a person has edited or written.

    A skill without ``life`` in its metadata is a candidate: it is not used before somebody
    writes ``life: active``. ``description`` is made from the body and is not read back.

    Raises:
        DataError: Naming file, line and key or heading.
    """
    lines, body, first = split(text.removeprefix("\ufeff"), where)
    structure = _structure(read_matter(lines, where), lines, where)
    return load(read_body(list(enumerate(body, first)), structure, where), Skill, where)


def _description(skill: Skill) -> str:
    """What it does and when, on one line."""
    when = "; ".join(test.words for test in skill.applies if test.words.strip())
    line = flat(f"{skill.overview} Use when: {when}" if when else skill.overview) or skill.name
    return line if len(line) <= DESCRIPTION_LIMIT else line[: DESCRIPTION_LIMIT - 1] + "…"


def _metadata(skill: Skill) -> dict[str, str]:
    made = {
        "schema": str(SCHEMA),
        "life": skill.life,
        "revision": str(skill.revision),
        "protected": "true" if skill.protected else "false",
    }
    for key in _JSON:
        bare = _bare(getattr(skill, key.replace("-", "_")))
        made[key] = _visible(write_json(bare, f"skill {skill.name}"))
    return made


def _bare(value: Any) -> Any:
    """Plain data without defaults, and without the words that the body has."""
    if isinstance(value, tuple):
        return [_bare(one) for one in value]
    if not attrs.has(type(value)):
        return value
    held = ((field, getattr(value, field.name)) for field in attrs.fields(type(value)))
    return {
        field.name: _bare(inner)
        for field, inner in held
        if field.name not in _IN_BODY and inner != field.default
    }


def _visible(text: str) -> str:
    """JSON text that front matter can hold as it is: no fence, nothing invisible."""
    text = text.replace("---", "\\u002d--")
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else json.dumps(sign).strip('"') for sign in text)


def _structure(matter: Matter, lines: list[str], where: str) -> dict[str, Any]:
    """Skill fields that stand in the front matter."""
    for key in matter:
        if key not in KEYS:
            _refuse(key, f"unknown key {key!r}{near(key, KEYS)}", lines, where)
    for key in ("name", "description"):
        if not isinstance(matter.get(key), str):
            _refuse(key, f"{key} is missing or no text", lines, where)
    metadata = matter.get("metadata", {})
    if not isinstance(metadata, dict):
        _refuse("metadata", "metadata is no table of `key: text` lines", lines, where)
    made: dict[str, Any] = {"name": matter["name"], "life": "candidate"}
    for key, text in metadata.items():
        if key in _JSON:
            made[key.replace("-", "_")] = parse_json(text, where, _line(key, lines))
        elif key in _PLAIN:
            made[key] = _typed(key, text)
        else:
            slip = near(key, (*_PLAIN, *_JSON))
            _refuse(key, f"unknown key metadata.{key}{slip}", lines, where)
    return made


def _typed(key: str, text: str) -> Any:
    """A plain metadata text as its field wants it; ``load`` refuses what fits nothing."""
    if key == "protected":
        return {"true": True, "false": False}.get(text, text)
    number = key != "life" and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if number else text


def _line(key: str, lines: list[str]) -> int:
    """Line of a key in the file; the front matter starts at line 2."""
    found = (n for n, line in enumerate(lines, 2) if line.strip().startswith(f"{key}:"))
    return next(found, 1)


def _refuse(key: str, what: str, lines: list[str], where: str) -> NoReturn:
    raise DataError(
        what,
        where=f"{where}:{_line(key, lines)}",
        hint=f"keys: {', '.join(KEYS)}; in metadata: {', '.join((*_PLAIN, *_JSON))}",
    )
