"""``study pack``: what is said of an archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esc_skills._engine.running import run

TALK = [
    {"role": "user", "content": "I lost my job on Monday and cannot sleep."},
    {"role": "assistant", "content": "That sounds heavy. What goes round in your head?"},
    {"role": "user", "content": "Thank you, that helps a little."},
]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A run over a non-commercial corpus, as far as its units."""
    row = {"id": "own", "messages": TALK}
    (tmp_path / "talks.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    path = str(tmp_path / "talks.jsonl")
    corpus = [{"use": "chat-jsonl", "path": path, "licence": "CC-BY-NC-4.0"}]
    return run({"corpus": corpus}, out=tmp_path / "own", until="extract").path


def test_the_archive_lies_beside_the_run(give, own: Path) -> None:
    """Place, size and hash on stdout; what the licences ask on stderr."""
    said = give("study", "pack", own)
    assert said.code == 0, said.err
    assert f"pack: {own}.pack.tar.gz (" in said.out
    assert "note: corpus chat-jsonl (CC-BY-NC-4.0): its file is not in the pack" in said.err


def test_json_tells_hash_and_duties(give, own: Path, tmp_path: Path) -> None:
    """One document; data that were asked for go along."""
    said = give("study", "pack", own, "--out", tmp_path / "p.tar.gz", "--with-data", "--json")
    assert said.json["pack"] == str(tmp_path / "p.tar.gz")
    assert said.json["kind"] == "run"
    assert "is in the pack" in said.json["duties"][0]


def test_a_folder_that_is_no_run_is_refused(give, tmp_path: Path) -> None:
    """One line and exit code 2."""
    said = give("study", "pack", tmp_path)
    assert said.code == 2
    assert "neither run.json nor study.json" in said.err
