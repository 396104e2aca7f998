"""Two finished runs, read and handed to the reports."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from esc_skills._engine.shelf import Shelf
from esc_skills._engine.versus import versus
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError, UsageError
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile


def made(path: Path, who: str, reports: list[str] | None = None) -> Path:
    """A run folder that met one seeker without skills."""
    folder = RunFolder.create(path)
    experiment = {"reports": ["html"] if reports is None else reports}
    folder.write_json("run.json", {"experiment": experiment, "plugins": [], "state": "done"})
    talk = attrs.evolve(trace(profile(who), 3), arm="none")
    Shelf(folder=folder).keep("", [talk])
    return path


@pytest.mark.parametrize(
    "reports", [["html"], [], ["csv"]], ids=["own-report", "no-report", "report-of-one-run"]
)
def test_page_of_two_runs_lies_in_the_first(tmp_path: Path, reports: list[str]) -> None:
    """The run's own reports write it; where none of them can, those of the defaults do."""
    one, two = made(tmp_path / "one", "p1", reports), made(tmp_path / "two", "p1")
    before = sorted(path.name for path in two.rglob("*"))
    (page,) = versus(one, two)
    assert page == one / "versus-two.html"
    assert page.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in two.rglob("*")) == before


def test_nobody_in_common_is_an_error(tmp_path: Path) -> None:
    """Two runs that met other people are refused, with a way out."""
    with pytest.raises(DataError, match="no seeker in common: 1 conversations here, 1 there"):
        versus(made(tmp_path / "one", "p1"), made(tmp_path / "two", "p2"))


def test_one_folder_twice_is_an_error(tmp_path: Path) -> None:
    """Also by another name: a run is no second opinion on itself."""
    one = made(tmp_path / "one", "p1")
    (tmp_path / "link").symlink_to(one)
    with pytest.raises(UsageError, match="cannot be held against itself"):
        versus(one, tmp_path / "link")


@pytest.mark.parametrize("place", [0, 1], ids=["first", "second"])
def test_what_is_no_run_is_named(tmp_path: Path, place: int) -> None:
    """The message names the folder that has no run.json."""
    sides = [made(tmp_path / "one", "p1"), tmp_path / "none"]
    with pytest.raises(DataError, match="none: not a run folder"):
        versus(sides[place], sides[1 - place])


def test_experiments_of_other_plug_ins_are_read_all_the_same(tmp_path: Path) -> None:
    """Only reports are loaded: a run whose retriever is gone can still be looked at."""
    one, two = made(tmp_path / "one", "p1"), made(tmp_path / "two", "p1")
    told = json.loads((one / "run.json").read_text("utf-8"))
    told["experiment"]["retriever"] = "gone"
    (one / "run.json").write_text(json.dumps(told), "utf-8")
    assert versus(one, two)
