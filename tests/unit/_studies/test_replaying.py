"""A pack gives every result again: offline, without a key, failures included."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest
from acting import act, asked_in, said
from roads import EXPERIMENT, KEY, TALK

from esc_skills._codec.toml import read_toml
from esc_skills._engine.running import run
from esc_skills._studies.packing import pack
from esc_skills._studies.replaying import replay
from esc_skills._studies.running import run_study
from esc_skills._studies.studyfile import read_study
from esc_skills.errors import DataError, RunEndedError, UsageError
from esc_skills.testing import faults
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received, good

NC = "CC-BY-NC-4.0"


@pytest.fixture(scope="module")
def small_pack(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small run, packed."""
    return pack(small_run, tmp_path_factory.mktemp("packs") / "small.tar.gz").path


TINY: dict[str, Any] = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy"], "persona_types": ["passive"]},
    "evolve": {"rounds": 0},
    "run": {"repeats": 1},
}


@pytest.fixture(scope="module")
def tiny_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack that is replayed quickly."""
    home = tmp_path_factory.mktemp("tiny")
    run(TINY, out=home / "tiny")
    return pack(home / "tiny").path


@attrs.define
class Moody:
    """Fails some questions for good, by what they say: the server, or the answer."""

    done: Counter[str] = attrs.field(factory=Counter)

    def __call__(self, number: int, received: Received) -> Fault | None:
        """Plan of a fault server."""
        first = asked_in(received).split("no shape")[0].strip()
        shape = received.body["response_format"]["json_schema"]["schema"]["properties"]
        share = sum(first.encode()) % 24 if {"fit", "says", "why", "value"} & set(shape) else 24
        kind = {0: "broken", 5: "refused", 9: "refused", 2: "unusable"}.get(share, "")
        self.done[kind] += 1
        if kind == "broken":
            return faults.broken()
        if kind == "refused":
            body = good("chat", "")
            body["choices"][0]["message"] |= {"content": None, "refusal": "I cannot."}
            return Fault(body=body)
        return Fault(body=good("chat", f"no shape {number}")) if kind else None


def asking(folder: Path, url: str, licence: str = "CC0-1.0", **more: Any) -> dict[str, Any]:
    """An experiment that asks models, over dialogues of its own."""
    folder.mkdir(exist_ok=True)
    rows = [
        {
            "id": f"own-{number}",
            "messages": [
                {"role": who, "content": f"{text} {said(f'{number}{at}')}"}
                for at, (who, text) in enumerate(TALK)
            ],
        }
        for number in range(3)
    ]
    data = folder / "talks.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    kinds = '"passive", "negative", "avoidant"'
    filled = EXPERIMENT.format(kinds=kinds, more="", url=url, model="", limit=2, rounds=1)
    made = read_toml(filled, "here")
    made["corpus"] = [{"use": "chat-jsonl", "path": str(data), "licence": licence}]
    made["run"] |= {"limits": {"tries": 2}, "repeats": 6}
    return {**made, **more}


@pytest.fixture(scope="module")
def asked_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Moody]:
    """A finished run whose models failed now and then; its server is gone, its key too."""
    home = tmp_path_factory.mktemp("asked")
    plan = Moody()
    with pytest.MonkeyPatch.context() as patch, FaultServer(plan, act) as server:
        patch.setenv("OPENAI_API_KEY", KEY)
        run(asking(home, server.url, NC, evolve={"rounds": 0}), out=home / "runs" / "moody")
    return home / "runs" / "moody", plan


def test_a_failing_model_fails_again_in_a_replay(
    asked_run: tuple[Path, Moody], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same bytes with the server gone and no key: lost conversations, their counts and words."""
    path, plan = asked_run
    lost = [json.loads(line) for file in (path / "faults").glob("*") for line in file.open()]
    assert {row["state"] for row in lost} >= {"failed", "refused", "unusable"}, plan.done
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    made = pack(path, tmp_path / "moody.tar.gz", with_data=True)
    shutil.move(path.parent.parent / "talks.jsonl", tmp_path / "away.jsonl")
    try:
        found = replay(made.path, tmp_path / "again")
    finally:
        shutil.move(tmp_path / "away.jsonl", path.parent.parent / "talks.jsonl")
    assert found.differing == ()
    assert found.files == len(made.manifest.results) > 10
    assert any(name.startswith("faults/") for name in made.manifest.results)
    assert found.notes == ()
    inside = unpacked(made.path, tmp_path / "inside")
    assert not [file for file in inside.rglob("*.*") if KEY.encode() in file.read_bytes()]


