"""Tables as floats that fit a page."""

from __future__ import annotations

import re

import pytest
from braces import balanced
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import StudyCell, StudyTable
from esc_skills.testing import strategies
from esc_skills_plugins.reports import typesetting
from esc_skills_plugins.reports.typesetting import chosen, column_groups, floats, row_groups, widths


def table(columns: int = 3, rows: int = 2, name: str = "variant") -> StudyTable:
    """A first column of names, and figures with intervals."""
    figure = StudyCell(value=-12.34, low=-20.5, high=-1.25, n=7, of=8, mark="worse")
    return StudyTable(
        name="main",
        caption="What it shows.",
        head=("arm", *(f"score {place}" for place in range(columns - 1))),
        rows=((StudyCell(text=name), *[figure] * (columns - 1)),) * rows,
        notes=("A note.",),
    )


def test_float_has_caption_label_and_notes() -> None:
    """A ``table`` that a paper can take in and refer to."""
    made = floats("main", table())
    assert made.startswith("\\begin{table}[htbp]\n\\centering\n\\caption{What it shows.}\n")
    assert r"\label{tab:main}" in made
    assert "A note." in made
    assert made.endswith("\\end{table}\n")
    assert made.count(r"\hline") == 3


def test_only_core_commands_are_used() -> None:
    """No package is asked for, and no command of one."""
    made = floats("main", table())
    core = {
        "begin", "caption", "centering", "end", "footnotesize", "hline", "hspace", "label",
        "linewidth", "noalign", "par", "parbox", "raggedleft", "raggedright", "setlength", "small",
        "smallskip", "strut", "tabcolsep", "tiny", "vskip",
    }  # fmt: skip
    assert set(re.findall(r"\\([a-z]+)", made)) <= core


def test_figure_stands_with_interval_count_and_sign() -> None:
    """The sign is a superscript, minus is a minus, interval and count are small."""
    cell = table().rows[0][1]
    beside, below = typesetting.SETTINGS[:2]
    small = r"{\tiny [$-$20.50,~$-$1.25]}"
    assert typesetting.set_cell(cell, beside) == rf"$-$12.34$^{{-}}$~{small}~{{\tiny 7~of~8}}"
    assert typesetting.set_cell(cell, below) == rf"$-$12.34$^{{-}}$\\ {small}\\ {{\tiny 7~of~8}}"
    assert typesetting.set_cell(StudyCell(), beside) == "--"
    assert typesetting.set_cell(StudyCell(value=-0.001), beside) == "0.00"


def test_signs_are_told_below() -> None:
    """The legend lists the signs that the table shows, after its notes."""
    assert typesetting.notes_of(table()) == ["A note.", "Signs: $^{-}$ worse."]


@pytest.mark.parametrize("columns", [1, 2, 3, 5, 8, 12, 30])
def test_tables_keep_to_the_line(columns: int) -> None:
    """Wide tables are set smaller, then in pieces; each piece fits, none loses a column."""
    wide = table(columns)
    asked = widths(wide, chosen(wide))
    groups = column_groups(asked)
    assert all(typesetting.fits([asked[place] for place in group]) for group in groups)
    assert sorted({place for group in groups for place in group}) == list(range(columns))
    assert all(group[0] == 0 for group in groups)


def test_few_columns_are_set_in_the_largest_size() -> None:
    """Small print only where it is needed."""
    assert chosen(table(2)).beside
    assert not chosen(table(5)).beside
    assert [chosen(table(n)).size for n in (3, 12)] == ["small", "scriptsize"]


@given(st.lists(st.floats(1, 600), max_size=60))
def test_rows_are_split_in_order(heights: list[float]) -> None:
    """Every row stands in one piece, in order; a piece of several rows is not too tall."""
    groups = row_groups(heights)
    assert [place for group in groups for place in group] == list(range(len(heights)))
    for group in groups:
        assert len(group) < 2 or sum(heights[place] for place in group) <= typesetting.TALL


def test_long_tables_come_in_parts() -> None:
    """Each part has caption and label of its own; the notes stand below the last."""
    made = floats("main", table(rows=200))
    parts = made.count(r"\begin{table}")
    assert parts > 1
    assert f"(Part 1 of {parts}.)" in made
    assert r"\label{tab:main-2}" in made
    assert made.count("A note.") == 1
    assert made.count("variant") == 200


@settings(max_examples=60, deadline=None)
@given(strategies.study_tables())
def test_any_table_is_sound_and_stays_the_same(shown: StudyTable) -> None:
    """Groups close, environments close, nothing but ASCII comes out; equal tables, equal text."""
    made = floats("t", shown)
    assert made == floats("t", shown)
    assert balanced(made)
    assert made.isascii()
    for name in ("table", "tabular"):
        assert made.count(rf"\begin{{{name}}}") == made.count(rf"\end{{{name}}}") > 0


def test_interval_without_a_figure_has_room() -> None:
    """A cell of words asks for its interval, too, which cannot be broken."""
    bare, setting = StudyCell(low=-123456.0, high=123456.0), typesetting.SETTINGS[0]
    asked = typesetting.cell_width(bare, setting)
    assert asked >= typesetting.points("[-123456.00, 123456.00]", "tiny")
