"""Study tables as LaTeX floats that fit a page: widths are worked out, wide and long ones split."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from esc_skills.model import StudyCell, StudyTable
from esc_skills_plugins.reports import cells
from esc_skills_plugins.reports.transliteration import latex

LINE = 345.0
"""Width of a line in points: LaTeX's article at 10 points, and less than a journal's page."""

TALL = 470.0
"""Points that the rows of one float may take; a page has 550."""

GAP = 3.0
"""Points on each side of a column."""

DIGITS: dict[str, float] = {
    "small": 4.7,
    "footnotesize": 4.3,
    "scriptsize": 4.0,
    "tiny": 3.5,
}
"""Points that a digit takes in the standard fonts, by size."""

SIGNS: dict[str, str] = {
    "better": "$^{+}$",
    "worse": "$^{-}$",
    "higher": r"$^{\uparrow}$",
    "lower": r"$^{\downarrow}$",
    "below the floor": r"$^{\circ}$",
    "not compared": "$^{?}$",
}
"""Superscripts of verdicts."""

HEAD = 6
"""Words of column titles that are longer may be broken after signs."""

LEAST, WORDS, FIRST = 30.0, 80.0, 110.0
"""Least width of a column, most of a column of words, most of the first one."""


@attrs.frozen(kw_only=True)
class Setting:
    """How the figures of a table are set."""

    size: str
    """Font size of figures and words."""
    beside: bool
    """Whether intervals stand beside their figures, or below them."""


SETTINGS: tuple[Setting, ...] = (
    Setting(size="small", beside=True),
    Setting(size="small", beside=False),
    Setting(size="footnotesize", beside=False),
    Setting(size="scriptsize", beside=False),
)
"""The first one in which a table fits the line is taken; the last for tables cut in pieces."""


def figure(value: str) -> str:
    """A figure or interval with a real minus, never broken across lines."""
    return value.replace("-", "$-$").replace(" ", "~").replace(cells.DASH, "--")


def points(text: str, size: str) -> float:
    """Width of a figure or word; a minus and a capital are wider than a digit."""
    wide = sum(0.8 for sign in text if sign == "-" or sign.isupper() or sign in "mw@%")
    spelt = sum(7 for sign in text if sign > "~")  # code points, at worst
    return (len(text) + wide + spelt) * DIGITS[size]


def cell_width(cell: StudyCell, setting: Setting) -> float:
    """Points that a cell asks for; words only up to a width, for they can be broken."""
    small = [points(text, "tiny") for text in (cells.interval(cell), cells.share(cell)) if text]
    if cell.value is None:
        return max(min(points(cell.text, setting.size), WORDS), *small, 0.0)
    first = points(cells.shown(cell.value, cell.digits), setting.size) + 6 * bool(cell.mark)
    words = min(points(cell.text, "tiny"), WORDS)
    if setting.beside:
        return max(first + sum(small) + 3 * len(small), words)
    return max(first, *small, words)


def head_width(title: str, size: str) -> float:
    """Points that a column title asks for: its longest word or part of one, within reason."""
    runs = re.findall(r"\w+\W?", title)
    return max((min(points(run, size), WORDS) for run in runs), default=0.0)


def widths(table: StudyTable, setting: Setting) -> tuple[float, ...]:
    """Width of every column."""
    made = []
    for place, title in enumerate(table.head):
        asked = [cell_width(row[place], setting) for row in table.rows]
        if place == 0:
            asked += [min(points(row[0].text, setting.size), FIRST) for row in table.rows]
        made.append(max(LEAST, head_width(title, setting.size), *asked, 0.0))
    return tuple(made)


def fits(columns: Sequence[float]) -> bool:
    """Whether columns stand side by side on one line."""
    return sum(columns) + 2 * GAP * len(columns) <= LINE


def chosen(table: StudyTable) -> Setting:
    """The most readable setting in which a table fits."""
    fitting = (setting for setting in SETTINGS if fits(widths(table, setting)))
    return next(fitting, SETTINGS[-1])


def column_groups(columns: Sequence[float]) -> tuple[tuple[int, ...], ...]:
    """Columns that stand together; the first one comes back in every group, as it names rows."""
    groups: list[tuple[int, ...]] = [(0,)]
    for place in range(1, len(columns)):
        group = (*groups[-1], place)
        if len(group) > 2 and not fits([columns[each] for each in group]):
            groups.append((0, place))
        else:
            groups[-1] = group
    return tuple(groups)


def row_height(row: Sequence[StudyCell], columns: Sequence[float], setting: Setting) -> float:
    """Points that a row takes, rather too many."""
    lines = []
    for cell, width in zip(row, columns, strict=True):
        behind = len(cells.parts(cell)) - 1
        words = int(points(cell.text, setting.size) * 1.25 // width) + 1 if cell.text else 0
        lines.append(1 + words + (0 if setting.beside else behind))
    return max(lines) * 10.0 + 3.0


def row_groups(heights: Sequence[float]) -> tuple[range, ...]:
    """Rows that stand in one float."""
    starts, filled = [0], 0.0
    for place, height in enumerate(heights):
        if filled and filled + height > TALL:
            starts.append(place)
            filled = 0.0
        filled += height
    return tuple(map(range, starts, [*starts[1:], len(heights)]))


def set_cell(cell: StudyCell, setting: Setting) -> str:
    """A cell's content; its sign stands at the figure."""
    sign = SIGNS.get(cell.mark, "")
    if cell.value is None:
        words = latex(cell.text) if cell.text else "--"
        small = [figure(part) for part in (cells.interval(cell), cells.share(cell)) if part]
        return " ".join((words + sign, *(rf"{{\tiny {part}}}" for part in small)))
    first = figure(cells.shown(cell.value, cell.digits)) + sign
    behind = [figure(part) for part in (cells.interval(cell), cells.share(cell)) if part]
    behind += [latex(cell.text)] if cell.text else []
    glue = "~" if setting.beside and not cell.text else r"\\ "
    return glue.join((first, *(rf"{{\tiny {part}}}" for part in behind)))


