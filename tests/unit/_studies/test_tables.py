"""Tables of a study, before reports set them."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from madeup import pooled, result, talks

from esc_skills._studies import tables
from esc_skills.model import Contrast, Cost, Score, StudyTable

SCORES = pooled(
    result("base", talks({"s1": [20], "s2": [30]})),
    result("base", talks({"s1": [0], "s2": [1]}), name="success-rate"),
    result("other", talks({"s1": [25], "s2": [45]}), of=3),
)
MEASURES = ("sage.emotion", "sage.success-rate")


def contrast(arm: str = "other", against: str = "base", **facts: Any) -> Contrast:
    given = {"evaluator": "sage", "name": "emotion", "value": 10.0, "low": 1.0, "high": 19.0}
    shown = {"n": 2, "of": 3, "clusters": 2, "verdict": "better", "adjusted": 0.01, "test": "t"}
    return Contrast(arm=arm, against=against, **{**given, **shown, **facts})


def texts(table: StudyTable, column: int) -> list[str]:
    return [row[column].text for row in table.rows]


@pytest.mark.parametrize(
    ("values", "places"), [([0.5, 1.9], 3), ([0.5, 2.0], 2), ([-20.0], 1), ([], 3), ([None, 0], 3)]
)
def test_small_figures_have_more_digits(values: list[float | None], places: int) -> None:
    """One number of digits for a whole column, by its largest figure."""
    assert tables.digits(values) == places


def test_arms_stand_below_each_other_with_the_marks_of_the_reference() -> None:
    """A figure that an arm lacks leaves its cell empty."""
    table = tables.values_table(SCORES, [contrast()], MEASURES, ["note"], caption="c")
    assert table.head == ("arm", *MEASURES)
    assert texts(table, 0) == ["base", "other"]
    base, other = (row[1] for row in table.rows)
    assert (base.value, base.mark, base.digits) == (25, "", 1)
    assert (other.value, other.mark, other.n, other.of) == (35, "better", 2, 3)
    assert table.rows[1][2].value is None
    assert table.notes == ("note",)


def test_a_column_that_nobody_fills_is_left_out() -> None:
    """Measures without any score make no column."""
    table = tables.values_table(SCORES, [], ("sage.turns", *MEASURES), [], caption="c")
    assert table.head == ("arm", *MEASURES)


def test_differences_stand_by_pairs_of_arms() -> None:
    """One without a verdict is marked, and why stands in a note."""
    found = [
        contrast(),
        contrast(
            name="success-rate",
            value=None,
            low=None,
            high=None,
            verdict="not compared",
            why="no pairs",
        ),
        contrast(against="third"),
    ]
    table = tables.gaps_table(found, [], caption="c")
    assert texts(table, 0) == ["other − base", "other − third"]
    assert (table.rows[0][1].mark, table.rows[0][2].mark) == ("better", "not compared")
    assert texts(table, 2) == ["", ""]


def test_each_measure_has_its_floor_and_what_can_be_detected() -> None:
    """The largest of its contrasts; unknown ones are dashes."""
    found = [contrast(floor=3.0, detectable=8.0), contrast(floor=4.0, n=5), contrast(name="turns")]
    table = tables.floors_table(found, "seekers")
    assert texts(table, 0) == ["sage.emotion", "sage.turns"]
    assert [cell.value for cell in table.rows[0][1:3]] == [4, 8]
    assert [cell.text for cell in table.rows[0][3:]] == ["2–5", "2", "t"]
    assert [cell.value for cell in table.rows[1][1:3]] == [None, None]


def test_other_scores_stand_in_a_table_of_their_own() -> None:
    """Unless all are shown, or more arms than a page is wide."""
    table = tables.scores_table(SCORES, MEASURES[:1])
    assert table is not None
    assert table.head == ("score", "base", "other")
    assert texts(table, 0) == ["sage.success-rate"]
    assert tables.scores_table(SCORES, MEASURES) is None
    many = [attrs.evolve(SCORES[0], arm=f"a{place}") for place in range(tables.WIDE + 1)]
    assert tables.scores_table(many, ()) is None


def test_unlike_signatures_share_no_row() -> None:
    """Figures of two kinds stand below each other."""
    odd = attrs.evolve(SCORES[2], signature="sage:v9")
    table = tables.scores_table([SCORES[0], odd], ())
    assert table is not None
    assert [[cell.value for cell in row[1:]] for row in table.rows] == [[25, None], [None, 35]]


def test_costs_are_shown_where_models_were_asked() -> None:
    """Never with seconds: they differ from run to run."""
    asked = Cost(arm="base", questions=3, tokens_in=4, tokens_out=5, usd=None, seconds=1.5)
    table = tables.costs_table([asked, Cost(arm="other")])
    assert table is not None
    assert [cell.value for cell in table.rows[0][1:]] == [3, 4, 5, None]
    assert tables.costs_table([Cost(arm="other", seconds=2.0)]) is None


def test_notes_name_both_families_and_every_floor() -> None:
    """The main measure's correction and that of all others, and what a floor of none means."""
    found = [contrast(family=3, floor=2.5, detectable=7.0), contrast(name="turns", family=5)]
    told = "\n".join(tables.notes_of(found, ("sage.emotion", "sage.turns"), "seekers"))
    assert "over the 3 contrasts of sage.emotion and, apart, the 5 of all other measures" in told
    assert "sage.emotion: floor 2.50, least detectable difference 7.00." in told
    assert "sage.turns: floor unknown (nobody was met twice)" in told
    assert tables.SEEKERS["seekers"] in told
    assert tables.notes_of([], (), "seeds") == [tables.SEEKERS["seeds"]]


def test_groups_are_no_wider_than_a_page() -> None:
    """Pairs of arms beyond that are in the tidy tables."""
    many = [contrast(arm=f"a{place}", family=9) for place in range(tables.WIDE + 2)]
    table = tables.by_group({"mood=low": many, "mood=high": many[:1]}, "sage.emotion")
    assert table is not None
    assert len(table.head) == 1 + tables.WIDE
    assert table.rows[1][2].value is None
    assert "9 contrasts" in table.notes[0]
    assert tables.by_group({}, "sage.emotion") is None


def test_a_score_says_how_many_of_how_many() -> None:
    """``n`` and ``of`` go along with the figure."""
    score = Score(evaluator="e", name="n", value=None, n=0, of=4, signature="s")
    cell = tables.value_cell(score, 2)
    assert (cell.value, cell.n, cell.of, cell.mark) == (None, 0, 4, "")
