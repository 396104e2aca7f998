"""JSON without surprises: no doubled key, no NaN, no endless number, every fault with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import attrs

from esc_skills.errors import DataError
from esc_skills_plugins._shared.lookalike import refuse_not_array, refuse_not_lines
from esc_skills_plugins._shared.textfile import TextFile

MAX_DIGITS = 40
"""Longest integer taken; no data set needs more, and Python's parser grows quadratically."""

LONGEST_KEY = 40
"""Characters of a key that a field path shows."""

_SPACE = re.compile(r"[ \t\n\r]*")


@attrs.frozen(kw_only=True)
class Row:
    """One record of a file, or why it is none."""

    value: Any
    """Parsed record; None when ``fault`` is set."""
    where: str
    """``file:line`` of its first character."""
    path: str
    """Field path of the record, such as ``dialogues[3]``; empty in JSON Lines."""
    fault: DataError | None = None
    """What is wrong with it."""

    @property
    def place(self) -> str:
        """Where in the file, without the file's name, which differs between machines."""
        return self.path or "line " + self.where.rpartition(":")[2]


@attrs.frozen
class _Flaw:
    """Stands where a forbidden value was, until its path is known."""

    reason: str


def _decoder(flaws: list[_Flaw]) -> json.JSONDecoder:
    """A decoder that puts a flaw where a forbidden value was, and also on the list."""

    def flawed(reason: str) -> _Flaw:
        flaws.append(_Flaw(reason))
        return flaws[-1]

    def integer(digits: str) -> int | _Flaw:
        if len(digits) > MAX_DIGITS:
            return flawed(f"is a number of {len(digits)} digits")
        return int(digits)

    def real(digits: str) -> float | _Flaw:
        number = float(digits)
        return flawed("is a number too large to hold") if abs(number) == float("inf") else number

    def whole(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Flaw:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        keys = [key for key, _ in pairs]
        twice = next(key for key in made if keys.count(key) > 1)
        return flawed(f"has the key {twice!r} twice")

    def constant(name: str) -> _Flaw:
        return flawed(f"is {name}, which is not a JSON number")

    return json.JSONDecoder(
        object_pairs_hook=whole, parse_int=integer, parse_float=real, parse_constant=constant
    )


def joined(path: str, key: str) -> str:
    """Field path one level deeper; odd keys are quoted, so that a path can always be printed."""
    name = key if key.isprintable() and len(key) <= LONGEST_KEY else repr(key[:LONGEST_KEY])
    return f"{path}.{name}" if path else name


def _first_flaw(value: Any, path: str) -> tuple[str, str] | None:
    """Path and reason of the first flaw, in document order; None when there is none."""
    waiting: list[tuple[Any, str]] = [(value, path)]
    while waiting:
        item, at = waiting.pop()
        if isinstance(item, _Flaw):
            return at, item.reason
        if isinstance(item, dict):
            inner = [(item[key], joined(at, key)) for key in item]
            waiting.extend(reversed(inner))
        elif isinstance(item, list):
            waiting.extend(reversed([(part, f"{at}[{i}]") for i, part in enumerate(item)]))
    return None


def _checked(value: Any, where: str, path: str, flaws: list[_Flaw]) -> Row:
    flaw = _first_flaw(value, path) if flaws else None
    flaws.clear()
    if flaw is None:
        return Row(value=value, where=where, path=path)
    at, reason = flaw
    fault = DataError(f"{at or 'the record'} {reason}", where=where, hint="mend the file there")
    return Row(value=None, where=where, path=path, fault=fault)


def _broken(error: Exception, where: str, path: str) -> Row:
    if isinstance(error, RecursionError):
        problem, hint = "is nested too deeply", "no dialogue file is; check where it comes from"
    else:
        told = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        problem = f"is not JSON{column}: {told}"
        hint = "the file may be cut; set skip_bad = true to keep what can be read"
    fault = DataError(f"{path or 'the record'} {problem}", where=where, hint=hint)
    return Row(value=None, where=where, path=path, fault=fault)


def array_rows(file: TextFile, root: str = "dialogues") -> Iterator[Row]:
    """Records of a file that is one JSON list, one at a time.

    A record that does not parse is the last one, as its end cannot be known.

    Raises:
        DataError: The file is no JSON list.
    """
    refuse_not_array(file.text, file.where)
    text, index, line, counted = file.text, 0, 1, 0
    flaws: list[_Flaw] = []
    decoder = _decoder(flaws)
    at = _skip(text, text.index("[") + 1)
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        path = f"{root}[{index}]"
        try:
            value, at = decoder.raw_decode(text, at)
            at = _separator(text, _skip(text, at))
        except (ValueError, RecursionError) as error:
            yield _broken(error, f"{file.where}:{_line(error, line)}", path)
            return
        yield _checked(value, f"{file.where}:{line}", path, flaws)
        index += 1
    if text[at + 1 :].strip():
        line += text.count("\n", counted, at)
        told = json.JSONDecodeError("text after the end of the list", text, at + 1)
        yield _broken(told, f"{file.where}:{line}", root)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _separator(text: str, at: int) -> int:
    """Step over a comma, or stay before the closing bracket."""
    if text[at : at + 1] == "]":
        return at
    if text[at : at + 1] != ",":
        raise json.JSONDecodeError("expected ',' or ']'", text, at)
    after = _skip(text, at + 1)
    if text[after : after + 1] == "]":
        raise json.JSONDecodeError("comma before ']'", text, at)
    return after


def _line(error: Exception, line: int) -> int:
    return error.lineno if isinstance(error, json.JSONDecodeError) else line


def line_rows(file: TextFile) -> Iterator[Row]:
    """Records of a JSON Lines file, one at a time; blank lines are passed over.

    Raises:
        DataError: The file is no JSON Lines.
    """
    refuse_not_lines(file.text, file.where)
    flaws: list[_Flaw] = []
    decoder = _decoder(flaws)
    # Not splitlines(): it also cuts at U+2028 and its like, which JSON text may hold.
    for number, line in enumerate(file.text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{file.where}:{number}"
        try:
            value = decoder.decode(line)
        except (ValueError, RecursionError) as error:
            flaws.clear()
            yield _broken(error, where, "")
        else:
            yield _checked(value, where, "", flaws)
