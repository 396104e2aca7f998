"""What a study found, on the terminal and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esc_skills._cli.findings import SHOWN, SIGNS, cell_text, say_plan, say_record, table_lines
from esc_skills._studies.quoting import Quote, StudyPlan
from esc_skills.model import Cost, Item, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.model.study import WORDS


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (StudyCell(text="words"), "words"),
        (StudyCell(), "—"),
        (StudyCell(mark="not compared", text="no pairs"), "— no pairs"),
        (StudyCell(value=1.5, digits=1), "1.5"),
        (StudyCell(value=1.0, low=-2.0, high=3.0, mark="better"), "1.00+ [-2.00, 3.00]"),
        (StudyCell(value=1.0, n=9, of=12), "1.00 (9 of 12)"),
        (StudyCell(value=1.0, n=12, of=12), "1.00"),
        (StudyCell(value=-0.001, low=-0.004, high=0.0), "0.00 [0.00, 0.00]"),
        (StudyCell(value=-1.0, mark="not distinguishable"), "-1.00"),
        (StudyCell(value=2.0, text="seekers", digits=0), "2 seekers"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_cell_is_one_line(cell: StudyCell, shown: str) -> None:
    """Figure, sign, interval, n of m where some are lost; nothing has no minus."""
    assert cell_text(cell) == shown


def test_every_word_but_one_has_a_sign_of_its_own() -> None:
    """No sign means not distinguishable."""
    assert {*SIGNS, "not distinguishable"} == set(WORDS)
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_a_table_explains_the_signs_that_it_shows() -> None:
    """And no other."""
    row = (StudyCell(text="a"), StudyCell(value=1.0, mark="worse"))
    table = StudyTable(name="t", caption="Caption.", head=("arm", "x"), rows=(row,), notes=("n",))
    lines = table_lines(table)
    assert lines[0] == "Caption."
    assert "  n" in lines
    assert "  Signs: - worse." in lines
    assert not [line for line in lines if "better" in line]


def study(**facts: object) -> StudyRecord:
    tables = tuple(
        StudyTable(name=name, caption=f"{name}.", head=("arm",))
        for name in ("main", "scores", "differences", "floors", "groups")
    )
    item = Item(key="13/s#0", cluster="s", sums=(1.0, 1.0))
    score = Score(evaluator="e", name="n", value=1.0, n=1, of=1, signature="s", items=(item,))
    given = {"name": "s", "kind": "ablate", "tables": tables, "scores": (score,), **facts}
    return StudyRecord(**given)  # type: ignore[arg-type]


def test_people_see_the_first_tables_what_was_lost_and_where_the_rest_lies(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Other scores are left to the pages; seconds are on the terminal alone."""
    costs = (Cost(arm="base", seconds=1.25), Cost(arm="other"))
    record = study(lost=("v, seed 1: \x1b gone",), costs=costs)
    pages = (tmp_path / "study.md", tmp_path / "tables/main.csv")
    say_record(record, as_json=False, pages=pages, path=tmp_path)
    out = capsys.readouterr().out
    shown = [line[:-1] for line in out.splitlines() if line.endswith(".") and " " not in line]
    assert shown == ["main", "differences", "floors"]
    assert len(shown) == SHOWN
    assert "lost: v, seed 1: " in out
    assert "\x1b" not in out
    assert "seconds: base 1.2" in out
    assert f"study: {tmp_path}" in out
    assert f"page: {tmp_path / 'study.md'}" in out
    assert "main.csv" not in out


def test_scripts_get_the_record_without_items(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One JSON document; items lie in the tidy tables."""
    say_record(study(), as_json=True, pages=(tmp_path / "study.md",), path=tmp_path)
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == str(tmp_path)
    assert told["pages"] == [str(tmp_path / "study.md")]
    assert next(table["name"] for table in told["study"]["tables"]) == "main"
    assert told["study"]["scores"][0]["items"] == []


def plan(**facts: object) -> StudyPlan:
    quotes = (
        Quote(variant="base", calls=1000, most=2000, tokens=5000, usd=1.5),
        Quote(variant="other", calls=1, most=2, tokens=3, usd=None, **facts),  # type: ignore[arg-type]
    )
    return StudyPlan(folder=Path("studies/s"), shards=4, done=1, quotes=quotes)


def test_a_plan_adds_up_and_says_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown price makes the sum a lower bound."""
    assert say_plan(plan(), as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    (whole,) = [line for line in lines if line.startswith("all")]
    assert "1,001" in whole
    assert "2,002" in whole
    assert "1.5" in whole
    assert "4 shards, 1 of them done: studies/s" in lines
    assert sum(line.startswith("note: ") for line in lines) == 2


def test_a_plan_without_a_model_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """On the terminal and for scripts: the study would stop."""
    lacking = plan(missing=("responder",))
    assert say_plan(lacking, as_json=False) == 2
    assert "no model for role responder" in capsys.readouterr().out
    assert say_plan(lacking, as_json=True) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == ["responder"]
    assert told["folder"] == "studies/s"
    assert told["quotes"][0]["calls"] == 1000
