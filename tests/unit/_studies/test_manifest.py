"""The manifest: what counts as a result, and which licences keep a file at home."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from esc_skills._studies.manifest import DataFile, digest, kind_of, results, runs_of
from esc_skills.errors import DataError


def laid(folder: Path, *names: str) -> Path:
    """A folder of files that hold their own names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, "utf-8")
    return folder


def test_results_are_all_but_times_locks_and_journals(tmp_path: Path) -> None:
    """By path, sorted; a study's own file is none at the top, and one of that name elsewhere is."""
    kept = ["a/study.json", "scores.jsonl", "shards/x/13/units.jsonl", "study.tables.json"]
    timed = ["run.json", "shards/x/13/run.json", "study.json", "lock", "shards/x/13/lock"]
    more = ["journal.sqlite", "journal.sqlite-wal", ".hidden", "a/.b.tmp", "shards/x/13/.t/x.tmp"]
    found = results(laid(tmp_path, *kept, *timed, *more))
    assert list(found) == sorted(kept)
    assert found["scores.jsonl"] == hashlib.sha256(b"scores.jsonl").hexdigest()


def test_a_digest_is_that_of_the_whole_file(tmp_path: Path) -> None:
    """Also of one that is read in several pieces."""
    (tmp_path / "big").write_bytes(b"0123456789" * 250_000)
    assert digest(tmp_path / "big") == hashlib.sha256(b"0123456789" * 250_000).hexdigest()


def test_a_study_is_told_from_a_run(tmp_path: Path) -> None:
    """By the file at its top; its runs are its shards, sorted."""
    study = laid(tmp_path / "s", "study.json", "shards/b/2/run.json", "shards/a/1/run.json")
    assert kind_of(study) == "study"
    assert [str(one.path.relative_to(study)) for one in runs_of(study, "study")] == [
        "shards/a/1",
        "shards/b/2",
    ]
    assert kind_of(laid(tmp_path / "r", "run.json")) == "run"
    for other in (laid(tmp_path / "x", "notes.txt"), tmp_path / "nowhere"):
        with pytest.raises(DataError, match=r"neither run\.json nor study\.json") as refused:
            kind_of(other)
        assert "--out" not in refused.value.hint


@pytest.mark.parametrize(
    ("licence", "private"),
    [
        ("CC-BY-NC-4.0", True),
        ("cc-by-nc-sa-4.0", True),
        ("NC", True),
        ("research only, noncommercial", True),
        ("CC-BY-4.0", False),
        ("MIT", False),
        ("NCSA", False),
        ("", False),
    ],
)
def test_non_commercial_tags_are_known(licence: str, private: bool) -> None:
    """Whole parts of a tag count, not letters inside a word."""
    file = DataFile(path="x", sha256="0", size=0, licence=licence)
    assert file.private == private
