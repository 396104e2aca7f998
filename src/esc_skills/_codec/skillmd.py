"""A skill as SKILL.md (Agent Skills standard): people read and edit it, code loads it again.

The body holds the words: overview, conditions and risks in words, steps, pitfalls, examples.
The front matter holds the structure, as JSON texts under ``metadata``. The n-th line under
"When to use" belongs to the n-th object of ``metadata.applies``, and so on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from esc_skills._codec.frontmatter import Matter, read_matter, split, write_matter
from esc_skills._codec.markdown import (
    BULLET,
    STEP,
    Lines,
    aside,
    encode,
    item,
    items,
    refuse,
    sections,
    words,
)
from esc_skills._codec.nouns import SCHEMA, load
from esc_skills._codec.strict import parse_json
from esc_skills._codec.structuring import near
from esc_skills.errors import DataError
from esc_skills.model import Condition, Risk, Skill

HEADINGS = (
    "Overview",
    "When to use",
    "When not to use",
    "Guidance",
    "Expected outcome",
    "Risks",
    "Pitfalls",
    "Examples",
)
KEYS = ("name", "description", "license", "compatibility", "allowed-tools", "metadata")
"""All that the standard allows in front matter."""
DESCRIPTION_LIMIT = 1024

_TEXTS = ("life", "revision", "protected")
_JSONS = {
    "actions": "actions",
    "applies": "applies",
    "not-when": "not_when",
    "expected": "expected",
    "risks": "risks",
    "effects": "effects",
    "evidence": "evidence",
}
_WORDLESS = {"words", "trigger", "instead"}


def write_skill(skill: Skill, *, licence: str = "") -> str:
    """Write a skill; ``read_skill`` gives an equal one back.

    Args:
        skill: Any skill.
        licence: Licence tags of what the skill was made from.

    Raises:
        DataError: A text holds a lone surrogate, or a number is NaN or infinite.
    """
    matter: dict[str, str | Mapping[str, str]] = {
        "name": skill.name,
        "description": _description(skill),
    }
    if licence:
        matter["license"] = licence
    matter["metadata"] = _metadata(skill)
    text = write_matter(matter) + "\n".join(_body(skill)) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        raise DataError(
            f"skill {skill.name}: a text holds a lone surrogate, which is no character",
            hint="clean the text where it enters",
        ) from fault
    return text


def read_skill(text: str, where: str) -> Skill:
    """Read a skill, also one that a person has edited or written.

    A skill without ``life`` in its metadata is a candidate: it is not used before somebody
    writes ``life: active``. ``description`` is made from the body and is not read.

    Raises:
        DataError: Naming file, line and key or heading.
    """
    lines, body, first = split(text.removeprefix("\ufeff"), where)
    matter = read_matter(lines, where)
    data = _structure(matter, where)
    parts = sections(list(enumerate(body, first)), HEADINGS, where)
    data["overview"] = words(parts.get("Overview", []))
    data["guidance"] = _texts(parts, "Guidance", where)
    data["pitfalls"] = _texts(parts, "Pitfalls", where)
    data["examples"] = _texts(parts, "Examples", where)
    _join_words(data, "applies", parts, "When to use", where)
    _join_words(data, "not_when", parts, "When not to use", where)
    _join_risks(data, parts, where)
    return load(data, Skill, where)


def _description(skill: Skill) -> str:
    """What it does and when, on one line of at most 1,024 characters."""
    when = "; ".join(test.words for test in skill.applies if test.words.strip())
    text = f"{skill.overview} Use when: {when}" if when else skill.overview
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    line = line or skill.name
    return line if len(line) <= DESCRIPTION_LIMIT else line[: DESCRIPTION_LIMIT - 1] + "…"


def _metadata(skill: Skill) -> dict[str, str]:
    made = {
        "schema": str(SCHEMA),
        "life": skill.life,
        "revision": str(skill.revision),
        "protected": "true" if skill.protected else "false",
    }
    for key, field in _JSONS.items():
        made[key] = _json(_bare(getattr(skill, field)))
    return made


def _bare(value: Any) -> Any:
    """Plain data without the words and without defaults; the body has the words."""
    if isinstance(value, tuple):
        return [_bare(item) for item in value]
    if not attrs.has(type(value)):
        return value
    inner = {field.name: (getattr(value, field.name), field) for field in attrs.fields(type(value))}
    return {
        name: _bare(held)
        for name, (held, field) in inner.items()
        if name not in _WORDLESS and held != field.default
    }


def _json(value: Any) -> str:
    """JSON text without a sign that front matter would have to escape."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False).replace("---", "\\u002d--")
    return "".join(
        sign if sign.isprintable() or ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}" for sign in text
    )


def _body(skill: Skill) -> list[str]:
    made = ["", f"# {skill.name.replace('-', ' ').capitalize()}", ""]
    blocks = (
        encode(skill.overview),
        _conditions(skill.applies, "always"),
        _conditions(skill.not_when, "never"),
        [line for n, step in enumerate(skill.guidance, 1) for line in item(f"{n}. ", step)],
        [aside(_outcome(skill))],
        [line for risk in skill.risks for line in _risk(risk)],
        [line for text in skill.pitfalls for line in item("- ", text)],
        [line for text in skill.examples for line in item("- ", text)],
    )
    for heading, block in zip(HEADINGS, blocks, strict=True):
        made += [f"## {heading}", "", *(block or [aside("none")]), ""]
    return made[:-1]


