"""``study sheet make|read``, given as commands of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result
from raters import fill

from esc_skills._cli.sheets import sheet
from esc_skills._engine.scoring import keep, stored
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError


def give(*words: object) -> Result:
    return CliRunner().invoke(sheet, [str(word) for word in words], catch_exceptions=False)


def made(small_run: Path, out: Path) -> list[Path]:
    """A sheet of two raters who agree."""
    told = give("make", small_run, "--out", out, "--item", "warmth", "--raters", 2, "--json")
    assert json.loads(told.stdout)["rows"] > 0
    return [
        fill(
            out / f"raters/sheet-{number}.csv",
            out / f"rater-{number}.csv",
            lambda row: {"warmth [1-5]": str(1 + len(row["conversation"]) % 5)},
        )
        for number in (1, 2)
    ]


def test_a_sheet_is_made_filled_and_read(small_run: Path, tmp_path: Path) -> None:
    """The whole way: out, to raters, back, to files that evaluators and scripts read."""
    filled = made(small_run, tmp_path / "s")
    told = give("read", tmp_path / "s/key.json", *filled, "--out", tmp_path / "r", "--json")
    scores = json.loads(told.stdout)["scores"]
    assert {item["arm"] for item in scores} == {"none", "static", "evolved", "all"}
    (agreement,) = [item for item in scores if item["name"] == "warmth-agreement"]
    assert agreement["value"] == 1
    assert (tmp_path / "r/ratings.jsonl").is_file()
    assert (tmp_path / "r/scores.jsonl").is_file()
    assert (tmp_path / "r/items.jsonl").is_file()


def test_people_see_a_table_and_what_to_hand_out(small_run: Path, tmp_path: Path) -> None:
    """One line says which folder to hand out and which file to keep."""
    told = give("make", small_run, "--out", tmp_path / "s", "--kind", "pair", "--sample", 3)
    assert "hand out" in told.stdout
    assert "keep" in told.stdout
    filled = fill(
        tmp_path / "s/raters/sheet.csv",
        tmp_path / "eve.csv",
        lambda _: {"preference [left/right/same]": "left"},
    )
    told = give("read", tmp_path / "s/key.json", filled)
    assert "preference-share" in told.stdout


def test_a_judge_of_the_run_is_held_against_people(small_run: Path, tmp_path: Path) -> None:
    """One that says what people say agrees wholly; a run without judges adds nothing."""
    filled = made(small_run, tmp_path / "s")
    bare = give("read", tmp_path / "s/key.json", *filled, "--json").stdout
    told = give("read", tmp_path / "s/key.json", *filled, "--judge", small_run, "--json").stdout
    assert json.loads(told) == json.loads(bare)
    give("read", tmp_path / "s/key.json", *filled, "--out", tmp_path / "r")
    run = RunFolder.open(shutil.copytree(small_run, tmp_path / "run"))
    people = stored(RunFolder(tmp_path / "r"))
    keep(run, tuple(attrs.evolve(score, evaluator="someone") for score in people))
    told = give("read", tmp_path / "s/key.json", *filled, "--judge", run.path, "--json").stdout
    (one,) = [item for item in json.loads(told)["scores"] if item["evaluator"] == "someone"]
    assert (one["name"], one["value"]) == ("warmth-with-people", 1)
    with pytest.raises(DataError, match="not a run folder"):
        give("read", tmp_path / "s/key.json", *filled, "--judge", tmp_path)
