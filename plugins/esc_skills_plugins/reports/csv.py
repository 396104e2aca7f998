"""``csv``: tidy tables, one fact a row, that any program reads; the whole study as JSON beside."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import attrs

from esc_skills.model import Contrast, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.spec import RunRecord, hookimpl
from esc_skills_plugins.reports import cells

SCORES = ("arm", "evaluator", "score", "value", "low", "high", "n", "of", "better", "signature")
PARTS = ("arm", "evaluator", "score", "group", "value", "low", "high", "n", "signature")
ITEMS = ("arm", "evaluator", "score", "key", "cluster", "total", "count")
COSTS = ("arm", "questions", "tokens_in", "tokens_out", "usd")
TIDY = ("scores", "contrasts", "items", "costs", "parts")
"""Names that no shown table may take."""

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
FORMULA = re.compile(r"[\s\"'\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@＝＋－＠]")
"""What may begin a formula, also behind quotes and signs that nobody sees."""

Row = Mapping[str, Any]


def field(value: Any) -> Any:
    """A field: None is empty, a number is a number, text is one line that no spreadsheet runs."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = UNPRINTABLE.sub(" ", value)
    return f"'{text}" if FORMULA.match(text) else text


def sheet(head: Sequence[str], rows: Iterable[Row]) -> str:
    """CSV text after RFC 4180, with a line feed after every row; what a row lacks is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field(name) for name in head])
    writer.writerows([field(row.get(name)) for name in head] for row in rows)
    return out.getvalue()


def score_facts(score: Score) -> dict[str, Any]:
    """A score with its name under ``score``, so that rows of all tables join; without items."""
    return {**cells.facts(attrs.evolve(score, items=())), "score": score.name}


def part_rows(scores: Iterable[Score]) -> Iterator[Row]:
    """A row for each group of each score."""
    for score in scores:
        whole = score_facts(score)
        for part in whole["breakdown"]:
            yield {**whole, **part}


def item_rows(scores: Iterable[Score]) -> Iterator[Row]:
    """A row for each item: ``total`` and ``count`` of a mean, ``s0``, ``s1`` … of others."""
    for score in scores:
        whose = {"arm": score.arm, "evaluator": score.evaluator, "score": score.name}
        for item in score.items:
            known = cells.facts(item)
            yield {**whose, **known, **dict(zip(sum_names(item.sums), known["sums"], strict=True))}


def sum_names(sums: Sequence[float]) -> tuple[str, ...]:
    """Columns that the sums of an item stand in."""
    return ITEMS[-2:] if len(sums) == 2 else tuple(f"s{place}" for place in range(len(sums)))


def items_sheet(scores: Sequence[Score]) -> str:
    """Items of all scores; as many columns of sums as the widest needs."""
    widths = {len(item.sums) for score in scores for item in score.items} - {2}
    extra = (f"s{place}" for place in range(max(widths, default=0)))
    return sheet((*ITEMS, *extra), item_rows(scores))


def contrasts_sheet(contrasts: Iterable[Contrast]) -> str:
    """All that is known of every contrast; its name stands under ``score``."""
    head = tuple("score" if each.name == "name" else each.name for each in attrs.fields(Contrast))
    return sheet(head, ({**(row := cells.facts(one)), "score": row["name"]} for one in contrasts))


def flat_columns(title: str, column: Sequence[StudyCell]) -> dict[str, list[Any]]:
    """A column of a shown table as plain columns; those that would be empty are left out."""
    made: dict[str, list[Any]] = {}
    rows = [cells.facts(cell) for cell in column]
    texts, values = ([row[name] for row in rows] for name in ("text", "value"))
    figures = any(value is not None for value in values)
    made[title] = values if figures else texts
    if figures and any(texts):
        made[f"{title} text"] = texts
    for name in ("low", "high", "n", "of", "mark"):
        found = [row[name] for row in rows]
        if any(value not in {None, ""} for value in found):
            made[f"{title} {name}"] = found
    return made


def flat(table: StudyTable) -> str:
    """A shown table as CSV: figures apart from the ends of their intervals, counts and verdicts."""
    columns: list[tuple[str, list[Any]]] = []
    for place, title in enumerate(table.head):
        columns += flat_columns(title, [row[place] for row in table.rows]).items()
    head = [str(place) for place in range(len(columns))]
    rows = [dict(zip(head, [c[row] for _, c in columns], strict=True)) for row in _rows(table)]
    body = sheet(head, rows).split("\n", 1)[1]
    return sheet([title for title, _ in columns], ()) + body


def _rows(table: StudyTable) -> range:
    return range(len(table.rows))


@attrs.frozen(kw_only=True)
class Csv:
    """Tidy tables for duckdb, pandas, R and spreadsheets."""

    name: ClassVar[str] = "csv"
    summary: ClassVar[str] = "Tidy tables as CSV, one fact a row; a study as JSON beside."

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write scores and their groups into ``tables/``."""
        sheets = {
            "scores": sheet(SCORES, map(score_facts, record.scores)),
            "parts": sheet(PARTS, part_rows(record.scores)),
        }
        return self._write(sheets, folder)

    async def tabulate(self, study: StudyRecord, folder: Path) -> tuple[Path, ...]:
        """Write tidy tables, every shown table, and ``study.tables.json``."""
        sheets = {
            "scores": sheet(SCORES, map(score_facts, study.scores)),
            "contrasts": contrasts_sheet(study.contrasts),
            "items": items_sheet(study.scores),
            "costs": sheet(COSTS, map(cells.facts, study.costs)),
            "parts": sheet(PARTS, part_rows(study.scores)),
        }
        sheets |= {name: flat(table) for name, table in cells.filed(study.tables, TIDY)}
        text = json.dumps(cells.facts(study), ensure_ascii=False, indent=1, allow_nan=False)
        whole = cells.written(folder / "study.tables.json", text + "\n")
        return (*self._write(sheets, folder), whole)

    def _write(self, sheets: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
        return tuple(
            cells.written(folder / "tables" / f"{name}.csv", text) for name, text in sheets.items()
        )


@hookimpl
def esc_skills_reports() -> list[type[Csv]]:
    """Bring the tidy tables."""
    return [Csv]
