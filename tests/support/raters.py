"""Made-up raters, for tests: they fill sheets as a spreadsheet would."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

Pen = Callable[[dict[str, str]], dict[str, str]]


def fill(sheet: Path, out: Path, pen: Pen, *, comma: str = ",", encoding: str = "utf-8") -> Path:
    """Copy a sheet with the cells that ``pen`` gives for each row."""
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = [{**row, **pen(row)} for row in reader]
        names = list(reader.fieldnames or ())
    with out.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, names, delimiter=comma)
        writer.writeheader()
        writer.writerows(rows)
    return out
