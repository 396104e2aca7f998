"""Doors for programs: a run folder read back, a component by its name."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import esc_skills
from esc_skills.errors import (
    ConfigError,
    DataError,
    EscSkillsError,
    PluginError,
    UnknownPluginError,
)
from esc_skills.testing import context
from esc_skills.testing.samples import bank


def test_a_finished_run_is_read_back_whole(small_run: Path) -> None:
    """Scores, bank, record and the pages that lie there, without walking."""
    before = {path: path.stat().st_mtime_ns for path in small_run.rglob("*")}
    read = esc_skills.open_run(small_run)
    assert read.resumed
    assert read.faults == ()
    assert {score.arm for score in read.scores} >= {"none", "static"}
    assert read.scores == read.record.scores
    assert read.bank.hash == read.record.banks[-1].hash
    shown = {page.relative_to(small_run).as_posix() for page in read.pages}
    assert {"report.html", "report.md", "tables/scores.csv"} <= shown
    assert not any(name.startswith(("banks/", "traces/", "run.", "lock")) for name in shown)
    assert {path: path.stat().st_mtime_ns for path in small_run.rglob("*")} == before


def test_a_partial_run_is_read_as_far_as_it_came(small_run: Path, tmp_path: Path) -> None:
    """No scores and pages yet; conversations that came to nothing are told, one a line."""
    shutil.copyfile(small_run / "run.json", tmp_path / "run.json")
    line = (small_run / "traces" / "none.jsonl").read_text("utf-8").splitlines()[0]
    spoilt = json.loads(line) | {"ending": "fault", "fault": "service", "note": "gone away"}
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "none.jsonl").write_text(json.dumps(spoilt) + "\n", "utf-8")
    read = esc_skills.open_run(str(tmp_path))
    assert (read.scores, read.pages, read.resumed) == ((), (), True)
    assert [note.rpartition(": ")[2] for note in read.faults] == ["gone away"]
    with pytest.raises(DataError):
        _ = read.bank


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"experiment": {}}', "{"], ids=lambda text: repr(text)
)
def test_what_is_no_run_is_refused(tmp_path: Path, text: str | None) -> None:
    """A folder without a run.json, or with another one, is named with what to do."""
    if text is not None:
        (tmp_path / "run.json").write_text(text, "utf-8")
    with pytest.raises(DataError) as told:
        esc_skills.open_run(tmp_path)
    assert str(tmp_path) in told.value.where
    assert told.value.hint


def test_a_component_by_name_with_settings() -> None:
    """It is the one that a run would take, with what was set."""
    made = esc_skills.component("retriever", "bm25", {"k": 2})
    assert (made.name, made.k) == ("bm25", 2)
    session = asyncio.run(made.index(bank(), context(place="retriever")))
    assert hasattr(session, "search")


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (("retriever", "bm52"), UnknownPluginError, "did you mean 'bm25'"),
        (("retreiver", "bm25"), UnknownPluginError, "did you mean 'retriever'"),
        (("preset", "default"), UnknownPluginError, "is no component"),
        (("retriever", "bm25", {"kk": 2}), ConfigError, "did you mean 'k'"),
    ],
    ids=["name", "role", "no-component", "setting"],
)
def test_mistakes_are_answered_with_what_was_meant(
    words: tuple[Any, ...], kind: type[EscSkillsError], said: str
) -> None:
    """A wrong name, role or setting names the nearest right one."""
    with pytest.raises(kind, match=said):
        esc_skills.component(*words)


def test_what_is_disabled_stays_disabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of a run hold behind this door, too."""
    monkeypatch.setenv("ESC_SKILLS_DISABLE", "retriever.bm25")
    with pytest.raises(UnknownPluginError, match="switched off"):
        esc_skills.component("retriever", "bm25")


def test_a_fault_names_its_distribution() -> None:
    """What a component raises comes out as an error that names its owner."""
    made = esc_skills.component("retriever", "bm25")
    with pytest.raises(PluginError, match=r"retriever\.bm25 \(esc-skills "):
        asyncio.run(made.index(None, context(place="retriever")))
