"""``study noise``: one configuration, held twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine.running import run
from esc_skills._studies.noise import noise
from esc_skills.errors import UsageError
from esc_skills.model import StudyRecord, StudyTable

SPOKEN = {"text": "That sounds hard. What hurts most?", "strategy": "Question", "why": "to know"}


def still(folder: Path) -> dict[str, Any]:
    """A configuration in which nothing that is scored rests on chance."""
    script, parameters = folder / "script.jsonl", folder / "seeker.toml"
    script.write_text(json.dumps({"match": "support", "text": json.dumps(SPOKEN)}), "utf-8")
    parameters.write_text("[leaving]\nB = 0.0\nC = 0.0\n", "utf-8")
    return {
        "profiles": {"use": "grid", "intentions": ["deep-empathy"], "per_cell": 1},
        "seeker": {
            "use": "appraisal",
            "noise": 0.0,
            "hint_rate": 0.0,
            "parameters": str(parameters),
        },
        "responder": "plain",
        "models": {"responder": {"use": "scripted", "model": "s", "script": str(script)}},
        "evaluators": ["sage"],
        "reports": [],
        "evolve": {"rounds": 0},
        "talk": {"limit": 4},
        "run": {"repeats": 1},
    }


@pytest.fixture(scope="module")
def study(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StudyRecord]:
    """The small run's noise."""
    home = tmp_path_factory.mktemp("noise") / "study"
    return home, noise(small_run, out=home)


def table(record: StudyRecord, name: str) -> StudyTable:
    (found,) = [one for one in record.tables if one.name == name]
    return found


def column(made: StudyTable, title: str) -> dict[str, Any]:
    """Cells of a column by what stands in the first two."""
    place = made.head.index(title)
    return {f"{row[0].text} {row[1].text}".strip(): row[place] for row in made.rows}


def test_every_arm_and_measure_has_its_parts(study: tuple[Path, StudyRecord]) -> None:
    """Emotion comes first; its chance lies with agent and seeker, and no part is negative."""
    made = table(study[1], "noise-parts")
    assert made.head == ("measure", "arm", "all chance", "agent", "seeker", "judge")
    assert made.rows[0][0].text == "sage.emotion"
    arms = [key.split()[1] for key in column(made, "agent") if key.startswith("sage.emotion ")]
    assert arms[:2] == ["none", "static"]
    for title in ("all chance", "agent", "seeker"):
        cell = column(made, title)["sage.emotion none"]
        assert cell.value > 0
        assert cell.low <= cell.value <= cell.high


def test_a_part_without_chance_is_zero_and_said_to_be(study: tuple[Path, StudyRecord]) -> None:
    """No evaluator of this run draws lots or asks: the judge's part is 0, in cell and note."""
    made = table(study[1], "noise-parts")
    cell = column(made, "judge")["sage.emotion none"]
    assert (cell.value, cell.low, cell.high) == (0, None, None)
    assert cell.text == f"none of {cell.n} changed"
    assert "no conversation changed when the chance of judge alone was moved" in made.notes


def test_the_floor_follows_from_the_spread_within(study: tuple[Path, StudyRecord]) -> None:
    """1.96 standard deviations of the difference of two means over so many conversations."""
    made = table(study[1], "noise-floor")
    for key, floor in column(made, "floor").items():
        within, talks = (column(made, title)[key].value for title in ("sd within", "talks"))
        assert floor.value == pytest.approx(1.959964 * within * (2 / talks) ** 0.5, abs=1e-5)
    whole = column(table(study[1], "noise-parts"), "all chance")["sage.emotion none"].value
    within = column(made, "sd within")["sage.emotion none"].value
    assert within**2 == pytest.approx(whole, rel=1e-5)


def test_flips_are_counted_out_of_verdicts(study: tuple[Path, StudyRecord]) -> None:
    """The last row adds up all others, for verdicts and for seekers' winners."""
    made = table(study[1], "noise-verdicts")
    for title in ("flipped", "other winner"):
        place = made.head.index(title)
        *rows, whole = (row[place] for row in made.rows)
        assert whole.n == sum(cell.n or 0 for cell in rows)
        assert whole.of == sum(cell.of or 0 for cell in rows)
        assert whole.low <= whole.value <= whole.high
    words = made.rows[0][made.head.index("verdicts")].text.split(" · ")
    assert len(words) == 2


def test_the_same_call_again_gives_the_same_record(
    study: tuple[Path, StudyRecord], small_run: Path
) -> None:
    """From kept conversations, also where some of them were lost with a killed process."""
    home, record = study
    sorted(home.glob("replicates/*/traces/*.jsonl"))[0].unlink()
    assert noise(small_run, out=home) == record


def test_more_replicates_go_on_from_fewer(study: tuple[Path, StudyRecord], small_run: Path) -> None:
    """The first replicate is kept; each new one has chance of its own."""
    home, _ = study
    before = {path: path.read_bytes() for path in home.glob("replicates/*/traces/*")}
    made = noise(small_run, out=home, replicates=3, arms=())
    assert {path: path.read_bytes() for path in before} == before
    texts = [(home / f"replicates/all-{k}/traces/none.jsonl").read_text() for k in (1, 2)]
    assert texts[0] != texts[1]
    verdicts = table(made, "noise-verdicts")
    words = verdicts.rows[0][verdicts.head.index("verdicts")].text
    assert len(words.split(" · ")) == 3


def test_a_configuration_without_chance_has_no_noise(tmp_path: Path) -> None:
    """All parts are 0, the floor is 0, no verdict and no winner flips."""
    record = noise(run(still(tmp_path), out=tmp_path / "run").path, out=tmp_path / "study")
    parts = table(record, "noise-parts")
    assert parts.rows
    assert all(cell.value == 0 for row in parts.rows for cell in row[2:])
    floors = column(table(record, "noise-floor"), "floor")
    assert all(cell.value == 0 for cell in floors.values())
    verdicts = table(record, "noise-verdicts")
    assert [cell.n for cell in verdicts.rows[-1][-2:]] == [0, 0]
    assert any("agent or seeker or judge" in note for note in parts.notes)


def test_an_arm_that_behaves_as_another_is_left_out(tmp_path: Path) -> None:
    """Nothing evolved: the last bank is bank 0, and the page says so."""
    record = noise(still(tmp_path), out=tmp_path / "study")
    assert record.facts["same"] == {"evolved": "static"}
    notes = table(record, "noise-parts").notes
    assert "arm evolved is left out: its bank behaves as that of static" in notes


def test_one_run_alone_is_refused(small_run: Path, tmp_path: Path) -> None:
    """Chance shows itself between two."""
    with pytest.raises(UsageError, match="replicates = 1") as refused:
        noise(small_run, out=tmp_path, replicates=1)
    assert "--replicates 2" in refused.value.hint
