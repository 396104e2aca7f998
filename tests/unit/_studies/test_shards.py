"""One variant under one seed, played as an ordinary run."""

from __future__ import annotations

import asyncio
import pickle
import shutil
from pathlib import Path
from typing import Any

import attrs
import pytest
from studied import Stamps

from esc_skills._engine.running import run, stored_experiment
from esc_skills._store.folder import RunFolder
from esc_skills._studies.running import prepared
from esc_skills._studies.shards import Shard, placed, play, watching
from esc_skills._studies.studyfile import read_study
from esc_skills.errors import UsageError


@pytest.fixture
def shards(study_file: Path, small_study: Path, tmp_path: Path) -> tuple[Shard, ...]:
    """The small study's, in a copy of its folder."""
    home = tmp_path / "study"
    shutil.copytree(small_study, home)
    return prepared(read_study(study_file), home).shards


def test_shards_stand_seed_by_seed(shards: tuple[Shard, ...], tmp_path: Path) -> None:
    """So an interrupted study has whole seeds; each has a folder of its own."""
    assert [(one.variant, one.seed) for one in shards] == [
        ("baseline", 13),
        ("retriever=none", 13),
        ("baseline", 14),
        ("retriever=none", 14),
    ]
    assert len({one.path for one in shards}) == 4
    assert shards[0].path == placed(tmp_path / "study", "baseline", 13)
    lanes = [one.shared.lane for one in shards]
    assert lanes == ["seed=13|", "seed=13|", "seed=14|", "seed=14|"]


def test_a_name_that_no_folder_can_have_gets_one(tmp_path: Path) -> None:
    """Two names that look alike once cleaned stay two folders."""
    one, two = (placed(tmp_path, name, 1) for name in ("retriever=none", "retriever none"))
    assert one != two
    assert one.parent.parent == tmp_path / "shards"


def test_another_process_can_be_given_a_shard(shards: tuple[Shard, ...]) -> None:
    """It is plain data all through."""
    assert pickle.loads(pickle.dumps(shards[1])) == shards[1]


def test_a_shard_is_the_run_that_its_experiment_makes(
    shards: tuple[Shard, ...], tmp_path: Path
) -> None:
    """Played alone by ``esc-skills run`` it gives the same conversations and scores."""
    made = run(stored_experiment(shards[1].path), out=tmp_path / "alone").path
    names = ["scores.jsonl", "items.jsonl", "units.jsonl"]
    names += [f"traces/{path.name}" for path in shards[1].path.glob("traces/*")]
    assert len(names) > 3
    for name in names:
        assert (made / name).read_bytes() == (shards[1].path / name).read_bytes(), name


def test_a_shard_that_is_done_is_looked_at_alone(shards: tuple[Shard, ...]) -> None:
    """Not a byte is written, and no conversation is lost."""
    home = shards[0].path.parents[2]
    before = Stamps.of(home)
    assert all(shard.done for shard in shards)
    told = asyncio.run(play(shards[0]))
    assert (told.variant, told.seed, told.path) == ("baseline", 13, shards[0].path)
    assert (told.faults, told.ended) == ((), "")
    assert Stamps.of(home) == before


@pytest.mark.parametrize(
    "facts", [{"state": "running"}, {"state": "budget"}, {"faults": ["t: it broke"]}], ids=str
)
def test_what_stopped_or_lost_something_is_not_done(
    shards: tuple[Shard, ...], facts: dict[str, object]
) -> None:
    """It is played again: what was lost may be had this time."""
    folder = RunFolder(shards[0].path)
    folder.write_json("run.json", {**folder.read_json("run.json"), **facts})
    assert not shards[0].done


def test_a_folder_of_another_run_is_refused(shards: tuple[Shard, ...]) -> None:
    """A fault of this shard alone would be told; a wrong folder ends the study."""
    other = attrs.evolve(shards[0], path=shards[2].path)
    with pytest.raises(UsageError, match=r"run\.seed"):
        asyncio.run(play(other))


def test_a_fault_of_its_own_is_told_and_ends_nothing(
    shards: tuple[Shard, ...], tmp_path: Path
) -> None:
    """The line says what happened; the others go on."""
    raw = {**shards[0].experiment, "corpus": [{"use": "chat-jsonl", "path": "nowhere.jsonl"}]}
    lost = attrs.evolve(shards[0], experiment=raw, path=tmp_path / "new")
    told = asyncio.run(play(lost))
    assert told.ended.startswith("error[data] ")
    assert "nowhere.jsonl" in told.ended


def test_who_watches_hears_of_every_shard(shards: tuple[Shard, ...], tmp_path: Path) -> None:
    """Events of shards that are played here come with the shard's name; later ones are not told."""
    heard: list[tuple[str, str]] = []

    def ear(hook: str, *, shard: str, **_: Any) -> None:
        heard.append((hook, shard))

    anew = attrs.evolve(shards[1], path=tmp_path / "anew")
    with watching((ear,)):
        asyncio.run(play(anew))
    assert {shard for _, shard in heard} == {"retriever=none, seed 13"}
    wanted = {"esc_skills_walk_opened", "esc_skills_stage_started", "esc_skills_trace_done"}
    assert wanted <= {hook for hook, _ in heard}
    told = len(heard)
    asyncio.run(play(anew))
    assert len(heard) == told
