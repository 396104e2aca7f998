"""Digits, intervals, signs and file names of cells."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Cost, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.spec import RunRecord
from esc_skills.testing import strategies
from esc_skills_plugins.reports import cells

EMPTY = StudyRecord(name="empty", kind="bench")


def table(name: str = "main", *row: StudyCell) -> StudyTable:
    return StudyTable(name=name, caption="c", head=("h",), rows=tuple((cell,) for cell in row))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 2, "–"),
        (0.0, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (-0.006, 2, "-0.01"),
        (-0.4, 0, "0"),
        (12.345, 1, "12.3"),
        (7, 0, "7"),
    ],
)
def test_figure_has_its_digits_and_no_minus_before_zero(
    value: float | None, digits: int, text: str
) -> None:
    """A figure stands with the digits of its cell; none is a dash; zero has no sign."""
    assert cells.shown(value, digits) == text


@given(strategies.numbers(), st.integers(0, 6))
def test_shown_figure_reads_back(value: float, digits: int) -> None:
    """What is printed is the figure, to half a last digit, and never minus zero."""
    text = cells.shown(value, digits)
    assert abs(float(text) - value) <= 0.5 * 10**-digits + 1e-9 * abs(value)
    assert not re.fullmatch(r"-0?\.?0*", text)


def test_figure_stands_with_interval_and_count() -> None:
    """Interval beside the figure; ``n of m`` only where something is missing."""
    cell = StudyCell(value=1.0, low=-0.001, high=2.0, n=7, of=8, mark="better", text="why")
    assert cells.line(cell) == "1.00⁺ [0.00, 2.00] 7 of 8 why"
    assert cells.line(attrs.evolve(cell, n=8, mark="")) == "1.00 [0.00, 2.00] why"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (StudyCell(), "–"),
        (StudyCell(text="arm"), "arm"),
        (StudyCell(low=1.0, high=2.0), "– [1.00, 2.00]"),
        (StudyCell(value=1.0, high=2.0), "1.00 [–, 2.00]"),
        (StudyCell(n=0, of=3), "– 0 of 3"),
    ],
    ids=["nothing", "words", "no-value", "half-interval", "none-of-three"],
)
def test_what_is_missing_is_a_dash(cell: StudyCell, text: str) -> None:
    """None is never 0."""
    assert cells.line(cell) == text


def test_legend_tells_the_signs_that_are_there() -> None:
    """One entry for each verdict of the table, and one for cells without a sign."""
    marked = table("t", StudyCell(mark="worse"), StudyCell(mark="not distinguishable"))
    line = cells.legend_line(marked, cells.PLAIN_SIGNS)
    assert line == "⁻ worse; no sign: not distinguishable"
    assert not cells.legend_line(table("t", StudyCell()), cells.PLAIN_SIGNS)


def test_every_verdict_but_one_has_a_sign_and_a_meaning() -> None:
    """Only *not distinguishable* goes without."""
    from esc_skills.model.study import WORDS

    assert set(cells.MEANINGS) == set(cells.PLAIN_SIGNS) == set(WORDS) - {"not distinguishable"}


def test_file_names_are_tame_and_unlike() -> None:
    """A table's name cannot leave the folder, nor hide another table."""
    names = ["main", "Main", "../../etc/passwd", "中文", "scores", "costs", "costs"]
    made = [name for name, _ in cells.filed(map(table, names), ("scores", "costs"))]
    assert made == [
        "main",
        "main-2",
        "etc-passwd",
        "table",
        "scores-shown",
        "costs-shown",
        "costs-3",
    ]


@given(st.lists(strategies.study_tables(), max_size=5))
def test_any_tables_get_a_file_each(tables: list[StudyTable]) -> None:
    """Names are letters, digits and hyphens, and none comes twice."""
    made = [name for name, _ in cells.filed(tables, ("scores",))]
    assert len({*made, "scores"}) == len(tables) + 1
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name.rstrip("-")) for name in made)


def test_costs_are_shown_once_and_without_seconds() -> None:
    """A table of costs is added where models were asked and no table tells of it."""
    asked = attrs.evolve(EMPTY, costs=(Cost(arm="a", questions=3, usd=0.5, seconds=9.0),))
    (costs,) = cells.all_tables(asked)
    assert [cells.line(cell) for cell in costs.rows[0]] == ["a", "3", "0", "0", "0.5000"]
    own = attrs.evolve(asked, tables=(table("costs"),))
    assert cells.all_tables(own) == own.tables
    free = attrs.evolve(EMPTY, costs=(Cost(arm="a"),))
    assert cells.all_tables(free) == ()


def test_equal_numbers_look_equal_and_seconds_are_gone() -> None:
    """A record read back from a file, where 1 became 1.0, gives the same plain data."""
    whole, real = (StudyCell(value=value, n=1) for value in (1, 1.0))
    assert repr(cells.facts(whole)) == repr(cells.facts(real))
    assert repr(cells.facts(StudyCell(value=-0.0))) == repr(cells.facts(StudyCell(value=0.0)))
    assert "seconds" not in cells.facts(Cost(arm="a", seconds=1.0))


def test_run_has_one_table_of_scores() -> None:
    """Arm, evaluator, score and figure with its interval."""
    score = Score(
        evaluator="e", name="s", value=1.5, n=3, of=4, low=1.0, high=2.0, signature="", arm="a"
    )
    made = cells.run_table(RunRecord(name="r", experiment={}, scores=(score,)))
    shown = [cells.line(cell) for cell in made.rows[0]]
    assert shown == ["a", "e", "s", "1.500 [1.000, 2.000] 3 of 4"]


def test_signatures_stand_once_each() -> None:
    """Arms share the signature of a measure."""
    score = Score(evaluator="e", name="s", value=1.0, n=1, of=1, signature="v1")
    assert cells.signatures((score, score)) == ("e: v1",)


def test_file_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """UTF-8, line feeds, and lone surrogates spelt out rather than refused."""
    path = cells.written(tmp_path / "new" / "f.txt", "ä\r\n\ud800")
    assert path.read_bytes() == b"\xc3\xa4\r\n\\ud800"
