"""The body of a SKILL.md: the words of a skill under eight fixed headings.

The n-th line under "When to use" belongs to the n-th object of ``metadata.applies``, the n-th
risk to the n-th object of ``metadata.risks``, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
_BELOW_A_RISK = {"Instead:": "instead", "When:": "when"}


def write_body(skill: Skill) -> str:
    """Markdown of all that is words in a skill, and remarks on what is not."""
    made = ["", f"# {skill.name.replace('-', ' ').capitalize()}", ""]
    steps = enumerate(skill.guidance, 1)
    blocks = (
        encode(skill.overview),
        _conditions(skill.applies, "always"),
        _conditions(skill.not_when, "never"),
        [line for number, step in steps for line in item(f"{number}. ", step)],
        [aside(_outcome(skill))],
        [line for risk in skill.risks for line in _risk(risk)],
        [line for text in skill.pitfalls for line in item("- ", text)],
        [line for text in skill.examples for line in item("- ", text)],
    )
    for heading, block in zip(HEADINGS, blocks, strict=True):
        made += [f"## {heading}", "", *(block or [aside("none")]), ""]
    return "\n".join(made)


def read_body(lines: Lines, structure: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Fields of a skill: its words, with the structure that stands in the front matter.

    Args:
        lines: The body with its line numbers.
        structure: Skill fields from the front matter.
        where: File name for messages.

    Raises:
        DataError: A heading is unknown, a list is none, or words and structure do not pair.
    """
    parts = sections(lines, HEADINGS, where)
    made = {
        **structure,
        "overview": words(parts.get("Overview", [])),
        "guidance": _texts(parts, "Guidance", where),
        "pitfalls": _texts(parts, "Pitfalls", where),
        "examples": _texts(parts, "Examples", where),
    }
    for field, heading in (("applies", "When to use"), ("not_when", "When not to use")):
        texts = _texts(parts, heading, where)
        tests = _objects(structure, field, len(texts), heading, parts, where)
        made[field] = [{**test, "words": text} for test, text in zip(tests, texts, strict=True)]
    found = items(parts.get("Risks", []), BULLET, where, "Risks is a `- ` list")
    known = _objects(structure, "risks", len(found), "Risks", parts, where)
    pairs = zip(found, known, strict=True)
    made["risks"] = [_risk_of(lines, structured, where) for lines, structured in pairs]
    return made


def _conditions(tests: Sequence[Condition], empty: str) -> list[str]:
    if not tests:
        return [aside(empty)]
    return [line for test in tests for line in item("- ", test.words, _said(test))]


def _risk(risk: Risk) -> list[str]:
    lines = item("- ", risk.trigger)
    if risk.instead:
        lines += item("  - Instead: ", risk.instead)
    if risk.when is not None:
        lines += item("  - When: ", risk.when.words, _said(risk.when))
    return lines


def _said(test: Condition) -> str:
    """A condition's structure on one line, for people."""
    named = (("scenario", test.scenarios), ("state", test.states), ("emotion", test.emotions))
    parts = [f"{name} {' or '.join(labels)}" for name, labels in named if labels]
    if (test.intensity_min, test.intensity_max) != (0, 100):
        parts.append(f"distress {test.intensity_min} to {test.intensity_max}")
    return flat("; ".join(parts)) or "any state"


def _outcome(skill: Skill) -> str:
    changes = ", ".join(skill.expected.changes) or "any change"
    return flat(f"{changes}; emotion {skill.expected.least_gain:+d} or better; see metadata")


def flat(text: str) -> str:
    """Text on one line, with nothing invisible in it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _texts(parts: Mapping[str, Lines], heading: str, where: str) -> list[str]:
    mark, sign = (STEP, "1. ") if heading == "Guidance" else (BULLET, "- ")
    wanted = f"{heading} is a `{sign}` list"
    return [words(lines) for lines in items(parts.get(heading, []), mark, where, wanted)]


def _objects(
    structure: Mapping[str, Any],
    field: str,
    count: int,
    heading: str,
    parts: Mapping[str, Lines],
    where: str,
) -> list[dict[str, Any]]:
    """Objects of a metadata key, one for each item of its section."""
    found = structure.get(field, [])
    key = field.replace("_", "-")
    line = parts[heading][0][0] - 1 if parts.get(heading) else 1
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        refuse(f"metadata.{key} must be a JSON list of objects", where, line)
    if len(found) != count:
        raise DataError(
            f"{count} items under {heading!r}, but {len(found)} objects in metadata.{key}",
            where=f"{where}:{line}",
            hint=f"give metadata.{key} one JSON object for each item; {{}} tests nothing",
        )
    return found


def _risk_of(lines: Lines, structure: Mapping[str, Any], where: str) -> dict[str, Any]:
    """One risk, from its item and its object in the front matter."""
    parts = _risk_parts(lines, where)
    test = structure.get("when")
    if "when" in parts and test is None:
        refuse("a `When:` line needs a `when` in metadata.risks", where, parts["when"][0][0])
    made = {**structure, **{name: words(part) for name, part in parts.items()}}
    if test is not None:
        text = words(parts.get("when", []))
        made["when"] = {**test, "words": text} if isinstance(test, dict) else test
    return made


def _risk_parts(lines: Lines, where: str) -> dict[str, Lines]:
    parts: dict[str, Lines] = {"trigger": []}
    current = parts["trigger"]
    for number, line in lines:
        text = line.strip()
        mark = BULLET.match(text) if number > lines[0][0] else None
        if mark is None:
            current.append((number, line))
            continue
        label, _, rest = text[mark.end() :].partition(" ")
        name = _BELOW_A_RISK.get(label, "")
        if not name or name in parts:
            refuse("below a risk stand one `- Instead:` and one `- When:`", where, number)
        current = parts[name] = [(number, rest)]
    return parts
