"""Front matter of SKILL.md: the few lines of YAML that we write, and nothing more of YAML.

Every scalar stays the text it is (``no``, ``012``, ``1:30``). Aliases, anchors, tags, merge
keys, flow and block style, tabs and double keys are refused by name (B05 to B07). One pass
over the lines, so that no file can make the reader slow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NoReturn

from esc_skills.errors import DataError

Matter = dict[str, str | dict[str, str]]

FENCE = "---"
_ENTRY = re.compile(r"( *)([A-Za-z0-9_][A-Za-z0-9_.-]*) *:(?: +(.*))?$")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*")
_WORDS_OF_YAML = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_REFUSED = {
    "&": "an anchor",
    "*": "an alias",
    "!": "a tag",
    "|": "block style",
    ">": "block style",
    "{": "flow style",
    "[": "flow style",
    "%": "a directive",
    "@": "a reserved sign",
    "`": "a reserved sign",
    "?": "a complex key",
    "-": "a list",
    ",": "flow style",
    "}": "flow style",
    "]": "flow style",
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "/": "/", "b": "\b"}
_SHORT |= {"f": "\f", "a": "\a", "v": "\v", "e": "\x1b", " ": " "}


def split(text: str, where: str) -> tuple[list[str], list[str], int]:
    """Part a document into the lines of its front matter and of its body.

    Returns:
        Both, and the number of the body's first line, from 1.

    Raises:
        DataError: There is no front matter, or it has no end.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        _refuse("the first line is not ---", where, 1)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == FENCE:
            return lines[1:number], lines[number + 1 :], number + 2
    return _refuse("the front matter has no closing ---", where, 1)


def read_matter(lines: list[str], where: str, first: int = 2) -> Matter:
    """Read the lines between the fences; ``first`` is the number of the first one.

    Raises:
        DataError: Anything but ``key: value`` lines with one level of nesting.
    """
    made: Matter = {}
    inner: dict[str, str] | None = None
    indent = 0
    for number, line in enumerate(lines, first):
        if not line.strip() or line.lstrip(" ").startswith("#"):
            continue
        entry = _ENTRY.match(line) if "\t" not in line else None
        if entry is None:
            _refuse(_odd_line(line), where, number)
        depth, key, raw = len(entry[1]), entry[2], (entry[3] or "").strip()
        if depth and inner is not None:
            indent = indent or depth
            if depth != indent:
                _refuse("the lines of one table are indented differently", where, number)
            _put(inner, key, _scalar(raw, where, number), where, number)
        elif depth:
            _refuse("an indented line without a table above it", where, number)
        elif raw and not raw.startswith("#"):
            inner = None
            _put(made, key, _scalar(raw, where, number), where, number)
        else:
            inner, indent = {}, 0
            _put(made, key, inner, where, number)
    return made


def write_matter(matter: Mapping[str, str | Mapping[str, str]]) -> str:
    """Write front matter with its fences; what ``read_matter`` reads back is the same."""
    lines = [FENCE]
    for key, value in matter.items():
        if isinstance(value, str):
            lines.append(f"{key}: {_quoted(value)}")
        else:
            lines.append(f"{key}:")
            lines += [f"  {name}: {_quoted(text)}" for name, text in value.items()]
    return "\n".join([*lines, FENCE, ""])


def _put(table: dict[str, str] | Matter, key: str, value: object, where: str, line: int) -> None:
    if key in table:
        _refuse(f"key {key!r} stands twice", where, line)
    table[key] = value  # type: ignore[assignment]


def _odd_line(line: str) -> str:
    start = line.lstrip(" ")[:2]
    if "\t" in line:
        return "a tab; indent with spaces"
    if start == "<<":
        return "a merge key is not allowed"
    if start[:1] in _REFUSED:
        return f"{_REFUSED[start[:1]]} is not allowed"
    return "not a `key: value` line"


def _scalar(raw: str, where: str, line: int) -> str:
    if raw.startswith('"'):
        return _double(raw, where, line)
    if raw.startswith("'"):
        end = re.match(r"'((?:[^']|'')*)'\s*(?:#.*)?$", raw)
        return end[1].replace("''", "'") if end else _refuse("a quote has no end", where, line)
    if raw[:1] in _REFUSED:
        _refuse(f"{_REFUSED[raw[0]]} is not allowed; put the text in quotes", where, line)
    plain = re.split(r"\s#", raw, maxsplit=1)[0].rstrip()
    if ": " in plain or plain.endswith(":"):
        _refuse("a colon inside a text; put the text in quotes", where, line)
    return plain


def _double(raw: str, where: str, line: int) -> str:
    end = re.match(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$', raw)
    if not end:
        return _refuse("a quote has no end", where, line)

    def sign(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "uUx" and len(code) > 1:
            number = int(code[1:], 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                _refuse(f"\\{code} is no character", where, line)
            return chr(number)
        if code not in _SHORT:
            _refuse(f"unknown escape \\{code}", where, line)
        return _SHORT[code]

    return _ESCAPE.sub(sign, end[1])


def _quoted(text: str) -> str:
    """Plain where YAML 1.1 and 1.2 agree that it is text; quoted otherwise."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML and FENCE not in text:
        return text
    if text.isprintable() and '"' in text and FENCE not in text:
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False).replace(FENCE, "\\u002d--")
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in quoted)


def _escape(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _refuse(what: str, where: str, line: int) -> NoReturn:
    raise DataError(
        what,
        where=f"{where}:{line}",
        hint="front matter is `key: value` lines; quote a text with signs in it",
    )
