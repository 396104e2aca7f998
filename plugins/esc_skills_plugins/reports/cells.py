"""Cells of study tables made ready for any page: digits, intervals, signs; no markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from esc_skills.model import Score, StudyCell, StudyRecord, StudyTable, plain
from esc_skills.spec import RunRecord

DASH = "–"
"""What stands where there is no figure; it is not 0."""

MEANINGS: dict[str, str] = {
    "better": "better",
    "worse": "worse",
    "higher": "higher; neither good nor bad",
    "lower": "lower; neither good nor bad",
    "below the floor": "a difference no larger than chance makes between two equal arms",
    "not compared": "not compared",
}
"""Verdicts that get a sign, with what the legend says of them."""

PLAIN_SIGNS: dict[str, str] = {
    "better": "⁺",
    "worse": "⁻",
    "higher": "↑",
    "lower": "↓",
    "below the floor": "°",
    "not compared": "(?)",
}
"""Signs for pages that can show any character."""


def shown(value: float | None, digits: int) -> str:
    """A figure with so many digits behind the point; a dash for none, and no minus before 0."""
    if value is None:
        return DASH
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if not text.strip("-0.") else text


def interval(cell: StudyCell) -> str:
    """The interval in brackets; empty when the cell has none."""
    if cell.low is None and cell.high is None:
        return ""
    return f"[{shown(cell.low, cell.digits)}, {shown(cell.high, cell.digits)}]"


def share(cell: StudyCell) -> str:
    """``n of m`` where something is missing, else empty."""
    if cell.n is None or cell.of is None or cell.n >= cell.of:
        return ""
    return f"{cell.n} of {cell.of}"


def parts(cell: StudyCell) -> tuple[str, ...]:
    """What stands in a cell: figure or words first, then interval, count and words behind."""
    figure = cell.value is not None or not cell.text
    first = shown(cell.value, cell.digits) if figure else cell.text
    behind = (interval(cell), share(cell), cell.text if figure else "")
    return (first, *(part for part in behind if part))


def line(cell: StudyCell) -> str:
    """A cell on one line, with the sign of its verdict."""
    first, *behind = parts(cell)
    return " ".join((first + PLAIN_SIGNS.get(cell.mark, ""), *behind))


def legend(table: StudyTable) -> tuple[tuple[str, str], ...]:
    """Verdicts that a table shows, with their meanings, in one order for all tables."""
    marks = {cell.mark for row in table.rows for cell in row}
    return tuple((mark, said) for mark, said in MEANINGS.items() if mark in marks)


def unmarked(table: StudyTable) -> bool:
    """Whether a cell without a sign was compared and could not be told from its reference."""
    return any(cell.mark == "not distinguishable" for row in table.rows for cell in row)


def legend_line(table: StudyTable, signs: dict[str, str]) -> str:
    """The legend as one line of words; empty for a table without verdicts."""
    said = [f"{signs[mark]} {meaning}" for mark, meaning in legend(table)]
    if unmarked(table):
        said.append("no sign: not distinguishable")
    return "; ".join(said)


def filed(
    tables: Iterable[StudyTable], taken: Sequence[str] = ()
) -> tuple[tuple[str, StudyTable], ...]:
    """Tables with a file name each: lower-case letters, digits and hyphens, none twice."""
    used, made = set(taken), []
    for table in tables:
        stem = re.sub(r"[^a-z0-9]+", "-", table.name.lower()).strip("-")[:60] or "table"
        name, tries = stem, 1
        while name in used:
            tries += 1
            name = f"{stem}-shown" if stem in taken and tries == 2 else f"{stem}-{tries}"
        used.add(name)
        made.append((name, table))
    return tuple(made)


def all_tables(study: StudyRecord) -> tuple[StudyTable, ...]:
    """Tables of a study, with one of costs at the end where models were asked and none tells it."""
    asked = any(cost.questions for cost in study.costs)
    if not asked or any(table.name == "costs" for table in study.tables):
        return study.tables
    head = ("arm", "questions", "tokens in", "tokens out", "USD")
    rows = tuple(
        (
            StudyCell(text=cost.arm),
            *(
                StudyCell(value=count, digits=0)
                for count in (cost.questions, cost.tokens_in, cost.tokens_out)
            ),
            StudyCell(value=cost.usd, digits=4),
        )
        for cost in study.costs
    )
    caption = "What every arm asked of models, whether it was paid for now or by another arm before"
    notes = (f"{DASH} in the last column: a price is unknown.",)
    costs = StudyTable(name="costs", caption=f"{caption}.", head=head, rows=rows, notes=notes)
    return (*study.tables, costs)


def signatures(scores: Iterable[Score]) -> tuple[str, ...]:
    """Signature of every measure, each once."""
    return tuple(sorted({f"{score.evaluator}: {score.signature}" for score in scores}))


def run_table(record: RunRecord) -> StudyTable:
    """All scores of a run as one table."""
    return StudyTable(
        name="scores",
        caption=f"Scores of {record.name}, with 95 % intervals.",
        head=("arm", "evaluator", "score", "value"),
        rows=tuple(map(_score_row, record.scores)),
    )


def _score_row(score: Score) -> tuple[StudyCell, ...]:
    figure = StudyCell(
        value=score.value,
        low=score.low,
        high=score.high,
        n=score.n,
        of=score.of,
        digits=3 if abs(score.value or 0) < 2 else 2,
    )
    return (*(StudyCell(text=text) for text in (score.arm, score.evaluator, score.name)), figure)


def facts(noun: Any) -> Any:
    """A noun as plain data in which equal numbers look equal: 1 where a float belongs is 1.0.

    Seconds are left out: they differ from run to run.
    """
    kind: Any = type(noun)
    if not attrs.has(kind):
        return plain(noun)
    return {name: _steady(getattr(noun, name), real) for name, real in _fields(kind)}


@cache
def _fields(cls: type[Any]) -> tuple[tuple[str, bool], ...]:
    """Fields of a noun but for its seconds, and whether each one holds real numbers."""
    every = ((field.name, "float" in str(field.type)) for field in attrs.fields(cls))
    return tuple((name, real) for name, real in every if name != "seconds")


def _steady(value: Any, real: bool) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (tuple, list)):
        return [_steady(item, real) for item in value]
    return float(value) + 0.0 if real else facts(value)  # + 0.0: no minus before 0


def written(path: Path, text: str) -> Path:
    """Write a text file, the same bytes on every machine; what is no UTF-8 is spelt out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    return path
