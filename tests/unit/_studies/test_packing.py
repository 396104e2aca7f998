"""A pack: all that went in, what models answered, hashes of what came out, and no secret."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from roads import KEY

from esc_skills._engine.hands import change, return_to
from esc_skills._engine.running import run
from esc_skills._store.journal import Journal
from esc_skills._studies.packing import Packed, pack
from esc_skills.errors import DataError, StoreError, UsageError

TINY: dict[str, Any] = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy"], "persona_types": ["passive"]},
    "evolve": {"rounds": 0},
    "run": {"repeats": 1},
}
TALK = [
    {"role": "user", "content": "I lost my job on Monday and cannot sleep."},
    {"role": "assistant", "content": "That sounds heavy. What goes round in your head?"},
    {"role": "user", "content": "Thank you, that helps a little."},
]


@pytest.fixture(scope="module")
def packed(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """The small run, packed."""
    return pack(small_run, tmp_path_factory.mktemp("packs") / "small.tar.gz")


def members(packed: Packed) -> dict[str, bytes]:
    """Name and content of every member."""
    with tarfile.open(packed.path) as archive:
        return {one.name: (archive.extractfile(one) or BytesIO()).read() for one in archive}


def with_corpus(folder: Path, licence: str) -> Path:
    """A finished run over dialogues of its own, as far as its units."""
    folder.mkdir()
    rows = [json.dumps({"id": f"own-{number}", "messages": TALK}) + "\n" for number in range(2)]
    (folder / "talks.jsonl").write_text("".join(rows), "utf-8")
    corpus = {"use": "chat-jsonl", "path": str(folder / "talks.jsonl"), "licence": licence}
    return run({**TINY, "corpus": [corpus]}, out=folder / "run", until="extract").path


def test_every_result_has_its_hash(packed: Packed, small_run: Path) -> None:
    """Files with a time in them, locks and journals are no results; all others are."""
    told = packed.manifest
    assert {"units.jsonl", "scores.jsonl", "ledger.jsonl", "report.html"} <= set(told.results)
    assert not {"run.json", "lock", "journal.sqlite"} & set(told.results)
    for name, digest in told.results.items():
        assert hashlib.sha256((small_run / name).read_bytes()).hexdigest() == digest


def test_every_member_has_its_hash(packed: Packed) -> None:
    """The manifest stands beside them, with versions and the plug-in table."""
    inside = members(packed)
    told = json.loads(inside.pop("manifest.json"))
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in inside.items()}
    assert told["members"] == hashes
    assert told["schema"] == 1
    assert told["distributions"]["attrs"]
    assert {"role", "name", "distribution", "version", "settings"} <= set(told["plugins"][0])
    assert json.loads(inside["experiment.json"])["evolve"]["rounds"] == 1


def test_prompts_go_along(small_run: Path, packed: Packed, tmp_path: Path) -> None:
    """Prompt files of the plug-ins in use, and the prompts as components declare them."""
    inside = members(packed)
    home = "prompts/esc-skills/esc_skills_plugins"
    assert inside[f"{home}/evaluators/judge.rubric.toml"]
    assert json.loads(inside["prompts/asked.json"]) == []
    experiment = {**TINY, "responder": "plain", "models": {"default": {"use": "scripted"}}}
    made = pack(run(experiment, out=tmp_path / "asked", until="distil").path)
    asked = json.loads(members(made)["prompts/asked.json"])
    assert asked[0]["component"] == "plain"
    assert asked[0]["system"]


def test_two_packs_of_one_run_are_equal(packed: Packed, small_run: Path, tmp_path: Path) -> None:
    """To the byte, whatever they are called."""
    again = pack(small_run, tmp_path / "other.tar.gz")
    assert again.sha256 == packed.sha256
    assert again.path.read_bytes() == packed.path.read_bytes()


@pytest.mark.parametrize(
    ("licence", "with_data", "inside"),
    [
        ("CC0-1.0", False, True),
        ("CC-BY-NC-4.0", False, False),
        ("CC-BY-NC-4.0", True, True),
        ("Non-Commercial research", False, False),
        ("INCREDIBLE-2.0", False, True),
        ("", False, True),
    ],
    ids=["free", "nc", "nc asked for", "in words", "nc inside a word", "unstated"],
)
def test_data_go_along_as_their_licence_allows(
    licence: str, with_data: bool, inside: bool, tmp_path: Path
) -> None:
    """A non-commercial corpus only when asked for; the duty is told either way."""
    made = pack(with_corpus(tmp_path / "own", licence), with_data=with_data)
    (one,) = made.manifest.data
    assert one.corpus == "chat-jsonl"
    assert one.sha256 == hashlib.sha256((tmp_path / "own" / "talks.jsonl").read_bytes()).hexdigest()
    assert bool(one.member) == inside
    assert (one.member in members(made)) == inside
    (duty,) = made.manifest.duties
    assert ("is in the pack" in duty) == inside
    assert ("non-commercial use only" in duty) == ("NC-" in licence or "Non" in licence)


def test_changed_or_missing_data_are_refused(tmp_path: Path) -> None:
    """What is packed is what the run was made from."""
    path = with_corpus(tmp_path / "own", "CC0-1.0")
    data = tmp_path / "own" / "talks.jsonl"
    data.write_text(data.read_text("utf-8").replace("Monday", "Sunday"), "utf-8")
    with pytest.raises(DataError, match="not what run was made from"):
        pack(path)
    data.unlink()
    with pytest.raises(DataError, match="is not there"):
        pack(path)


def test_an_unfinished_run_is_refused(small_run: Path, tmp_path: Path) -> None:
    """Half a run would be half a result."""
    folder = tmp_path / "half"
    folder.mkdir()
    stored = json.loads((small_run / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps({**stored, "state": "budget"}), "utf-8")
    with pytest.raises(DataError, match="not finished: budget"):
        pack(folder)


def test_a_run_of_other_versions_is_refused(small_run: Path, tmp_path: Path) -> None:
    """Its prompts are not those of here."""
    folder = tmp_path / "old"
    folder.mkdir()
    stored = json.loads((small_run / "run.json").read_text("utf-8"))
    stored["plugins"][0]["version"] = "0.0.1"
    (folder / "run.json").write_text(json.dumps(stored), "utf-8")
    with pytest.raises(DataError, match=r"0\.0\.1 → "):
        pack(folder)


def test_what_is_no_run_is_refused(small_run: Path, tmp_path: Path) -> None:
    """Neither a folder of other things nor an archive inside the folder that it packs."""
    with pytest.raises(DataError, match="no run and no study"):
        pack(tmp_path)
    with pytest.raises(DataError, match="its own pack"):
        pack(small_run, small_run / "pack.tar.gz")


def test_a_key_in_the_journal_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X01: a journal never holds a key; if one did all the same, it would not leave the house."""
    path = with_corpus(tmp_path / "own", "CC0-1.0")
    journal = Journal(path / "journal.sqlite")
    journal.put("k", "{}", json.dumps({"text": f"my key is {KEY}"}))
    journal.close()
    assert pack(path).manifest.members["journal.sqlite"]
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(StoreError, match=r"journal\.sqlite holds a key") as refused:
        pack(path)
    assert KEY not in str(refused.value)