def test_an_evolved_bank_is_evolved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with refinement, verification and a ledger gives the same bytes offline."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    two = {**TINY["profiles"], "persona_types": ["passive", "negative"]}
    with FaultServer((), act) as server:
        plain = asking(tmp_path / "own", server.url, profiles=two, run={"repeats": 1})
        run(plain, out=tmp_path / "runs" / "evolved")
    monkeypatch.delenv("OPENAI_API_KEY")
    made = pack(tmp_path / "runs" / "evolved")
    shutil.rmtree(tmp_path / "own")
    found = replay(made.path, tmp_path / "again")
    assert found.differing == ()
    events = {json.loads(line)["event"] for line in (found.path / "ledger.jsonl").open()}
    assert {"commit", "failures", "expectations", "round-done"} <= events, events


def test_a_study_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shard and every table, with models that failed now and then; the corpus has moved."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FaultServer(Moody(), act) as server:
        own = {"evolve": {"rounds": 0}, "run": {"repeats": 1, "limits": {"tries": 2}}}
        plain = asking(tmp_path / "own", server.url, **own)
        vary = {"vary": {"retriever": ["random", "none"]}, "study": {"seeds": [13, 14]}}
        made = run_study(read_study({**plain, **vary, "design": "swap"}), out=tmp_path / "moody")
    monkeypatch.delenv("OPENAI_API_KEY")
    assert made.lost
    packed = pack(made.path)
    shutil.rmtree(tmp_path / "own")
    found = replay(packed.path, tmp_path / "again")
    assert found.differing == ()
    names = set(packed.manifest.results)
    assert {
        "study.md",
        "shards/baseline/13/scores.jsonl",
        "shards/baseline/14/items.jsonl",
    } <= names
    assert "study.json" not in names


def test_a_run_without_models_gives_the_same_bytes(small_pack: Path, tmp_path: Path) -> None:
    """Every result of a model-free run is made again, pages included."""
    found = replay(small_pack, tmp_path / "again")
    assert found.differing == ()
    assert found.path == tmp_path / "again" / "small"
    assert (found.path / "report.html").is_file()
    assert not (found.path / "journal.sqlite").exists()


