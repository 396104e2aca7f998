"""Tidy tables that any program reads."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from formulas import formulas, runs
from hypothesis import given, settings

from esc_skills.model import Item, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.testing import strategies
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports.csv import FORMULA, UNPRINTABLE, Csv, flat, items_sheet, sheet


def files(record: StudyRecord) -> dict[str, bytes]:
    """Name and bytes of everything that a study's report writes."""
    with tempfile.TemporaryDirectory() as name:
        paths = asyncio.run(Csv().tabulate(record, Path(name)))
        return {path.relative_to(name).as_posix(): path.read_bytes() for path in paths}


def rows(content: bytes | str) -> list[dict[str, str]]:
    text = content.decode() if isinstance(content, bytes) else content
    return list(csv.DictReader(io.StringIO(text, newline="")))


def number(text: str) -> float | None:
    return float(text) if text else None


def test_a_study_leaves_tidy_tables_shown_tables_and_json() -> None:
    """Five tables of facts, one file a shown table, and the whole record."""
    made = files(study())
    tidy = ("scores", "contrasts", "items", "costs", "parts", "main")
    assert list(made) == [*(f"tables/{name}.csv" for name in tidy), "study.tables.json"]
    assert made["tables/costs.csv"] == (
        b"arm,questions,tokens_in,tokens_out,usd\nno skills,9,0,0,\n"
    )
    assert made["tables/items.csv"].splitlines()[1] == b"full,sage,emotion,p-1#0,p-1,238.0,7.0"
    head = "arm,evaluator,score,value,low,high,n,of,better,signature"
    assert made["tables/scores.csv"].decode().splitlines() == [
        head,
        "full,sage,emotion,34.0,29.0,39.0,7,8,higher,sage:v1",
        "no skills,sage,emotion,20.0,15.0,25.0,7,8,higher,sage:v1",
    ]
    assert rows(made["tables/parts.csv"])[0]["group"] == "persona_type=passive"


def test_contrasts_hold_every_field() -> None:
    """Nothing that is known of a contrast is left out."""
    (row,) = rows(files(study())["tables/contrasts.csv"])
    (gap,) = study().contrasts
    assert row.pop("score") == gap.name
    assert set(row) == {each.name for each in attrs.fields(type(gap))} - {"name"}
    assert (row["value"], row["p"], row["verdict"], row["why"]) == ("-14.0", "", "worse", "")


def test_json_holds_the_whole_study_without_seconds() -> None:
    """The record as plain data; wall time is left out."""
    made = json.loads(files(study())["study.tables.json"])
    assert set(made) == {each.name for each in attrs.fields(StudyRecord)}
    assert made["scores"][0]["items"] == [{"key": "p-1#0", "cluster": "p-1", "sums": [238.0, 7.0]}]
    assert "seconds" not in made["costs"][0]


@settings(max_examples=40, deadline=None)
@given(strategies.studies())
def test_any_study_gives_equal_bytes_twice(record: StudyRecord) -> None:
    """Whatever it holds, and even where a whole number was read back as a real one."""
    again = attrs.evolve(record, scores=tuple(map(real, record.scores)))
    assert files(record) == files(again)


def real(score: Score) -> Score:
    """The same score with its value as a float, as a file gives it back."""
    return attrs.evolve(score, value=None if score.value is None else float(score.value))


@settings(max_examples=60, deadline=None)
@given(strategies.studies())
def test_numbers_come_back(record: StudyRecord) -> None:
    """The reader of the standard library finds the same figures, row by row; None is empty."""
    made = files(record)
    for score, row in zip(record.scores, rows(made["tables/scores.csv"]), strict=True):
        read = [number(row[name]) for name in ("value", "low", "high", "n", "of")]
        assert read == [score.value, score.low, score.high, score.n, score.of]
    for gap, row in zip(record.contrasts, rows(made["tables/contrasts.csv"]), strict=True):
        for name in ("value", "low", "high", "p", "adjusted", "family", "n", "of", "floor"):
            assert number(row[name]) == getattr(gap, name)
    for cost, row in zip(record.costs, rows(made["tables/costs.csv"]), strict=True):
        assert (number(row["usd"]), int(row["tokens_in"])) == (cost.usd, cost.tokens_in)
    items = [item for score in record.scores for item in score.items]
    for item, row in zip(items, rows(made["tables/items.csv"]), strict=True):
        names = ("total", "count") if len(item.sums) == 2 else tuple(f"s{i}" for i in range(9))
        read = tuple(float(row[name]) for name in names if row.get(name))
        assert read == item.sums
    json.loads(made["study.tables.json"])


@settings(max_examples=60, deadline=None)
@given(strategies.study_tables())
def test_shown_tables_keep_their_rows(table: StudyTable) -> None:
    """A line for the head and one for every row, all of one width."""
    read = list(csv.reader(io.StringIO(flat(table), newline="")))
    assert len(flat(table).split("\n")) == len(table.rows) + 2
    assert len(read) == len(table.rows) + 1
    assert len({len(row) for row in read}) == 1
    for place in range(len(table.rows)):
        figures = [cell.value for cell in table.rows[place] if cell.value is not None]
        assert {repr(float(value) + 0.0) for value in figures} <= set(read[place + 1])


