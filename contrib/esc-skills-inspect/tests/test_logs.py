"""Conversations as logs: inspect's own reader, scorer and viewer take them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner
from esc_skills_inspect.command import main, write_run
from esc_skills_inspect.logs import make_logs
from esc_skills_inspect.report import InspectReport
from inspect_ai.log import read_eval_log

import esc_skills
from esc_skills.spec import RunRecord
from esc_skills.testing import conformance
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile

SCORER = """
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import TaskState

@scorer(metrics=[accuracy()])
def spoke() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        return Score(value="C" if state.metadata["strategies"] and state.messages else "I")
    return score
"""


def inspect(*words: Any, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run inspect's own command line, with no key and no home of its own."""
    command = [Path(sys.executable).with_name("inspect"), *map(str, words)]
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return subprocess.run(
        command,
        cwd=cwd,
        env=kept | {"HOME": str(cwd), "INSPECT_LOG_DIR": str(cwd / "logs")},
        capture_output=True,
        text=True,
        timeout=110,
    )


def test_the_report_keeps_its_promise() -> None:
    """All laws of reports hold."""
    conformance.check("report", InspectReport())


@pytest.mark.parametrize("kind", ["eval", "json"])
def test_inspects_reader_gives_back_what_was_written(run, tmp_path: Path, kind: str) -> None:
    """Every conversation is a sample: words, labels, emotion, and the run's own scores."""
    paths = write_run(run.path, tmp_path, kind)
    assert [path.name for path in paths][:2] == [f"small-none.{kind}", f"small-static.{kind}"]
    for path, arm in zip(paths, ("none", "static"), strict=False):
        log = read_eval_log(path)
        assert log.status == "success"
        samples = {(one.id, one.epoch): one for one in log.samples or ()}
        talks = [one for one in run.record.traces if one.arm == arm]
        assert len(samples) == len(talks) > 1
        for talk in talks:
            sample = samples[talk.profile.id, talk.repeat + 1]
            said = [
                ("seeker" if one.role == "user" else "supporter", one.text)
                for one in sample.messages
            ]
            assert tuple(said) == talk.talk
            assert sample.target == talk.profile.intention
            assert sample.metadata["persona_type"] == talk.profile.persona_type
            assert sample.metadata["deltas"] == [
                one.reaction.delta for one in talk.exchanges if one.reaction
            ]
            assert sample.scores["emotion"].value == talk.emotion
            replies = [one for one in sample.messages if one.role == "assistant"]
            assert replies[0].metadata["strategy"] == talk.exchanges[0].reply.strategy
            assert replies[0].metadata["why"] == talk.exchanges[0].reply.why
        whole = {score.name: score for score in log.results.scores}
        wanted = {f"{one.evaluator}.{one.name}": one for one in run.scores if one.arm == arm}
        figure = whole["sage.emotion"].metrics["value"].value
        assert figure == wanted["sage.emotion"].value
        assert "sage.emotion" in sample.scores


def test_the_report_of_a_run_is_the_same_bytes(run, tmp_path: Path) -> None:
    """Chosen in an experiment it writes beside the other pages, without a time."""
    page = run.path / "inspect" / "none.json"
    assert page in run.pages
    made = {(one.id, one.epoch): one for one in make_logs(run.record)["none"].samples}
    assert {(one.id, one.epoch): one for one in read_eval_log(page).samples} == made
    other = esc_skills.run(run.record.experiment, out=tmp_path / "small")
    assert (other.path / "inspect" / "none.json").read_bytes() == page.read_bytes()


def test_inspect_score_takes_the_log(run, tmp_path: Path) -> None:
    """``inspect score`` runs a stranger's scorer over the log, without a model or a key."""
    path = write_run(run.path, tmp_path / "logs")[0]
    (tmp_path / "trivial.py").write_text(SCORER)
    out = tmp_path / "scored.eval"
    chosen = ["--scorer", "trivial.py@spoke", "--action", "append", "--output-file", out]
    done = inspect("score", path, *chosen, "--display", "plain", cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    log = read_eval_log(out)
    made = {score.name: score for score in log.results.scores}
    assert made["spoke"].metrics["accuracy"].value == 1.0
    assert "sage.emotion" in made
    assert all(sample.scores["spoke"].value == "C" for sample in log.samples)


def test_our_own_scorer_is_found_by_name(run, tmp_path: Path) -> None:
    """``esc_skills_inspect/final_emotion`` gives the run's own mean."""
    path = write_run(run.path, tmp_path / "logs")[0]
    out = tmp_path / "scored.eval"
    chosen = ["--scorer", "esc_skills_inspect/final_emotion", "--action", "overwrite"]
    done = inspect("score", path, *chosen, "--output-file", out, "--display", "plain", cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    (made,) = read_eval_log(out).results.scores
    (wanted,) = (
        one.value
        for one in run.scores
        if (one.arm, one.evaluator, one.name) == ("none", "sage", "emotion")
    )
    assert made.metrics["mean"].value == pytest.approx(wanted)


def test_the_viewer_bundles_the_log(run, tmp_path: Path) -> None:
    """``inspect view bundle`` makes a page that loads nothing from elsewhere."""
    write_run(run.path, tmp_path / "logs")
    done = inspect("view", "bundle", "--output-dir", tmp_path / "page", cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    listed = (tmp_path / "page" / "logs" / "listing.json").read_text()
    assert "small-none.eval" in listed
    assert "esc-skills-none" in listed
    page = (tmp_path / "page" / "index.html").read_text()
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_a_fault_is_an_error_and_no_score() -> None:
    """A conversation that came to nothing has no mark, and says why."""
    whole = trace(profile(), 5)
    lost = attrs.evolve(
        whole, repeat=1, ending="fault", fault="service", state="failed", note="no answer"
    )
    log = make_logs(RunRecord(name="r", experiment={}, traces=(whole, lost)))[whole.arm]
    sound, bad = log.samples
    assert sound.scores
    assert sound.error is None
    assert bad.scores == {}
    assert bad.error.message == "service failed: no answer"
    assert (log.results.total_samples, log.results.completed_samples) == (2, 1)


def test_no_run_is_said_in_one_line(tmp_path: Path) -> None:
    """A folder without a run ends the command with a hint, not with a traceback."""
    done = CliRunner().invoke(main, ["export", str(tmp_path), "--out", str(tmp_path / "o")])
    assert done.exit_code == 2
    assert "not a run folder: no run.json" in done.output
