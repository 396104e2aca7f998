"""Files that a crash leaves readable, for their owner alone."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from disks import small_disk
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._store.files import (
    NAME_LIMIT,
    append_rows,
    disk_faults,
    is_folder,
    make_folder,
    read_bytes,
    safe_name,
    sweep,
    write_file,
    write_folder,
    write_new,
)
from esc_skills.errors import DataError, StoreError, UsageError

APPENDER = """
import itertools, sys
from pathlib import Path
from esc_skills._store.files import append_rows
for number in itertools.count():
    append_rows(Path(sys.argv[1]), f'{{"number": {number}, "fill": "{"x" * 50_000}"}}\\n')
    print(number, flush=True)
"""


@pytest.fixture
def small_files() -> Iterator[None]:
    """A disk that holds 4,096 bytes a file."""
    with small_disk(4096):
        yield


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    """X03: folders are 0700 and files 0600, however they are written."""
    write_file(tmp_path / "a" / "one.json", b"{}")
    append_rows(tmp_path / "b" / "rows.jsonl", "{}\n")
    write_folder(tmp_path / "c", {"x/SKILL.md": b"x"})
    for folder in ("a", "b", "c", "c/x"):
        assert mode(tmp_path / folder) == 0o700
    for file in ("a/one.json", "b/rows.jsonl", "c/x/SKILL.md"):
        assert mode(tmp_path / file) == 0o600


def test_a_whole_file_is_replaced_at_once(tmp_path: Path) -> None:
    """A second write replaces the first, and nothing is left beside it."""
    write_file(tmp_path / "a", b"one")
    write_file(tmp_path / "a", b"two")
    assert read_bytes(tmp_path / "a") == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R05: the whole content is flushed, then renamed, then the folder is flushed."""
    told: list[tuple[str, int]] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda h: (told.append(("flush", os.fstat(h).st_size)), fsync(h))
    )
    monkeypatch.setattr(os, "replace", lambda a, b: (told.append(("name", 0)), replace(a, b)))
    write_file(tmp_path / "a", b"x" * 12_345)
    assert told[:2] == [("flush", 12_345), ("name", 0)]
    assert [what for what, _ in told[2:]] == ["flush"]


@pytest.mark.usefixtures("small_files")
def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    """R06: a write that does not fit is a StoreError; the old bytes stay, no half row is left."""
    write_file(tmp_path / "a", b"old")
    append_rows(tmp_path / "b", "old\n")
    for write in (
        lambda: write_file(tmp_path / "a", b"x" * 9999),
        lambda: append_rows(tmp_path / "b", "x" * 9999 + "\n"),
        lambda: write_folder(tmp_path / "c", {"y": b"1", "z/x": b"x" * 9999}),
    ):
        with pytest.raises(StoreError) as caught:
            write()
        assert "run the same command again" in caught.value.hint
    assert read_bytes(tmp_path / "a") == b"old"
    assert read_bytes(tmp_path / "b") == b"old\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "--out"),
        (errno.EACCES, "permissions"),
        (errno.EIO, "check the disk"),
    ],
)
def test_every_fault_of_the_disk_has_a_remedy(number: int, hint: str, tmp_path: Path) -> None:
    """R06, R07: the StoreError names the file, the cause and the next step; exit code 3."""
    with pytest.raises(StoreError) as caught, disk_faults(tmp_path / "f"):
        raise OSError(number, os.strerror(number))
    assert os.strerror(number) in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 3
    assert ("MB free" in caught.value.message) == (number == errno.ENOSPC)


