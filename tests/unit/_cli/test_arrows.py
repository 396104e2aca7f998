"""One arrow at a time over a run folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ARROWS = ["extract", "distil", "converse", "evolve", "report"]


@pytest.mark.slow
def test_arrows_one_by_one_make_the_same_run(
    give, small_experiment: Path, small_run: Path, tmp_path: Path
) -> None:
    """Each arrow is a command over a run folder; walked in order they make the whole run."""
    folder = tmp_path / "steps"
    first = give("extract", folder, "--experiment", small_experiment)
    assert first.code == 0, first.err
    assert (folder / "units.jsonl").is_file()
    assert not (folder / "banks").exists()
    for arrow in ("distil", "converse", "evolve", "score", "report"):
        said = give(arrow, folder)
        assert said.code == 0, said.err
    for name in ("units.jsonl", "scores.jsonl", "ledger.jsonl", "corpus.json"):
        assert (folder / name).read_bytes() == (small_run / name).read_bytes(), name


@pytest.mark.parametrize("arrow", ARROWS)
def test_finished_run_is_taken_up_by_every_arrow(
    give, small_run: Path, tmp_path: Path, arrow: str
) -> None:
    """An arrow over a finished run does nothing twice: no byte of a result changes."""
    folder = tmp_path / small_run.name
    shutil.copytree(small_run, folder)
    said = give(arrow, folder, "--json")
    assert said.code == 0, said.err
    assert said.json["resumed"] is True
    for path in small_run.rglob("*.jsonl"):
        assert (folder / path.relative_to(small_run)).read_bytes() == path.read_bytes()


def test_arrow_knows_the_experiment_of_its_folder(
    give, small_experiment: Path, tmp_path: Path
) -> None:
    """The folder names its own experiment; another one laid over it is refused (R13)."""
    folder = tmp_path / "run"
    assert give("extract", folder, "--experiment", small_experiment).code == 0
    stored = json.loads((folder / "run.json").read_text("utf-8"))["experiment"]
    assert give("distil", folder).code == 0
    assert json.loads((folder / "run.json").read_text("utf-8"))["experiment"] == stored
    said = give("distil", folder, "--set", "run.seed=99")
    assert said.code == 2
    assert "seed: 13 → 99" in said.err


def test_json_of_an_arrow_says_how_far_it_came(
    give, small_experiment: Path, tmp_path: Path
) -> None:
    """Before the road's end there are units and banks, and no scores: never made-up ones."""
    found = give("distil", tmp_path / "run", "--experiment", small_experiment, "--json").json
    assert found["units"] > 0
    assert len(found["banks"]) == 1
    assert (found["scores"], found["pages"]) == ([], [])


def test_folder_of_other_things_is_left_alone(give, tmp_path: Path) -> None:
    """O08: an arrow over a folder that is no run is refused, and nothing in it is lost."""
    (tmp_path / "thesis.txt").write_text("ten years of work", "utf-8")
    (tmp_path / ".draft.tmp").write_text("not ours", "utf-8")
    said = give("extract", tmp_path)
    assert said.code == 2
    assert "no run" in said.err
    assert {path.name for path in tmp_path.iterdir()} == {"thesis.txt", ".draft.tmp"}


@pytest.fixture
def beside(small_run: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two runs on the same seekers."""
    made = tmp_path / "one", tmp_path / "two"
    for folder in made:
        shutil.copytree(small_run, folder)
    return made


def test_report_of_two_runs_is_one_page(give, beside: tuple[Path, Path]) -> None:
    """The page of both lies in the first run's folder, is told, and only its owner reads it."""
    said = give("report", *beside)
    page = beside[0] / "versus-two.html"
    assert (said.code, said.out) == (0, f"report: {page}\n")
    assert page.stat().st_mode & 0o777 == 0o600
    told = give("report", *beside, "--json").json
    assert told == {"run": str(beside[0]), "other": str(beside[1]), "pages": [str(page)]}


def test_two_runs_are_shown_as_they_are(give, beside: tuple[Path, Path]) -> None:
    """Nothing is walked beside a second run, so nothing can be laid over the first."""
    said = give("report", *beside, "--set", "run.seed=99")
    assert said.code == 2
    assert "no --experiment, no --set" in said.err


def test_pages_of_a_run_that_is_not_there_are_refused(give, tmp_path: Path) -> None:
    """A slip in the name of a run starts no other; the line says what would."""
    said = give("report", tmp_path / "slip")
    assert said.code == 2
    assert "esc-skills run --out" in said.err
    assert not (tmp_path / "slip").exists()
