"""From a pack to the same numbers by one command."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from esc_skills._engine.running import run
from esc_skills._studies.packing import pack

TINY: dict[str, Any] = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy"], "persona_types": ["passive"]},
    "evolve": {"rounds": 0},
    "run": {"repeats": 1},
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is replayed quickly."""
    return run(TINY, out=tmp_path_factory.mktemp("runs") / "tiny").path


def test_a_replay_says_that_all_is_equal(give, tiny: Path, tmp_path: Path) -> None:
    """Figures on stdout, progress on stderr, exit code 0."""
    made = pack(tiny, tmp_path / "tiny.tar.gz")
    said = give("replay", made.path, "--out", tmp_path / "again")
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        f"{len(made.manifest.results)} files, all equal",
        f"made: {tmp_path / 'again' / 'tiny'}",
    ]
    assert "score/none" in said.err


def test_a_replay_lists_what_differs(give, tiny: Path, tmp_path: Path) -> None:
    """Exit code 1, file by file; ``--json`` is one document."""
    made = pack(tiny, tmp_path / "tiny.tar.gz")
    with tarfile.open(made.path) as archive:
        archive.extractall(tmp_path / "inside", filter="data")
    path = tmp_path / "inside" / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    told["results"]["units.jsonl"] = "0" * 64
    told["distributions"]["attrs"] = "1.0"
    path.write_text(json.dumps(told), "utf-8")
    with tarfile.open(tmp_path / "odd.tar.gz", "w:gz") as archive:
        for name in ["manifest.json", *told["members"]]:
            archive.add(tmp_path / "inside" / name, name)
    said = give("replay", tmp_path / "odd.tar.gz", "--out", tmp_path / "again", "--json")
    assert said.code == 1, said.err
    assert said.json["differing"] == ["units.jsonl: differs"]
    assert said.json["equal"] is False
    assert "attrs: 1.0 →" in said.err


def test_a_pack_that_is_none_is_refused(give, tmp_path: Path) -> None:
    """One line and exit code 2."""
    (tmp_path / "odd.tar.gz").write_text("hello", "utf-8")
    said = give("replay", tmp_path / "odd.tar.gz", "--out", tmp_path / "again")
    assert said.code == 2
    assert "not a whole archive" in said.err