def test_what_lies_in_the_way_is_the_users_to_clear(tmp_path: Path) -> None:
    """R07, O08: another try mends it not, so it is exit 2; what lies there stays as it is."""
    (tmp_path / "a").write_text("x")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "a" / "b", tmp_path / "folder", tmp_path / ("n" * 300)):
        with pytest.raises(UsageError) as caught:
            write_file(path, b"")
        assert caught.value.exit_code == 2
        assert "choose another place" in caught.value.hint
    with pytest.raises(UsageError, match="a: File exists"):
        make_folder(tmp_path / "a")
    assert (tmp_path / "a").read_text() == "x"


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "loop"])
def test_what_is_no_file_is_a_data_error(kind: str, tmp_path: Path) -> None:
    """I01: a missing file, a folder, a pipe and a link to itself are named, and never hang."""
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    with pytest.raises(DataError) as caught:
        read_bytes(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("torn", ["", '{"a":', "x" * 200_000])
def test_a_torn_tail_is_cut_off_before_the_next_row(torn: str, tmp_path: Path) -> None:
    """M2, R01: the next good row is never glued to half a row."""
    path = tmp_path / "rows.jsonl"
    append_rows(path, '{"n":1}\n')
    with path.open("a") as file:
        file.write(torn)
    append_rows(path, '{"n":2}\n')
    assert path.read_text() == '{"n":1}\n{"n":2}\n'


def test_a_file_of_half_a_row_is_emptied(tmp_path: Path) -> None:
    """A crash in the very first row leaves nothing to glue to."""
    (tmp_path / "r").write_text("half")
    append_rows(tmp_path / "r", "whole\n")
    assert (tmp_path / "r").read_text() == "whole\n"


def test_no_acknowledged_row_is_lost_by_a_kill(tmp_path: Path) -> None:
    """R01: kill the writer while it writes; every row it acknowledged is there and whole."""
    path = tmp_path / "rows.jsonl"
    for _ in range(3):
        before = path.read_bytes().count(b"\n") if path.exists() else 0
        child = subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        acked = [int(child.stdout.readline()) for _ in range(20)][-1] + 1
        child.kill()
        acked += len(child.communicate()[0].split())
        append_rows(path, "{}\n")
        rows = path.read_text().splitlines()
        assert len(rows) - before - 1 >= acked
        assert all(row.endswith("}") for row in rows)


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    """O08: what exists stays, and is named."""
    write_folder(tmp_path / "a", {"x": b"1"})
    with pytest.raises(UsageError, match="a: exists"):
        write_folder(tmp_path / "a", {"x": b"2"})
    assert read_bytes(tmp_path / "a" / "x") == b"1"


def test_leftovers_of_a_killed_writer_are_swept(tmp_path: Path) -> None:
    """Half a file and half a folder go; everything else stays."""
    (tmp_path / ".a.json.99-0.tmp").write_text("x")
    (tmp_path / "banks" / ".0000-ab.99-1.tmp" / "x").mkdir(parents=True)
    (tmp_path / "a.json").write_text("x")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.json", "banks"]


@given(st.text() | st.sampled_from(("../x", "CON", "a" * 300, "nul.txt", ".", "..", "a/b", "x.")))
def test_any_id_becomes_a_safe_file_name(name: str) -> None:
    """O07: no path, no device, no hidden file, no long name, whatever the id."""
    safe = safe_name(name)
    assert 0 < len(safe) <= NAME_LIMIT
    assert set(safe) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert safe[0] not in ".-"
    assert safe.split(".")[0] not in {"con", "nul", "aux", "prn"}


@given(st.lists(st.text("aAbB/.\0é", max_size=5), unique=True, max_size=8))
def test_two_ids_never_share_a_file_name(names: list[str]) -> None:
    """O07: not even where upper and lower case are one."""
    assert len({safe_name(name).lower() for name in names}) == len(names)


@pytest.mark.parametrize("name", ["report-static", "esconv-0007", "a_b.c"])
def test_an_ordinary_id_keeps_its_name(name: str) -> None:
    """People find the file they look for."""
    assert safe_name(name) == name


def test_nothing_to_append_touches_nothing(tmp_path: Path) -> None:
    """A whole file is left as it is; a torn one is still mended, a missing one is made."""
    path = tmp_path / "rows.jsonl"
    append_rows(path, "")
    path.write_text("{}\n")
    os.utime(path, (1, 1))
    append_rows(path, "")
    assert path.stat().st_mtime == 1
    path.write_text("{}\n{")
    append_rows(path, "")
    assert path.read_text() == "{}\n"


def test_a_new_file_is_written_over_nothing(tmp_path: Path) -> None:
    """O08, X03: closed to others; one that is there, also a link to nowhere, stays as it is."""
    path = tmp_path / "new"
    write_new(path, b"one")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for taken in (path, tmp_path / "link"):
        with pytest.raises(UsageError):
            write_new(taken, b"two")
    assert (path.read_bytes(), mode(path)) == (b"one", 0o600)
    assert not (tmp_path / "nowhere").exists()


def test_a_look_for_a_folder_makes_none(tmp_path: Path) -> None:
    """True where one is, False where one could be, a refusal where a file lies in the way."""
    (tmp_path / "file").write_text("x", "utf-8")
    assert is_folder(tmp_path)
    assert not is_folder(tmp_path / "new" / "deep")
    assert not is_folder(Path("new-here"))
    for taken in ("file", "file/below"):
        with pytest.raises(UsageError):
            is_folder(tmp_path / taken)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
