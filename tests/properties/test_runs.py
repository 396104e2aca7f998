"""Laws of whole runs: same seed, same bytes; again is resume; profiles never mix."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from esc_skills._engine.running import run
from esc_skills._store.folder import RunFolder
from esc_skills.errors import UsageError

EXPERIMENT = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy", "others-motives"]},
    "evaluators": ["sage", "safety", "bank"],
    "evolve": {"rounds": 2, "max_pairs": 30, "refine_repeats": 5},
}


def prints(folder: Path) -> dict[str, str]:
    """Hash of every file of a run but the one with the time in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"run.json", "run.lock"} and "lock" not in path.name
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first") / "run"
    run(EXPERIMENT, out=out)
    return out


def test_same_seed_same_bytes(first: Path, tmp_path: Path) -> None:
    """Two runs of one experiment are equal in every file but run.json."""
    out = tmp_path / first.name
    run(EXPERIMENT, out=out)
    assert prints(out) == prints(first)


def test_same_bytes_in_another_process(first: Path, tmp_path: Path) -> None:
    """Another process, another hash seed, another folder to start from: the same bytes."""
    code = f"import esc_skills; esc_skills.run({EXPERIMENT!r}, out='run')"
    env = {**os.environ, "PYTHONHASHSEED": "4242"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True)
    assert prints(tmp_path / "run") == prints(first)


def test_another_seed_gives_another_run(first: Path, tmp_path: Path) -> None:
    """The seed matters: conversations differ."""
    out = tmp_path / "run"
    run({**EXPERIMENT, "run": {"seed": 14}}, out=out)
    assert prints(out)["scores.jsonl"] != prints(first)["scores.jsonl"]


def test_again_is_resume_and_holds_no_conversation(first: Path, tmp_path: Path) -> None:
    """A finished run given again changes no byte and lets nobody talk."""
    out = tmp_path / first.name
    shutil.copytree(first, out)
    heard: list[str] = []
    made = run(EXPERIMENT, out=out, watch=[lambda hook, **facts: heard.append(hook)])
    assert made.resumed
    assert "esc_skills_trace_done" not in heard
    assert prints(out) == prints(first)


@pytest.mark.parametrize(
    "lost",
    ["scores.jsonl", "ledger.jsonl", "traces", "banks"],
)
def test_lost_results_are_made_again_to_the_byte(first: Path, tmp_path: Path, lost: str) -> None:
    """R01: whatever an interrupted run had not yet written, the same command writes."""
    out = tmp_path / first.name
    shutil.copytree(first, out)
    gone = out / lost
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink()
    run(EXPERIMENT, out=out)
    assert prints(out) == prints(first)


def test_half_written_trace_file_is_mended(first: Path, tmp_path: Path) -> None:
    """R01: a last row torn by a crash is dropped, and its conversation is held again."""
    out = tmp_path / first.name
    shutil.copytree(first, out)
    path = out / "traces" / "none.jsonl"
    data = path.read_bytes()
    path.write_bytes(data[:-200])
    run(EXPERIMENT, out=out)
    assert prints(out) == prints(first)


def test_refine_verify_and_report_profiles_never_mix(first: Path) -> None:
    """Each conversation of the run is with a profile of one purpose; the sets are disjoint."""
    record_folder = RunFolder.open(first)
    by_purpose: dict[str, set[str]] = {}
    for path in sorted((first / "traces").glob("*.jsonl")):
        for row in record_folder.read_rows(path.relative_to(first)):
            profile = row["profile"]
            by_purpose.setdefault(profile["purpose"], set()).add(profile["id"])
    assert set(by_purpose) == {"refine", "verify", "report"}
    ids = list(by_purpose.values())
    assert sum(map(len, ids)) == len(set().union(*ids))


def test_trial_offers_stay_with_the_refiner(first: Path) -> None:
    """Skills are tried on refine seekers alone; no verified or reported talk holds a trial."""
    folder = RunFolder.open(first)
    tried: dict[bool, list[str]] = {True: [], False: []}
    for path in sorted((first / "traces").glob("*.jsonl")):
        for row in folder.read_rows(path.relative_to(first)):
            apart = path.name.startswith("trial-")
            assert row["arm"] == path.stem
            assert not apart or row["profile"]["purpose"] == "refine"
            tried[apart] += [one["trial"] for one in row["exchanges"]]
    assert any(mark.startswith("trial-") for mark in tried[True])
    assert "none" in tried[True]
    assert set(tried[False]) == {""}


def test_ledger_evidence_comes_from_refine_profiles_only(first: Path) -> None:
    """No failure of the ledger names a conversation with a verify or report profile."""
    for row in RunFolder.open(first).read_rows("ledger.jsonl"):
        if row["event"] == "failures":
            for failure in row["report"]["failures"]:
                assert "/refine" in failure["trace"] or "refine" in failure["trace"]


def test_time_stands_in_run_json_alone(first: Path) -> None:
    """No other file of a run knows when it was made."""
    started = RunFolder.open(first).read_json("run.json")["started"][:10]
    for path in first.rglob("*"):
        if path.is_file() and path.name != "run.json" and "lock" not in path.name:
            assert started not in path.read_text("utf-8"), path


def test_run_folder_is_its_owners_alone(first: Path) -> None:
    """X03: nobody but the owner may read what a run left."""
    assert first.stat().st_mode & 0o077 == 0


def start(folder: Path, out: str) -> subprocess.Popen[bytes]:
    code = f"import esc_skills; esc_skills.run({EXPERIMENT!r}, out={out!r})"
    return subprocess.Popen([sys.executable, "-c", code], cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.9, 2.0, 3.2])
def test_kill_at_any_moment_loses_nothing(first: Path, tmp_path: Path, after: float) -> None:
    """R01: after ``kill -9`` the same command makes the same run, byte for byte."""
    process = start(tmp_path, first.name)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    run(EXPERIMENT, out=tmp_path / first.name)
    assert prints(tmp_path / first.name) == prints(first)


def test_two_runs_at_once_are_refused(first: Path, tmp_path: Path) -> None:
    """R08: the second writer of a folder is told who holds it, and touches no byte of it."""
    from esc_skills._store.lock import take

    out = tmp_path / "run"
    shutil.copytree(first, out)
    code = (
        "import sys; from pathlib import Path; from esc_skills._store.lock import take\n"
        f"lock = take(Path({str(RunFolder.open(out).lock)!r}), 'now'); print('held', flush=True)\n"
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        with pytest.raises(UsageError, match=f"pid {holder.pid} since now") as caught:
            run(EXPERIMENT, out=out)
        assert caught.value.exit_code == 2
        after = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        assert after == before
    finally:
        holder.communicate()
    with take(RunFolder.open(out).lock, "now"):
        pass
