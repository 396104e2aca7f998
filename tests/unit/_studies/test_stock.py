"""Stored outcomes and what they cost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from esc_skills._engine.running import run
from esc_skills._studies.stock import Spent, read, spent
from esc_skills.errors import DataError, UsageError


@pytest.fixture(scope="module")
def study(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study folder of two variants under one seed; both are the small run."""
    home = tmp_path_factory.mktemp("study")
    for variant in ("baseline", "other"):
        shutil.copytree(small_run, home / "shards" / variant / "13")
    return home


def test_a_run_gives_its_arms(small_run: Path) -> None:
    """Its own paired differences are no arm."""
    made = read([small_run], "sage.emotion")
    assert [score.arm for score in made] == ["none", "static", "evolved"]
    assert all(len(score.items) == score.n for score in made)


def test_a_study_gives_its_variants(study: Path) -> None:
    """A variant's last bank bears the variant's name; keys bear the seed."""
    made = read([study], "sage.emotion")
    assert {score.arm for score in made} >= {"baseline", "baseline/none", "other"}
    assert all(item.key.startswith("13/") for score in made for item in score.items)


def test_of_several_folders_arms_bear_the_folders_name(small_run: Path, study: Path) -> None:
    """So that two runs' arms stay apart."""
    made = read([small_run, study / "shards/other/13"], "sage.emotion")
    assert [score.arm for score in made][::3] == ["small/none", "13/none"]


@pytest.mark.parametrize("measure", ["sage.nothing", "nobody.emotion", "paired.emotion-difference"])
def test_a_measure_that_nobody_has_is_refused(small_run: Path, measure: str) -> None:
    """With those that may be planned for."""
    with pytest.raises(DataError, match="no outcomes") as refused:
        read([small_run], measure)
    assert "measures: " in refused.value.hint
    assert "sage.emotion" in refused.value.hint
    assert "paired." not in refused.value.hint


def test_an_older_run_is_told_how_to_get_outcomes(small_run: Path, tmp_path: Path) -> None:
    """One that has figures and no items: with the command that makes them."""
    path = tmp_path / "run"
    shutil.copytree(small_run, path)
    (path / "items.jsonl").unlink()
    with pytest.raises(DataError, match="no outcomes") as refused:
        read([path], "sage.emotion")
    assert "esc-skills run" in refused.value.hint


def test_a_figure_that_is_no_mean_is_refused(study: Path, tmp_path: Path) -> None:
    """Nothing can be planned for one whose items have other sums than total and count."""
    path = tmp_path / "run"
    shutil.copytree(study / "shards/other/13", path)
    rows = [json.loads(row) for row in (path / "items.jsonl").read_text().splitlines()]
    odd = [json.dumps({**row, "sums": [1.0, 2.0, 3.0]}) for row in rows]
    (path / "items.jsonl").write_text("\n".join(odd) + "\n", "utf-8")
    with pytest.raises(UsageError, match="no mean"):
        read([path], "sage.emotion")


def test_a_run_that_asked_no_model_cost_nothing(small_run: Path, study: Path) -> None:
    """All its conversations are counted, those for learning, too; a study adds up its shards."""
    one, two = spent([small_run]), spent([study])
    assert one is not None
    assert two is not None
    assert one.talks > 0
    assert (one.questions, one.tokens, one.usd) == (0, (0, 0), 0)
    assert two.talks == 2 * one.talks


def test_nobody_knows_what_transcripts_cost(small_run: Path) -> None:
    """Nothing is said where a part is unknown."""
    assert spent(["sage-transcripts:some.jsonl"]) is None
    assert spent([small_run, "sage-transcripts:some.jsonl"]) is None


def test_questions_and_tokens_come_from_the_journal(tmp_path: Path) -> None:
    """Every reply of the agent was a question; the price of a model without one is unknown."""
    said = {"text": "That sounds hard.", "strategy": "Others", "why": "to be near"}
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"match": "support", "text": json.dumps(said)}), "utf-8")
    made = run(
        {
            "profiles": {"use": "grid", "intentions": ["deep-empathy"], "per_cell": 1},
            "responder": "plain",
            "models": {"responder": {"use": "scripted", "model": "s", "script": str(script)}},
            "evaluators": ["sage"],
            "reports": [],
            "evolve": {"rounds": 0},
            "talk": {"limit": 2},
            "run": {"repeats": 1, "arms": ["none"]},
        },
        out=tmp_path / "run",
    )
    found = spent([made.path])
    assert found is not None
    replies = sum(len(trace.exchanges) for trace in made.record.traces)
    assert (found.talks, found.questions) == (3, replies)
    assert found.tokens[0] > found.tokens[1] > 0
    assert isinstance(found, Spent)
