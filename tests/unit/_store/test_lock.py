"""One writer a run; a dead one is no obstacle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from esc_skills._store.lock import Holder, take
from esc_skills.errors import UsageError

HOLDER = """
import sys
from pathlib import Path
from esc_skills._store.lock import take
lock = take(Path(sys.argv[1]), "noon")
print("held", flush=True)
sys.stdin.read()
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


def test_a_second_process_is_told_who_holds_the_run(tmp_path: Path) -> None:
    """R08: exit 2, the holder's pid and since when; the file is not touched."""
    child = start_holder(tmp_path / "lock")
    try:
        before = (tmp_path / "lock").read_bytes()
        with pytest.raises(UsageError) as caught:
            take(tmp_path / "lock", "later")
        assert caught.value.message == f"run in use by pid {child.pid} since noon"
        assert caught.value.exit_code == 2
        assert (tmp_path / "lock").read_bytes() == before
    finally:
        end(child)


def test_a_killed_holder_is_taken_over_with_a_note(tmp_path: Path) -> None:
    """R09: after a kill the next process takes the run, and is told from whom."""
    child = start_holder(tmp_path / "lock")
    end(child)
    with take(tmp_path / "lock", "later") as lock:
        assert lock.stale is not None
        assert (lock.stale.pid, lock.stale.since) == (child.pid, "noon")


def test_a_pid_of_another_program_is_no_holder(tmp_path: Path) -> None:
    """R09: a living pid with another start time, or of another boot, is stale."""
    with take(tmp_path / "lock", "noon"):
        mine = json.loads((tmp_path / "lock").read_text())
    assert mine["pid"] == os.getpid()
    for change in ({"start": "1"}, {"boot": "another"}, {"pid": 2**22 + 1}, {"pid": 0}):
        (tmp_path / "lock").write_text(json.dumps({**mine, **change}))
        with take(tmp_path / "lock", "later") as lock:
            assert lock.stale is not None


def test_a_living_holder_is_believed_without_the_systems_lock(tmp_path: Path) -> None:
    """R08: on disks without file locks, the text alone keeps the second writer out."""
    with take(tmp_path / "lock", "noon"):
        text = (tmp_path / "lock").read_text()
    (tmp_path / "lock").write_text(text)
    assert Holder(**json.loads(text)).alive
    with pytest.raises(UsageError, match=f"pid {os.getpid()} since noon"):
        take(tmp_path / "lock", "later")


def test_a_clean_end_leaves_no_trace(tmp_path: Path) -> None:
    """After a release the file is empty, and nobody is called stale."""
    lock = take(tmp_path / "a" / "lock", "noon")
    lock.release()
    lock.release()
    assert (tmp_path / "a" / "lock").read_bytes() == b""
    with take(tmp_path / "a" / "lock", "later") as again:
        assert again.stale is None


def test_the_same_process_cannot_take_it_twice(tmp_path: Path) -> None:
    """R08: two runs of one notebook are two writers too."""
    with take(tmp_path / "lock", "noon"), pytest.raises(UsageError):
        take(tmp_path / "lock", "later")


@pytest.mark.parametrize("text", ["{", "[]", '{"pid": "x"}', '{"pid": 1, "x": 2}', "\0"])
def test_rubbish_in_the_file_is_no_holder(text: str, tmp_path: Path) -> None:
    """R09: a damaged lock file stops nobody."""
    (tmp_path / "lock").write_text(text)
    with take(tmp_path / "lock", "noon") as lock:
        assert lock.stale is None