def test_a_key_in_a_setting_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Experiments and data are looked through like answers."""
    monkeypatch.setenv("OTHER_API_KEY", "planted-planted-planted")
    path = with_corpus(tmp_path / "own", "planted-planted-planted")
    with pytest.raises(StoreError, match=r"holds a key"):
        pack(path)


def test_only_a_pack_gives_way_to_a_pack(small_run: Path, packed: Packed, tmp_path: Path) -> None:
    """O08: what somebody else has written stays; an older pack is made anew."""
    mine = tmp_path / "mine.toml"
    mine.write_text("dear = true", "utf-8")
    with pytest.raises(UsageError, match="no pack"):
        pack(small_run, mine)
    assert mine.read_text("utf-8") == "dear = true"
    old = tmp_path / "old.tar.gz"
    old.write_bytes(packed.path.read_bytes())
    assert pack(small_run, old).sha256 == packed.sha256


def test_what_people_did_by_hand_is_told_before_a_replay_finds_it(
    small_run: Path, packed: Packed, tmp_path: Path
) -> None:
    """A rollback is no part of the experiment: the pack says that a replay will differ, and why."""
    assert not any("by hand" in line for line in packed.manifest.duties)
    home = tmp_path / small_run.name
    shutil.copytree(small_run, home)
    change(home, return_to(home, "Mira", "0", (), "back to the start"))
    told = pack(home, tmp_path / "more.tar.gz").manifest.duties
    (line,) = (line for line in told if "by hand" in line)
    assert line.startswith(f"{small_run.name}: 1 change of the bank by hand; a replay makes")
    assert line.endswith("not equal, and ends with 1")
