"""What a study found, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from esc_skills._cli.bills import count, dollars
from esc_skills._cli.tables import clean, columns, emit_json, flat

if TYPE_CHECKING:
    from esc_skills._studies.quoting import StudyPlan
    from esc_skills.model import StudyCell, StudyRecord, StudyTable

SHOWN = 3
"""Tables that the terminal shows; all of them are in the pages."""
SIGNS = {
    "better": "+",
    "worse": "-",
    "higher": ">",
    "lower": "<",
    "below the floor": "°",
    "not compared": "?",
}
"""Verdicts as one letter behind a figure; none means not distinguishable."""


def cell_text(cell: StudyCell) -> str:
    """A cell in one line."""
    if cell.value is None:
        return f"— {cell.text}".rstrip() if cell.mark or not cell.text else cell.text
    parts = [f"{_figure(cell.value, cell.digits)}{SIGNS.get(cell.mark, '')}"]
    if cell.low is not None and cell.high is not None:
        ends = (_figure(end, cell.digits) for end in (cell.low, cell.high))
        parts.append(f"[{', '.join(ends)}]")
    if cell.n is not None and cell.of is not None and cell.n < cell.of:
        parts.append(f"({cell.n} of {cell.of})")
    return " ".join([*parts, cell.text]).rstrip()


def _figure(value: float, digits: int) -> str:
    """A number; what rounds to nothing has no sign."""
    shown = f"{value:.{digits}f}"
    return shown.replace("-", "") if float(shown) == 0 else shown


def table_lines(table: StudyTable) -> list[str]:
    """A table with its caption and notes."""
    rows = [table.head, *(tuple(map(cell_text, row)) for row in table.rows)]
    marks = {cell.mark for row in table.rows for cell in row if cell.mark in SIGNS}
    legend = ", ".join(f"{sign} {word}" for word, sign in SIGNS.items() if word in marks)
    notes = [*table.notes, f"Signs: {legend}."] if legend else table.notes
    return [table.caption, *columns(rows), *(f"  {note}" for note in notes), ""]


def say_record(
    record: StudyRecord, *, as_json: bool, pages: Sequence[Path] = (), path: Path | None = None
) -> None:
    """Show a study: its first tables, what was lost, where the rest lies."""
    if as_json:
        bare = tuple(attrs.evolve(score, items=()) for score in record.scores)
        told = {"study": attrs.evolve(record, scores=bare), "path": str(path) if path else None}
        emit_json({**told, "pages": [str(page) for page in pages]})
        return
    shown = [table for table in record.tables if table.name != "scores"][:SHOWN]
    for table in shown:
        for line in table_lines(table):
            click.echo(clean(line))
    for line in record.lost:
        click.echo(f"lost: {clean(line)}")
    times = [f"{one.arm} {one.seconds:.1f}" for one in record.costs if one.seconds is not None]
    if times:
        click.echo(f"seconds: {clean(', '.join(times))}")
    if path is not None:
        click.echo(flat(f"study: {path}"))
    for page in pages:
        if page.name.startswith("study."):
            click.echo(flat(f"page: {page}"))


def say_plan(plan: StudyPlan, *, as_json: bool) -> int:
    """Show what a study would ask; 2 when it would stop for want of a model."""
    if as_json:
        emit_json(plan.plain())
        return 2 if plan.missing else 0
    rows = [("variant", "calls", "at most", "tokens", "US$")]
    rows += [
        (one.variant, count(one.calls), count(one.most), count(one.tokens), dollars(one.usd))
        for one in plan.quotes
    ]
    known = [one.usd for one in plan.quotes if one.usd is not None]
    sums = (sum(getattr(one, name) for one in plan.quotes) for name in ("calls", "most", "tokens"))
    money = dollars(sum(known), lower=len(known) < len(plan.quotes))
    for line in columns([*rows, ("all", *map(count, sums), money)]):
        click.echo(line)
    click.echo(flat(f"{plan.shards} shards, {plan.done} of them done: {plan.folder}"))
    for note in plan.notes:
        click.echo(flat(f"note: {note}"))
    for role in plan.missing:
        click.echo(flat(f"no model for role {role}: the study would stop"))
    return 2 if plan.missing else 0
