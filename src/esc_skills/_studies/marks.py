"""Filled rating sheets read back: every row checked, every fault named by file, row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import decode, parse_json, write_json
from esc_skills._store.files import read_bytes, write_file
from esc_skills._studies.keys import Key, Line, Question, cell_hash, titles
from esc_skills.errors import DataError

SIDES: Mapping[str, float] = {"left": -1.0, "same": 0.0, "right": 1.0}
"""What a word of a pair's rating counts."""
RATINGS = "ratings.jsonl"


@attrs.frozen(kw_only=True)
class Mark:
    """What one rater said of one row to one question."""

    line: str
    """Id of the row."""
    question: str
    """Id of the question."""
    rater: str
    """Name of the rater's file."""
    value: float
    """The rating; of a pair -1 for left, 0 for no difference, 1 for right."""


@attrs.frozen(kw_only=True)
class Marks:
    """Everything that people said."""

    key: Key
    """Which row is which."""
    raters: tuple[str, ...]
    """In the order of their files."""
    given: tuple[Mark, ...]
    """By rater, then in the order of the file; what is missing is not there."""

    def of(self, question: Question) -> dict[str, dict[str, float]]:
        """Ratings under a question, by row and rater."""
        found: dict[str, dict[str, float]] = {line.id: {} for line in self.key.lines}
        for mark in self.given:
            if mark.question == question.id:
                found[mark.line][mark.rater] = mark.value
        return found


def read_key(path: Path) -> Key:
    """Read a key.

    Raises:
        DataError: It is none.
    """
    place = str(path)
    return load(parse_json(decode(read_bytes(path), place), place), Key, place)


def read_marks(sheets: Sequence[Path], key: Path) -> Marks:
    """Read what raters filled in; a file's name, without its ending, is its rater's name.

    Args:
        sheets: A file a rater; columns may have moved, been added to, or be separated by
            semicolons or tabs.
        key: The key of the sheet.

    Raises:
        DataError: A row or a rating cannot be; names file, row and column.
    """
    held = read_key(key)
    raters = [path.stem for path in sheets]
    for place, name in enumerate(raters):
        if name in raters[:place]:
            hint = "give each rater's file a name of its own, each once"
            raise DataError(
                f"a second sheet of rater {name!r}", where=str(sheets[place]), hint=hint
            )
    if not sheets:
        raise DataError("no sheet", where=str(key), hint="name the filled sheets, one a rater")
    given = [mark for path in sheets for mark in _sheet(path, held)]
    return Marks(key=held, raters=tuple(raters), given=tuple(given))


def _sheet(path: Path, key: Key) -> list[Mark]:
    text = decode(read_bytes(path), str(path))
    first = text.split("\n", 1)[0]
    comma = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        rows = list(reader)
    except csv.Error as fault:
        hint = "save the filled sheet as CSV again"
        raise DataError(f"no CSV: {fault}", where=f"{path}:{reader.line_num}", hint=hint) from fault
    names = [cell.lstrip("'").strip() for cell in rows[0]] if rows else []
    for name in titles(key)[:-1]:
        if names.count(name) != 1:
            hint = f"a sheet has the columns {', '.join(titles(key))}"
            raise DataError(
                f"{names.count(name)} columns are called {name!r}",
                where=f"{path}: row 1",
                hint=hint,
            )
    lines = {line.id: line for line in key.lines}
    seen, marks = set[str](), list[Mark]()
    for number, cells in enumerate(rows[1:], 2):
        row = dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
        where = f"{path}: row {number}"
        if not any(cell.strip() for cell in row.values()):
            continue
        line = _line(row, lines, where)
        if line.id in seen:
            raise DataError(
                f"id {line.id!r} stands here again", where=where, hint="leave one row of each id"
            )
        seen.add(line.id)
        marks += _marks(row, line, key, path.stem, where)
    return marks


def _line(row: Mapping[str, str], lines: Mapping[str, Line], where: str) -> Line:
    """The row of the key; refused when its words are not those that were handed out."""
    name = row["id"].lstrip("'").strip()
    if name not in lines:
        hint = "the key of another sheet? ids must stay as they were"
        raise DataError(f"unknown id {name!r}", where=f"{where}, column id", hint=hint)
    line = lines[name]
    columns = ("conversation",) if len(line.hashes) == 1 else ("left", "right")
    for column, expected in zip(columns, line.hashes, strict=True):
        if cell_hash(row[column]) != expected:
            raise DataError(
                f"the words of {name!r} are not those that were handed out",
                where=f"{where}, column {column}",
                hint="copy the ratings into an unchanged sheet; spreadsheets cut long cells",
            )
    return line


def _marks(row: Mapping[str, str], line: Line, key: Key, rater: str, where: str) -> list[Mark]:
    marks = []
    for question in key.questions:
        title = question.title(key.kind)
        text = row[title].lstrip("'").strip()
        if text:
            value = _value(text, question, key.kind, f"{where}, column {title}")
            marks.append(Mark(line=line.id, question=question.id, rater=rater, value=value))
    return marks


def _value(text: str, question: Question, kind: str, where: str) -> float:
    if kind == "pair":
        if text.lower() in SIDES:
            return SIDES[text.lower()]
        raise DataError(f"{text!r} is no side", where=where, hint="write left, right or same")
    bare = text.removesuffix(".0").removesuffix(",0")
    digits = bare.removeprefix("-")
    if len(digits) < 10 and digits.isdecimal() and question.least <= int(bare) <= question.most:
        return float(int(bare))
    hint = f"write a whole number from {question.least} to {question.most}, or nothing"
    raise DataError(f"{text!r} is off the scale", where=where, hint=hint)


def write_ratings(marks: Marks, folder: Path) -> Path | None:
    """Write ``ratings.jsonl``, which evaluators read beside stored conversations.

    A row holds the fingerprint of the conversation's words, question, scale, rater and value.

    Returns:
        The file; None for pairs, whose marks belong to no single conversation.
    """
    if marks.key.kind != "rate":
        return None
    lines = {line.id: line for line in marks.key.lines}
    asked = {item.id: item for item in marks.key.questions}
    rows = [
        {
            "words": lines[mark.line].cells[0][0].words,
            "question": mark.question,
            "asks": asked[mark.question].words,
            "scale": [asked[mark.question].least, asked[mark.question].most],
            "rater": mark.rater,
            "value": int(mark.value),
        }
        for mark in marks.given
    ]
    text = "".join(write_json(row, "a rating") + "\n" for row in rows)
    write_file(folder / RATINGS, text.encode())
    return folder / RATINGS
