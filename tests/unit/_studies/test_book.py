"""study.json."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from esc_skills._engine.opening import Shared
from esc_skills._store.folder import RunFolder
from esc_skills._studies import book
from esc_skills._studies.shards import Played, Shard, placed
from esc_skills._studies.studyfile import Study, read_study
from esc_skills.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "study")


@pytest.fixture
def study() -> Study:
    return read_study({"design": "list", "study": {"name": "mine", "seeds": [1, 2]}})


def shard(folder: RunFolder, seed: int) -> Shard:
    shared = Shared(journal=folder.path / book.JOURNAL, nonce="n")
    path = placed(folder.path, "v", seed)
    return Shard(variant="v", seed=seed, path=path, experiment={}, shared=shared)


def test_it_lists_every_shard_and_how_it_ended(folder: RunFolder) -> None:
    """One that was not played yet has neither end nor seconds."""
    one, two = shard(folder, 1), shard(folder, 2)
    RunFolder.create(one.path).write_json("run.json", {"seconds": 1.25})
    played = [Played(variant="v", seed=1, path=one.path, ended="error[data] gone")]
    book.write(folder, {"name": "mine"}, "stopped", [one, two], played)
    told = folder.read_json(book.FILE)
    assert (told["schema"], told["name"], told["state"]) == (1, "mine", "stopped")
    assert told["written"].startswith("20")
    assert told["shards"] == [
        {
            "variant": "v",
            "seed": 1,
            "path": "shards/v/1",
            "ended": "error[data] gone",
            "seconds": 1.25,
        },
        {"variant": "v", "seed": 2, "path": "shards/v/2", "ended": "", "seconds": None},
    ]


def test_the_same_study_is_let_in(folder: RunFolder, study: Study) -> None:
    """Also under another name, with other effort: no result depends on it."""
    book.write(folder, {"kind": "ablate", "hash": study.hash}, "done", (), ())
    book.check_same(folder, study, "ablate")
    book.check_same(folder, attrs.evolve(study, name="other", at_once=2), "ablate")


def test_another_study_or_kind_is_not(folder: RunFolder, study: Study) -> None:
    """The line says which one the folder holds."""
    facts = {"name": "old", "kind": "ablate", "hash": study.hash}
    book.write(folder, facts, "done", (), ())
    for other, kind in ((study, "bench"), (attrs.evolve(study, seeds=(1,)), "ablate")):
        with pytest.raises(UsageError, match="another study: ablate 'old'"):
            book.check_same(folder, other, kind)


def test_a_folder_that_a_kill_left_at_its_start_is_empty(folder: RunFolder, study: Study) -> None:
    """Locks, journal and half-written files are no strangers; anything else is."""
    for name in ("lock", book.JOURNAL, ".study.json.x.tmp"):
        (folder.path / name).write_text("", "utf-8")
    book.check_same(folder, study, "ablate")
    (folder.path / "thesis.tex").write_text("", "utf-8")
    with pytest.raises(UsageError, match=r"holds other things: thesis\.tex"):
        book.check_same(folder, study, "ablate")