def boxed(content: str, width: float, ragged: str) -> str:
    """A box of a width, in which words are broken at its edge."""
    return rf"\parbox[t]{{{width:.1f}pt}}{{\{ragged}\hspace{{0pt}}\strut {content}\strut}}"


def ragged(table: StudyTable, place: int) -> str:
    """Figures stand at the right of their column, words at the left."""
    figures = any(row[place].value is not None for row in table.rows)
    return "raggedleft" if figures else "raggedright"


def tabular(table: StudyTable, columns: Sequence[float], places: Sequence[int], rows: range) -> str:
    """Some columns of some rows, with their titles above."""
    setting = chosen(table)
    sides = [ragged(table, place) for place in range(len(columns))]
    apart = r" \\" if setting.beside else r" \\ \noalign{\vskip 3pt}"

    def row(contents: Sequence[str]) -> str:
        boxes = (boxed(contents[place], columns[place], sides[place]) for place in places)
        return " &\n".join(boxes) + apart

    body = [row([set_cell(cell, setting) for cell in table.rows[place]]) for place in rows]
    lines = [
        rf"\begin{{tabular}}{{{'l' * len(places)}}}",
        r"\hline",
        row([latex(title, HEAD) for title in table.head]),
        r"\hline",
        *body,
        r"\hline",
        r"\end{tabular}",
    ]
    return "\n".join(lines)


def notes_of(table: StudyTable) -> list[str]:
    """Notes below a table, the legend of its signs last."""
    legend = "; ".join(f"{SIGNS[mark]} {latex(said)}" for mark, said in cells.legend(table))
    if cells.unmarked(table):
        legend = "; ".join(part for part in (legend, "no sign: not distinguishable") if part)
    return [*map(latex, table.notes), *([f"Signs: {legend}."] if legend else [])]


def floats(name: str, table: StudyTable) -> str:
    """A table as one float, or as several where it is too wide or too long for one."""
    setting = chosen(table)
    columns = widths(table, setting)
    heights = [row_height(row, columns, setting) for row in table.rows]
    pieces = [(rows, cols) for rows in row_groups(heights) for cols in column_groups(columns)]
    texts = []
    for place, (rows, cols) in enumerate(pieces, start=1):
        part = f" (Part {place} of {len(pieces)}.)" if len(pieces) > 1 else ""
        last = place == len(pieces)
        texts += [
            r"\begin{table}[htbp]",
            r"\centering",
            rf"\caption{{{latex(table.caption)}{part}}}",
            rf"\label{{tab:{name}{f'-{place}' if place > 1 else ''}}}",
            rf"\par\smallskip\{setting.size}",
            rf"\setlength{{\tabcolsep}}{{{GAP}pt}}",
            tabular(table, columns, cols, rows),
            *([_noted(table)] if last and notes_of(table) else []),
            r"\end{table}",
        ]
    return "\n".join(texts) + "\n"


def _noted(table: StudyTable) -> str:
    body = r"\par ".join(notes_of(table))
    return rf"\par\smallskip\parbox{{\linewidth}}{{\footnotesize\raggedright {body}}}"
