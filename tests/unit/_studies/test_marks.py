"""Filled sheets read back: what is taken, and what is refused by file, row and column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from raters import Pen, fill

from esc_skills._studies.keys import Key
from esc_skills._studies.marks import read_key, read_marks, write_ratings
from esc_skills._studies.sheets import make_sheet
from esc_skills.errors import DataError

WARM = "warmth [1-5]"


@pytest.fixture
def folder(small_run: Path, tmp_path: Path) -> Path:
    """A sheet of two questions, to rate."""
    make_sheet([small_run], tmp_path / "s", arms=("none", "static"), items=("warmth", "timing"))
    return tmp_path / "s"


def filled(folder: Path, pen: Pen, name: str = "ann", comma: str = ",") -> Path:
    return fill(folder / "raters/sheet.csv", folder / f"{name}.csv", pen, comma=comma)


def test_a_key_is_read_as_it_was_written(folder: Path) -> None:
    """The key in memory and on disk are one."""
    key = read_key(folder / "key.json")
    assert isinstance(key, Key)
    assert key.arms == ("none", "static")


@pytest.mark.parametrize("comma", [",", ";", "\t"])
@pytest.mark.parametrize("text", ["4", " 4 ", "4.0", "4,0"])
def test_ratings_are_read_however_a_spreadsheet_saves_them(
    folder: Path, comma: str, text: str
) -> None:
    """Separators and decimals differ between countries."""
    marks = read_marks([filled(folder, lambda _: {WARM: text}, comma=comma)], folder / "key.json")
    assert len(marks.given) == len(marks.key.lines)
    assert {(one.value, one.rater, one.question) for one in marks.given} == {(4.0, "ann", "warmth")}


def test_an_empty_cell_is_missing_and_no_number(folder: Path) -> None:
    """Nothing is made of what a rater left open, nor of an empty last row."""
    path = filled(folder, lambda _: {})
    path.write_text(path.read_text("utf-8") + ",,,,\n", "utf-8")
    marks = read_marks([path], folder / "key.json")
    assert marks.given == ()
    assert marks.raters == ("ann",)


@pytest.mark.parametrize(
    ("pen", "told"),
    [
        pytest.param(lambda _: {WARM: "6"}, "row 2, column warmth", id="above"),
        pytest.param(lambda _: {WARM: "0"}, "off the scale", id="below"),
        pytest.param(lambda _: {WARM: "4.5"}, "off the scale", id="between"),
        pytest.param(lambda _: {WARM: "good"}, "off the scale", id="word"),
        pytest.param(lambda _: {"id": "zzzzzz"}, "row 2, column id: unknown id", id="unknown"),
        pytest.param(
            lambda row: {"conversation": row["conversation"][:-1]},
            "row 2, column conversation",
            id="changed",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(folder: Path, pen: Pen, told: str) -> None:
    """File, row and column are named as a spreadsheet shows them."""
    path = filled(folder, pen)
    with pytest.raises(DataError) as caught:
        read_marks([path], folder / "key.json")
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_row_that_stands_twice_is_refused(folder: Path) -> None:
    """Nobody rates a conversation twice unnoticed."""
    path = filled(folder, lambda _: {WARM: "3"})
    text = path.read_bytes()
    body = text.split(b"\r\n", 1)[1]
    path.write_bytes(text + body)
    with pytest.raises(DataError, match="stands here again"):
        read_marks([path], folder / "key.json")


def test_two_sheets_of_one_rater_are_refused(folder: Path, tmp_path: Path) -> None:
    """A rater who counts twice would agree with nobody but themselves."""
    path = filled(folder, lambda _: {WARM: "3"})
    (tmp_path / "other").mkdir()
    again = fill(path, tmp_path / "other" / "ann.csv", lambda _: {})
    with pytest.raises(DataError, match="second sheet of rater 'ann'"):
        read_marks([path, again], folder / "key.json")


def test_a_missing_column_is_refused_and_others_may_be_added(folder: Path) -> None:
    """Raters may make notes of their own; what was asked must be there."""
    path = filled(folder, lambda _: {WARM: "3"})
    text = path.read_text("utf-8")
    path.write_text(text.replace("remark", "my notes"), "utf-8")
    assert read_marks([path], folder / "key.json").given
    path.write_text(text.replace(WARM, "warmth", 1), "utf-8")
    with pytest.raises(DataError, match=r"0 columns are called 'warmth \[1-5\]'"):
        read_marks([path], folder / "key.json")


def test_no_sheet_at_all_is_refused(folder: Path) -> None:
    """A key alone says nothing."""
    with pytest.raises(DataError, match="no sheet"):
        read_marks([], folder / "key.json")


def test_sides_of_pairs_are_words(small_run: Path, tmp_path: Path) -> None:
    """Left, right and same, in any case; anything else is refused."""
    make_sheet([small_run], tmp_path, arms=("none", "static"), kind="pair")
    title = "preference [left/right/same]"
    words = iter(["Left", "RIGHT", "same"] * 100)
    path = filled(tmp_path, lambda _: {title: next(words)})
    marks = read_marks([path], tmp_path / "key.json")
    assert [one.value for one in marks.given[:3]] == [-1, 1, 0]
    assert write_ratings(marks, tmp_path / "out") is None
    with pytest.raises(DataError, match="'both' is no side"):
        read_marks([filled(tmp_path, lambda _: {title: "both"})], tmp_path / "key.json")


def test_stored_ratings_know_conversations_by_their_words(folder: Path, tmp_path: Path) -> None:
    """A row of ``ratings.jsonl`` says what was asked, on which scale, by whom, of which words."""
    marks = read_marks([filled(folder, lambda _: {WARM: "2"})], folder / "key.json")
    path = write_ratings(marks, tmp_path / "out")
    assert path is not None
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(rows) == len(marks.key.lines)
    assert {row["words"] for row in rows} == {line.cells[0][0].words for line in marks.key.lines}
    assert {(row["question"], row["rater"], row["value"]) for row in rows} == {("warmth", "ann", 2)}
    assert rows[0]["scale"] == [1, 5]