def _conditions(tests: Sequence[Condition], empty: str) -> list[str]:
    if not tests:
        return [aside(empty)]
    return [line for test in tests for line in item("- ", test.words, said(test))]


def _risk(risk: Risk) -> list[str]:
    lines = item("- ", risk.trigger)
    if risk.instead:
        lines += item("  - Instead: ", risk.instead)
    if risk.when is not None:
        lines += item("  - When: ", risk.when.words, said(risk.when))
    return lines


def said(test: Condition) -> str:
    """A condition's structure in words, on one line."""
    parts = [
        f"{name} {' or '.join(labels)}"
        for name, labels in (
            ("scenario", test.scenarios),
            ("state", test.states),
            ("emotion", test.emotions),
        )
        if labels
    ]
    if (test.intensity_min, test.intensity_max) != (0, 100):
        parts.append(f"distress {test.intensity_min} to {test.intensity_max}")
    return (
        " ".join("".join(s if s.isprintable() else " " for s in "; ".join(parts)).split())
        or "any state"
    )


def _outcome(skill: Skill) -> str:
    changes = ", ".join(skill.expected.changes) or "any change for the better"
    text = f"{changes}; at least {skill.expected.least_gain:+d} points of emotion"
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _structure(matter: Matter, where: str) -> dict[str, Any]:
    """Skill fields that stand in the front matter."""
    for key in matter:
        if key not in KEYS:
            refuse(f"unknown key {key!r}{near(key, KEYS)}", f"{where} {key}", 1)
    for key in ("name", "description"):
        if not isinstance(matter.get(key), str):
            refuse(f"front matter has no {key}", where, 1)
    metadata = matter.get("metadata", {})
    if not isinstance(metadata, dict):
        refuse("metadata is a table of indented `key: text` lines", where, 1)
    known = ("schema", *_TEXTS, *_JSONS)
    data: dict[str, Any] = {"name": matter["name"], "life": "candidate"}
    for key, text in metadata.items():
        if key not in known:
            refuse(f"unknown key metadata.{key}{near(key, known)}", where, 1)
        place = f"{where} metadata.{key}"
        data[_JSONS.get(key, key)] = parse_json(text, place) if key in _JSONS else _typed(key, text)
    return data


def _typed(key: str, text: str) -> Any:
    """Text of a plain metadata key as its field wants it; odd text is refused by ``load``."""
    if key == "protected":
        return {"true": True, "false": False}.get(text, text)
    if key in ("schema", "revision") and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return text


def _texts(parts: Mapping[str, Lines], heading: str, where: str) -> list[str]:
    mark = STEP if heading == "Guidance" else BULLET
    wanted = f"{heading} is a list of `1. ` steps" if mark is STEP else f"{heading} is a `- ` list"
    return [words(lines) for lines in items(parts.get(heading, []), mark, where, wanted)]


def _join_words(
    data: dict[str, Any], field: str, parts: Mapping[str, Lines], heading: str, where: str
) -> None:
    """Give each condition its words."""
    lines = parts.get(heading, [])
    texts = _texts(parts, heading, where)
    tests = _objects(data, field, len(texts), heading, lines, where)
    data[field] = [{**test, "words": text} for test, text in zip(tests, texts, strict=True)]


def _objects(
    data: Mapping[str, Any], field: str, count: int, heading: str, lines: Lines, where: str
) -> list[dict[str, Any]]:
    """Objects of a metadata key, one for each line of its section."""
    found = data.get(field, [])
    key = next(key for key, name in _JSONS.items() if name == field)
    line = lines[0][0] - 1 if lines else 1
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        refuse(f"metadata.{key} must be a JSON list of objects", where, line)
    if len(found) != count:
        raise DataError(
            f"{count} lines under {heading!r}, but {len(found)} objects in metadata.{key}",
            where=f"{where}:{line}",
            hint=f'give metadata.{key} one object for each line, such as {{"states": ["…"]}}',
        )
    return found


def _join_risks(data: dict[str, Any], parts: Mapping[str, Lines], where: str) -> None:
    """Give each risk its trigger, what to do instead, and the words of its test."""
    lines = parts.get("Risks", [])
    found = items(lines, BULLET, where, "Risks is a `- ` list")
    made = []
    for one, data_of in zip(
        found, _objects(data, "risks", len(found), "Risks", lines, where), strict=True
    ):
        risk = {**data_of, **_risk_words(one, where)}
        text = risk.pop("when words", "")
        if isinstance(data_of.get("when"), dict):
            risk["when"] = {**data_of["when"], "words": text}
        elif text:
            refuse("a `When:` line needs a `when` in metadata.risks", where, one[0][0])
        made.append(risk)
    data["risks"] = made


def _risk_words(lines: Lines, where: str) -> dict[str, str]:
    labels = {"Instead:": "instead", "When:": "when words"}
    parts: dict[str, Lines] = {"trigger": []}
    current = "trigger"
    for number, line in lines:
        text = line.strip()
        if number > lines[0][0] and (mark := BULLET.match(text)):
            label, _, rest = text[mark.end() :].partition(" ")
            if label not in labels or labels[label] in parts:
                refuse("below a risk stand one `- Instead:` and one `- When:`", where, number)
            current = labels[label]
            parts[current] = [(number, rest)]
        else:
            parts[current].append((number, line))
    return {name: words(found) for name, found in parts.items()}
