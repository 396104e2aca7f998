"""Figures of the benches, and the page that they stand on.

A bench says ``figure(line, text, bar=…)`` before it asserts; ``line`` is the first cell of a row of
``docs/explanation/performance.md``. ``conftest.py`` collects what was said, from other processes
too, and ``make bench`` writes the page: rows of this call anew, all others as they were.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import attrs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "performance.md"
"""Where the figures stand."""
MARK = re.compile(r"<!-- (bench_\w+) -->")
FAILED = ", **bench failed**"
"""What follows the bars of a bench that failed."""
MACHINE = "bench_machine"
"""Marks of the line on the machine."""


@attrs.frozen
class Figure:
    """One figure for one row."""

    line: str
    """First cell of its row."""
    text: str
    """What was measured."""
    bar: str = "–"
    """What the bench asserts of it; a dash where it asserts nothing."""
    made_by: str = ""
    """File that measured it."""

    def row(self) -> str:
        """The row of the page."""
        return f"| {self.line} | {self.text} | {self.bar} | `{self.made_by}` |"


TAKEN: list[Figure] = []
"""What the test that runs now has said so far."""


def figure(line: str, text: str, *, bar: str = "–") -> None:
    """Record a figure for its row of the page, and print it.

    Args:
        line: First cell of the row; a line that the page does not have is refused.
        text: The figure, as the page shall show it.
        bar: What is asserted of it; goes by itself to the page, and the assertion by itself.

    Raises:
        LookupError: The page has no such row.
    """
    _known(line, lines(PAGE.read_text("utf-8")))
    TAKEN.append(Figure(line, text, bar))
    sys.stdout.write(f"\n{line}: {text} (bar {bar})\n")


def between_marks(page: str, name: str, made: Iterable[str]) -> str:
    """The page with the part between the marks of a name made anew."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, rest = page.split(start)
    return f"{head}{start}\n" + "\n".join(made) + f"\n{end}{rest.split(end)[1]}"


def part(page: str, name: str) -> list[str]:
    """What stands between the marks of a name, line by line."""
    return page.split(f"<!-- {name} -->\n")[1].split(f"\n<!-- /{name} -->")[0].split("\n")


def cells(row: str) -> list[str]:
    """Cells of a row; a row of a head or of something else than a table of figures has none."""
    found = [cell.strip() for cell in row.strip().strip("|").split(" | ")]
    plain = row.startswith("| ") and len(found) == 4 and not found[0].startswith("---")
    return found if plain and found[0] != "what" else []


def lines(page: str) -> list[str]:
    """First cells of all rows between marks, in the order of the page."""
    rows = (row for name in MARK.findall(page) for row in part(page, name))
    return [found[0] for row in rows if (found := cells(row))]


def rewritten(page: str, figures: Sequence[Figure], machine: str) -> str:
    """The page with figures in their rows; rows without a new figure keep their text.

    Args:
        page: The page as it is.
        figures: What was measured; without any the page stays as it is.
        machine: Where it was measured.

    Raises:
        LookupError: The page has no row for a figure.
    """
    if not figures:
        return page
    known, new = lines(page), {one.line: one for one in figures}
    for line in new:
        _known(line, known)
    for name in MARK.findall(page):
        rows = [(row, cells(row)) for row in part(page, name)]
        made = [new[of[0]].row() if of and of[0] in new else row for row, of in rows]
        page = between_marks(page, name, [machine] if name == MACHINE else made)
    return page


def machine_told() -> str:
    """Cores, processor, system, Python and month, as this machine gives them."""
    cores = len(os.sched_getaffinity(0))
    python, month = platform.python_version(), date.today().strftime("%B %Y")
    where = f"{cores} cores of {_processor()}, {platform.system()}"
    return f"Machine: {where}, Python {python}; {month}."


def _processor() -> str:
    """Name of the processor by Linux, else by Python."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        told = []
    names = (line.partition(":")[2].strip() for line in told if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _known(line: str, known: Sequence[str]) -> None:
    if line not in known:
        raise LookupError(f"{PAGE.name} has no row {line!r}: write one, with – for its figure")