def unpacked(archive: Path, folder: Path) -> Path:
    """All members of a pack as files."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder


def packed_again(folder: Path, *, honest: bool = True) -> Path:
    """An archive of changed members; an honest one has a manifest that fits them."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    if honest:
        rest = [name for name in names if name != "manifest.json"]
        told["members"] = {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in rest
        }
        (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    target = folder.with_suffix(".tar.gz")
    with tarfile.open(target, "w:gz") as archive:
        for name in names:
            archive.add(folder / name, name)
    return target


def changed(archive: Path, folder: Path, **facts: Any) -> Path:
    """A pack with another manifest."""
    inside = unpacked(archive, folder)
    told = json.loads((inside / "manifest.json").read_text("utf-8"))
    (inside / "manifest.json").write_text(json.dumps({**told, **facts}), "utf-8")
    return packed_again(inside)


def test_a_result_that_differs_is_named(tiny_pack: Path, tmp_path: Path) -> None:
    """Not equal, not made and not expected are told apart, file by file."""
    with tarfile.open(tiny_pack) as packed:
        told = json.load(packed.extractfile("manifest.json") or io.BytesIO())
    hashes = {**told["results"], "units.jsonl": "0" * 64, "gone.txt": "0" * 64}
    del hashes["scores.jsonl"]
    found = replay(changed(tiny_pack, tmp_path / "odd", results=hashes), tmp_path / "again")
    assert found.differing == (
        "gone.txt: was not made",
        "scores.jsonl: was not there",
        "units.jsonl: differs",
    )


def test_a_changed_pack_is_refused_by_the_member(tiny_pack: Path, tmp_path: Path) -> None:
    """Hashes that do not fit the manifest: the file is named, and nothing is made."""
    inside = unpacked(tiny_pack, tmp_path / "inside")
    text = (inside / "experiment.json").read_text("utf-8")
    (inside / "experiment.json").write_text(text.replace('"bm25"', '"none"'), "utf-8")
    with pytest.raises(DataError, match=r"experiment\.json is not what the manifest says"):
        replay(packed_again(inside, honest=False), tmp_path / "again")
    (inside / "more.json").write_text("{}", "utf-8")
    with pytest.raises(DataError, match=r"more\.json|experiment\.json"):
        replay(packed_again(inside, honest=False), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_newer_pack_names_its_schema(tiny_pack: Path, tmp_path: Path) -> None:
    """What a later version has packed is refused with the way out."""
    with pytest.raises(DataError, match="schema 99") as refused:
        replay(changed(tiny_pack, tmp_path / "odd", schema=99), tmp_path / "again")
    assert "pip install" in refused.value.hint


@pytest.mark.parametrize("name", ["../up", "a/b", "..", ""], ids=["up", "deep", "dots", "none"])
def test_the_name_of_a_pack_leads_nowhere_else(name: str, tiny_pack: Path, tmp_path: Path) -> None:
    """The folder that is made lies in the one that was asked for."""
    with pytest.raises(DataError, match="no name of a folder"):
        replay(changed(tiny_pack, tmp_path / "odd", name=name), tmp_path / "again")


def test_other_plugins_are_named_and_can_be_forced(tiny_pack: Path, tmp_path: Path) -> None:
    """A version or a plug-in that is not here stops a replay, unless it is forced."""
    with tarfile.open(tiny_pack) as packed:
        told = json.load(packed.extractfile("manifest.json") or io.BytesIO())
    table = [
        {**row, "version": "0.0.1"} if row["role"] == "gate" else row for row in told["plugins"]
    ]
    odd = changed(tiny_pack, tmp_path / "odd", plugins=table, python="2.7.18")
    with pytest.raises(UsageError, match=r"gate\.\w+: esc-skills 0\.0\.1 → esc-skills"):
        replay(odd, tmp_path / "again")
    found = replay(odd, tmp_path / "again", force=True)
    assert found.differing == ()
    assert [line.partition(":")[0] for line in found.notes] == ["python", "gate.paired"]


def test_a_used_folder_is_refused(tiny_pack: Path, tmp_path: Path) -> None:
    """Nothing is written over."""
    (tmp_path / "again" / "tiny").mkdir(parents=True)
    (tmp_path / "again" / "tiny" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="not empty"):
        replay(tiny_pack, tmp_path / "again")


def test_data_that_were_left_out_are_found_by_their_hash(
    asked_run: tuple[Path, Moody], tmp_path: Path
) -> None:
    """A non-commercial corpus is not passed on unasked; any folder that holds it will do."""
    path, _ = asked_run
    made = pack(path, tmp_path / "moody.tar.gz")
    assert [one.member for one in made.manifest.data] == [""]
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    own = path.parent.parent / "talks.jsonl"
    shutil.move(own, elsewhere / "renamed.jsonl")
    try:
        with pytest.raises(DataError, match=r"lacks chat-jsonl of talks\.jsonl") as missed:
            replay(made.path, tmp_path / "again")
        assert "--data" in missed.value.hint
        found = replay(made.path, tmp_path / "again", data=[tmp_path / "else"])
    finally:
        shutil.move(elsewhere / "renamed.jsonl", own)
    assert found.differing == ()


def test_a_question_without_an_answer_ends_the_replay(
    asked_run: tuple[Path, Moody], tmp_path: Path
) -> None:
    """A miss is loud at once: it says what differs from the nearest stored request."""
    path, _ = asked_run
    made = pack(path, tmp_path / "moody.tar.gz", with_data=True)
    inside = unpacked(made.path, tmp_path / "inside")
    plain = json.loads((inside / "experiment.json").read_text("utf-8"))
    plain["models"]["default"]["model"] = "other"
    (inside / "experiment.json").write_text(json.dumps(plain), "utf-8")
    with pytest.raises(RunEndedError, match="model differs at character 0: now 'other', stored"):
        replay(packed_again(inside), tmp_path / "again")


def test_a_file_that_a_setting_names_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path in a setting is a part of the result, so the file lies under that very path again."""
    (tmp_path / "home").mkdir()
    (tmp_path / "bare").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    Path("own").mkdir()
    Path("own/seeker.toml").write_text("", "utf-8")
    seeker = {"use": "appraisal", "parameters": "own/seeker.toml"}
    run({**TINY, "seeker": seeker}, out="runs/named")
    made = pack(Path("runs/named"))
    monkeypatch.chdir(tmp_path / "bare")
    found = replay(made.path, Path("again"))
    assert found.differing == ()
    assert [path.name for path in sorted(Path().iterdir())] == ["again"]
