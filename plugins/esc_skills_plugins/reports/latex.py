"""``latex``: floats for a paper, and an article that holds them all; core LaTeX, no packages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills.model import StudyRecord, StudyTable
from esc_skills.spec import RunRecord, hookimpl
from esc_skills_plugins.reports import cells
from esc_skills_plugins.reports.transliteration import latex
from esc_skills_plugins.reports.typesetting import floats

ROOM = 8
"""Tables after which a page is ended, so that LaTeX never holds back too many floats."""


def listed(title: str, lines: Sequence[str]) -> list[str]:
    """A section with a list; nothing for no lines."""
    if not lines:
        return []
    items = [rf"\item[--] {latex(line)}" for line in lines]
    return [rf"\section*{{{title}}}", r"\begin{itemize}", *items, r"\end{itemize}"]


def inputs(names: Iterable[str]) -> list[str]:
    """Lines that take the tables in."""
    lines: list[str] = []
    for place, name in enumerate(names, start=1):
        lines.append(rf"\input{{tables/{name}}}")
        if place % ROOM == 0:
            lines.append(r"\clearpage")
    return lines


def article(title: str, methods: str, names: Iterable[str], lost: Sequence[str] = ()) -> str:
    """A whole article that plain pdflatex sets in the folder where it stands."""
    lines = [
        r"% pdflatex needs nothing but its standard fonts and classes for this file.",
        r"\documentclass{article}",
        r"\begin{document}",
        r"\sloppy",
        rf"\section*{{{latex(title)}}}",
        latex(methods),
        "",
        *inputs(names),
        *listed("What came to nothing", lost),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


@attrs.frozen(kw_only=True)
class Latex:
    """Tables that a paper takes in as they are."""

    name: ClassVar[str] = "latex"
    summary: ClassVar[str] = "LaTeX tables that compile unedited, and an article around them."

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write the scores as ``tables/scores.tex``, and ``report.tex`` around them."""
        paths = self._tables((cells.run_table(record),), folder)
        text = article(record.name, "", (path.stem for path in paths))
        return (*paths, cells.written(folder / "report.tex", text))

    async def tabulate(self, study: StudyRecord, folder: Path) -> tuple[Path, ...]:
        """Write every table into ``tables/``, and ``study.tex`` around them."""
        paths = self._tables(cells.all_tables(study), folder)
        text = article(study.name, study.methods, (path.stem for path in paths), study.lost)
        return (*paths, cells.written(folder / "study.tex", text))

    def _tables(self, tables: Iterable[StudyTable], folder: Path) -> tuple[Path, ...]:
        return tuple(
            cells.written(folder / "tables" / f"{name}.tex", floats(name, table))
            for name, table in cells.filed(tables)
        )


@hookimpl
def esc_skills_reports() -> list[type[Latex]]:
    """Bring the tables."""
    return [Latex]