def test_shown_columns_are_split_into_plain_ones() -> None:
    """Figures, ends of intervals, counts and verdicts apart; empty columns are left out."""
    row = (StudyCell(text="a"), StudyCell(value=1.0, low=0.5, high=2.0, mark="better", n=3, of=3))
    other = (StudyCell(text="b"), StudyCell(text="lost"))
    table = StudyTable(name="t", caption="c", head=("arm", "x"), rows=(row, other))
    assert flat(table).splitlines() == [
        "arm,x,x text,x low,x high,x n,x of,x mark",
        "a,1.0,,0.5,2.0,3,3,better",
        "b,,lost,,,,,",
    ]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("-bm25", "'-bm25"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("a=1", "a=1"),
        ("", ""),
        ("two\nlines", "two lines"),
    ],
)
def test_no_spreadsheet_runs_a_text(text: str, field: str) -> None:
    """O04: a text that begins like a formula gets an apostrophe, and every text is one line."""
    (row,) = rows(sheet(("arm", "n"), ({"arm": text, "n": 1},)))
    assert row["arm"] == field


def cells_of(made: dict[str, bytes]) -> list[str]:
    """Every cell of every table."""
    tables = [text.decode() for name, text in made.items() if name.endswith(".csv")]
    return [
        cell for text in tables for row in csv.reader(io.StringIO(text, newline="")) for cell in row
    ]


def without_guard(cell: str) -> str:
    """The text of a cell, as the how-to says: an apostrophe before a formula is none of it."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell


def test_none_of_200_formulas_gets_through_and_none_is_lost() -> None:
    """O04: every text of a run's and a study's tables, behind quotes, blanks and hidden signs."""
    attacks = formulas()
    assert len(attacks) >= 200
    many = [study(text) for text in attacks]
    whole = attrs.evolve(
        study(),
        scores=tuple(score for one in many for score in one.scores),
        contrasts=tuple(gap for one in many for gap in one.contrasts),
        costs=tuple(cost for one in many for cost in one.costs),
        tables=tuple(
            StudyTable(
                name=f"t{place}", caption=text, head=(text,), rows=((StudyCell(text=text),),)
            )
            for place, text in enumerate(attacks)
        ),
    )
    found = cells_of(files(whole))
    assert [cell for cell in found if runs(cell)] == []
    read = {without_guard(cell) for cell in found}
    assert {UNPRINTABLE.sub(" ", text) for text in attacks} <= read
    told = json.loads(files(whole)["study.tables.json"])
    assert {row["caption"] for row in told["tables"]} == set(attacks)


def test_a_writer_without_guard_lets_them_through() -> None:
    """The judge of the test above: of the same texts as they are, 95 % and more would run."""
    attacks = formulas()
    out = io.StringIO()
    csv.writer(out).writerows([text] for text in attacks)
    raw = [row[0] for row in csv.reader(io.StringIO(out.getvalue(), newline=""))]
    harmless = [text for text in attacks if text.lstrip(' "\u200b').startswith("'")]
    caught = sum(map(runs, raw)) + len([text for text in harmless if not runs(text)])
    assert caught >= 0.95 * len(attacks)
    assert not any(map(runs, ("", "a=1", "-1.5", "+2e5", "'=1", "one - two", "–")))


def test_negative_numbers_stay_numbers() -> None:
    """Only texts get an apostrophe."""
    assert sheet(("x", "y"), ({"x": -1.5, "y": None},)) == "x,y\n-1.5,\n"


def test_hostile_text_stays_in_its_field(payload: str) -> None:
    """Whatever an arm is called, each table has the rows of a harmless study."""
    plain, hostile = files(study("w0rds")), files(study(payload))
    for name in (name for name in plain if name.endswith(".csv")):
        counts = [
            [len(row) for row in csv.reader(made[name].decode().split("\n"))]
            for made in (plain, hostile)
        ]
        assert counts[0] == counts[1], name
        for line in csv.reader(hostile[name].decode().splitlines()):
            for field in line:
                formula = field.lstrip()[:1] in set("=+-@") and field.strip()
                assert not formula or number(field) is not None


def test_sums_of_unlike_scores_share_one_table() -> None:
    """Means fill ``total`` and ``count``; others have columns of their own."""
    scores = tuple(
        Score(evaluator="e", name=name, value=1.0, n=1, of=1, signature="", arm="a", items=(item,))
        for name, item in (
            ("mean", Item(key="k", cluster="c", sums=(3.0, 2.0))),
            ("bleu", Item(key="k", cluster="c", sums=(1.0, 2.0, 3.0))),
        )
    )
    assert items_sheet(scores).splitlines() == [
        "arm,evaluator,score,key,cluster,total,count,s0,s1,s2",
        "a,e,mean,k,c,3.0,2.0,,,",
        "a,e,bleu,k,c,,,1.0,2.0,3.0",
    ]


def test_a_run_leaves_scores_and_groups(write: Any, tmp_path: Path) -> None:
    """Two tidy tables in ``tables/``, the same bytes twice."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        paths = asyncio.run(Csv().render(write("w0rds"), folder))
        assert [path.relative_to(folder).as_posix() for path in paths] == [
            "tables/scores.csv",
            "tables/parts.csv",
        ]
    read = [(folder / "tables" / "scores.csv").read_bytes() for folder in (one, two)]
    assert read[0] == read[1]
    assert len(rows(read[0])) == 7
