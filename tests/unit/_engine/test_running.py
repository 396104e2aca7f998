"""One call from experiment to result."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest

import esc_skills
from esc_skills._engine.running import (
    Run,
    default_out,
    resolve,
    run,
    stored_experiment,
)
from esc_skills._store.folder import RunFolder
from esc_skills.errors import ConfigError, DataError, UsageError
from esc_skills.model import Score

HOSTILE = "<script>alert(1)</script>"


def made(*scores: Score, path: Path = Path("runs/x")) -> Run:
    return Run(path=path, scores=scores, faults=(), resumed=False)


def score(value: float | None = 40.0, **facts: Any) -> Score:
    given = {"evaluator": "sage", "name": "emotion", "n": 3, "of": 4, "signature": "s"}
    return Score(**{**given, "value": value, **facts})


def test_repr_shows_folder_and_main_figures() -> None:
    """On one line: where the run lies and the emotion of every arm."""
    shown = repr(made(score(arm="none"), score(51.26, arm="static"), score(9.0, name="failures")))
    assert shown == "<Run runs/x: none 40.0, static 51.3>"


@pytest.mark.parametrize("scores", [(), (score(None, arm="none"),)])
def test_repr_without_figures_says_so(scores: tuple[Score, ...]) -> None:
    """A walk that stopped earlier, or a score of nothing, is never shown as zero."""
    assert repr(made(*scores)) == "<Run runs/x: not scored yet>"


def test_notebook_page_escapes_every_text() -> None:
    """O01: a run shown in a notebook executes nothing, whatever names are in it."""
    hostile = {"arm": HOSTILE, "evaluator": HOSTILE, "name": HOSTILE}
    page = made(score(**hostile), score(arm=HOSTILE), path=Path(HOSTILE))._repr_html_()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 6


def test_notebook_page_shows_intervals_and_counts() -> None:
    """Each figure stands with its interval and how many of how many it rests on."""
    page = made(score(low=30.0, high=50.0, arm="none"), score(None, arm="static"))._repr_html_()
    assert "40.000 [30.000, 50.000]" in page
    assert page.count("3 of 4") == 2
    assert "—" in page


def test_run_works_inside_a_notebooks_loop(tmp_path: Path) -> None:
    """Where a loop already runs, the same call walks the same road."""

    async def cell() -> Run:
        return run({}, out=tmp_path / "run", until="extract")

    assert asyncio.run(cell()).record.units > 0


def test_front_door_gives_run_record_and_bank(small_run: Path) -> None:
    """A finished run taken up again: its record and its last bank are read from the folder."""
    again = esc_skills.run(stored_experiment(small_run), out=small_run)
    assert again.resumed
    assert again.bank == esc_skills.load_bank(small_run) == again.record.banks[-1]
    assert again.scores == again.record.scores
    assert [page.name for page in again.pages] == [
        "report.html",
        "report.md",
        "scores.csv",
        "parts.csv",
        "scores.tex",
        "report.tex",
    ]


def test_run_without_a_bank_says_how_to_make_one(tmp_path: Path) -> None:
    """Asking a run for a bank that it has not made yet is one line with a hint."""
    first = run({}, out=tmp_path / "run", until="extract")
    with pytest.raises(DataError, match="esc-skills distil"):
        first.bank  # noqa: B018 - asking is the test


def test_nobody_else_can_read_a_run(small_run: Path) -> None:
    """X03: every file of a run, pages included, is its owner's alone."""
    for path in (small_run, *small_run.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_run_json_says_how_it_ended(small_run: Path) -> None:
    """State, milestone, faults and notes stand beside what is needed to run it again."""
    stored = RunFolder.open(small_run).read_json("run.json")
    assert stored["state"] == "done"
    assert stored["faults"] == []
    assert {"experiment", "plugins", "version", "python", "notes"} <= set(stored)


def test_mapping_file_and_nothing_are_experiments(tmp_path: Path) -> None:
    """The same words give the same experiment from a file and from Python."""
    path = tmp_path / "exp.toml"
    path.write_text("[run]\nseed = 7\n", "utf-8")
    assert resolve(path)[0].hash == resolve({"run": {"seed": 7}})[0].hash
    assert resolve(None, ["run.seed=7"])[0].hash == resolve(path)[0].hash
    assert resolve(None)[0].hash != resolve(path)[0].hash


def test_disabled_plugins_stay_out_of_the_catalogue() -> None:
    """P08: by argument or by experiment, before anything is imported."""
    for found in (
        resolve({}, disable=["retriever.bm25"]),
        resolve({"plugins": {"disable": ["retriever.bm25"]}}),
    ):
        assert "bm25" not in found[1].names("retriever")


def test_section_that_is_no_table_is_refused() -> None:
    """C02: ``plugins = 3`` is one line, not a crash."""
    with pytest.raises(ConfigError, match="plugins"):
        resolve({"plugins": 3})


def test_equal_experiments_share_their_default_folder() -> None:
    """A second call without ``out`` takes up the first; another experiment goes elsewhere."""
    one, other = resolve({})[0], resolve({"run": {"seed": 1}})[0]
    assert default_out(None, one) == default_out({}, one) != default_out(None, other)
    assert default_out("a/exp.toml", one).name == f"exp-{one.hash[:8]}"


def test_new_folder_knows_no_experiment(tmp_path: Path, small_run: Path) -> None:
    """A run folder knows its own experiment; a new one takes the defaults."""
    assert stored_experiment(tmp_path / "new") is None
    stored = stored_experiment(small_run)
    assert stored is not None
    assert stored["evolve"]["rounds"] == 1


def test_a_run_knows_the_furthest_it_came(tmp_path: Path) -> None:
    """A shorter walk over a longer run takes nothing away, and run.json goes on saying so."""
    for until in ("distil", "extract"):
        run({}, out=tmp_path / "run", until=until)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["until"] == "distil"


def test_a_folder_of_other_things_is_not_touched(tmp_path: Path) -> None:
    """O08: where a run is refused nothing is left behind, no lock either."""
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="holds other things"):
        run(out=tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_wrong_path_does_not_cost_the_folder(tmp_path: Path) -> None:
    """What failed at its corpus is run again with the right one, and the same ``out``."""
    corpus = {"use": "esconv", "path": str(tmp_path / "nowhere.json")}
    with pytest.raises(DataError, match="nowhere"):
        run({"corpus": corpus}, out=tmp_path / "run")
    done = run(out=tmp_path / "run", until="distil")
    assert not done.resumed
    assert done.bank.skills
