"""Nouns to JSON and back; one row of a JSONL file holds one noun and its schema number.

A noun comes back exactly, down to its content hash; only lone surrogates do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from esc_skills._codec.strict import parse_json, write_json
from esc_skills._codec.structuring import Fault, FaultsError, build, spelled
from esc_skills.errors import DataError
from esc_skills.model import plain

T = TypeVar("T")
SCHEMA = 1
"""Schema number that this version writes; it reads all older ones."""

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: dict[tuple[str, int], Migration] = {}
"""(noun, old schema) → how to make the next one; a noun that did not change has no entry."""


def dump(noun: Any) -> dict[str, Any]:
    """Plain data of a noun, with its schema number first."""
    return {"schema": SCHEMA, **plain(noun)}


def load(data: Any, cls: type[T], where: str, *, loose: bool = False) -> T:
    """Make a noun from what ``dump`` wrote; a row without a number counts as schema 1.

    Args:
        data: Plain data.
        cls: Class of the noun.
        where: File, for messages.
        loose: Pass over what the noun does not know, at every depth.

    Raises:
        DataError: A field is missing, unknown or wrong, or the schema is newer than we are;
            all faults of the object are named with their paths.
    """
    if isinstance(data, Mapping):
        data = migrate(data, cls.__name__, where)
    try:
        return build(data, cls, loose=loose)
    except FaultsError as fault:
        raise _refusal(fault.faults, cls.__name__, where) from None


def to_line(noun: Any) -> str:
    """One JSON line, without its line end.

    Raises:
        DataError: A number is NaN or infinite, or a value is none of JSON's kinds.
    """
    return write_json(dump(noun), f"a {type(noun).__name__}")


def from_line(line: str, cls: type[T], where: str, number: int = 1) -> T:
    """Make a noun from one JSON line; ``number`` is its place in the file, from 1."""
    return load(parse_json(line, where, number), cls, f"{where}:{number}")


def to_lines(nouns: Iterable[Any]) -> str:
    """A whole JSONL document."""
    return "".join(to_line(noun) + "\n" for noun in nouns)


def from_lines(text: str, cls: type[T], where: str) -> Iterator[T]:
    """Read a whole JSONL document, noun by noun.

    Raises:
        DataError: A row is wrong or torn; names file and line.
    """
    for number, row in rows(text, where):
        yield from_line(row, cls, where, number)


def rows(text: str, where: str) -> Iterator[tuple[int, str]]:
    """Lines of a JSONL document with their numbers; blank lines are passed over.

    Raises:
        DataError: The last line has no line end: it was cut while it was written.
    """
    lines = text.split("\n")
    if lines.pop():
        raise DataError(
            "the last line was cut while it was written",
            where=f"{where}:{len(lines) + 1}",
            hint="run the same command again; it repairs the file and goes on",
        )
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def migrate(
    data: Mapping[str, Any],
    kind: str,
    where: str,
    *,
    steps: Mapping[tuple[str, int], Migration] = MIGRATIONS,
    newest: int = SCHEMA,
) -> dict[str, Any]:
    """Bring a row of an older schema up to date and take its number off.

    Raises:
        DataError: The number is no schema, or newer than this version knows.
    """
    row = dict(data)
    number = row.pop("schema", 1)
    if type(number) is not int or number < 1:
        raise DataError(
            f"schema {number!r} is no schema number",
            where=f"{where} $.schema",
            hint=f"it is 1 to {newest}",
        )
    if number > newest:
        raise DataError(
            f"{kind} of schema {number}; this version reads up to {newest}",
            where=where,
            hint="install a newer esc-skills: pip install -U esc-skills",
        )
    for old in range(number, newest):
        row = steps.get((kind, old), dict)(row)
    return row


def _refusal(faults: tuple[Fault, ...], kind: str, where: str) -> DataError:
    place = f"{where} {faults[0].path}" if len(faults) == 1 else where
    allowed = next((fault.allowed for fault in faults if fault.allowed), ())
    hint = f"keys of {kind}: {', '.join(allowed)}" if allowed else f"see the fields of {kind}"
    return DataError(spelled(faults), where=place, hint=hint)
