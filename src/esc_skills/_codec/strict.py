"""JSON as strictly as it can be read: what is doubtful is refused, with its line.

One rule for odd text: bytes must be UTF-8 (a byte-order mark, or UTF-16 with one, is
understood). A lone surrogate, which no file can hold, is refused when read and becomes
U+FFFD when written, so that writing never fails on words.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from math import isinf
from typing import Any

from esc_skills.errors import DataError

DIGITS = 4300
"""Longest number that is read, in characters (Python's own limit)."""
DEPTH = 400
"""Deepest nesting that is read; below the parser's own limit on every Python."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\]:,"]+', re.DOTALL)
_COLON = re.compile(r"\s*:")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


class _DoubtError(ValueError):
    """Something that ``json`` accepts and we do not."""


def decode(data: bytes, where: str) -> str:
    """Read text from bytes.

    Raises:
        DataError: The bytes are no UTF-8 (I03); the message names the offset.
    """
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise DataError(
            f"byte {fault.start} is not {encoding.removesuffix('-sig').upper()} text",
            where=f"{where}:{line}",
            hint="save the file as UTF-8",
        ) from fault


def parse_json(text: str, where: str, line: int = 1) -> Any:
    """Read one JSON value.

    Args:
        text: The whole document, or one line of a JSONL file.
        where: File name for messages.
        line: Number of the first line of ``text`` in that file.

    Raises:
        DataError: Not JSON, or doubtful: double keys, NaN, numbers without end, lone
            surrogates, nesting beyond ``DEPTH`` (I02, I11, I12, I13).
    """
    text = text.removeprefix("\ufeff")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as fault:
        raise _refusal(_looks_like(text, fault), where, line + fault.lineno - 1) from fault
    except (RecursionError, ValueError) as fault:
        position, what = next(_doubts(text), (0, "number too long or nesting too deep"))
        raise _refusal(what, where, line + text.count("\n", 0, position)) from fault
    doubtful = not text.isascii() or "\\u" in text
    deep = text.count("{") + text.count("[") > DEPTH
    if deep or (doubtful and _SURROGATE.search(text)):
        for position, what in _doubts(text):
            raise _refusal(what, where, line + text.count("\n", 0, position))
    return value


def write_json(value: Any, what: str, indent: int | None = None) -> str:
    """Write plain data as JSON; ``what`` names it in messages.

    Raises:
        DataError: A number is NaN or infinite, or a value is none of JSON's kinds.
    """
    commas = (",", ":") if indent is None else None
    try:
        text = json.dumps(
            value, ensure_ascii=False, separators=commas, allow_nan=False, indent=indent
        )
    except (TypeError, ValueError) as fault:
        raise DataError(
            f"{what} cannot be written: {fault}",
            hint="report it to the author of the component that made it",
        ) from fault
    return text if text.isascii() else writable(text)


def writable(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DoubtError
    return members


def _finite(sign: str) -> float:
    value = float(sign)
    if isinf(value):
        raise _DoubtError
    return value


def _constant(sign: str) -> Any:
    raise _DoubtError(sign)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_finite, parse_constant=_constant
)


def _refusal(what: str, where: str, line: int) -> DataError:
    return DataError(
        what, where=f"{where}:{line}", hint="mend that line, or make the file again from its source"
    )


def _looks_like(text: str, fault: json.JSONDecodeError) -> str:
    start = text.lstrip()[:40]
    for mark, kind in (("<", "an HTML or XML page"), ("version https://git-lfs", "a git-LFS note")):
        if start.startswith(mark):
            return f"not JSON; it looks like {kind}"
    return f"not JSON: {fault.msg} (column {fault.colno})"


def _doubts(text: str) -> Iterator[tuple[int, str]]:
    """Walk over the tokens and yield position and reason of what is refused."""
    stack: list[set[str]] = []
    for match in _TOKEN.finditer(text):
        sign, place = match[0], match.start()
        if sign in "{[":
            stack.append(set())
            if len(stack) > DEPTH:
                yield place, f"nested deeper than {DEPTH} levels"
        elif sign in "}]":
            del stack[-1:]
        elif sign.startswith('"'):
            try:
                word = json.loads(sign, strict=False)
            except ValueError:  # an earlier doubt ended the reading before this text
                yield place, "not JSON: a text with a wrong escape"
                return
            if _SURROGATE.search(word):
                yield place, "a lone surrogate, which is no character"
            if stack and _COLON.match(text, match.end()):
                if word in stack[-1]:
                    yield place, f"key {word[:60]!r} stands twice in one object"
                stack[-1].add(word)
        elif reason := _bad_number(sign):
            yield place, reason


def _bad_number(sign: str) -> str:
    if sign in ("NaN", "Infinity", "-Infinity"):
        return f"{sign} is not a JSON number"
    if len(sign) > DIGITS:
        return f"a number of {len(sign)} characters"
    try:
        return f"{sign[:40]} is beyond every number" if isinf(float(sign)) else ""
    except ValueError:
        return ""
