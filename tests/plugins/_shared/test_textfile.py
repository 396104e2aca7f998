"""Files that are no plain text are refused by name before anything is parsed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from esc_skills.errors import DataError
from esc_skills_plugins._shared import textfile
from esc_skills_plugins._shared.textfile import load_text

TEXT = '[{"a": "Ofen für Brot 面包"}]'


def refused(path):
    with pytest.raises(DataError) as caught:
        load_text(path, "esconv")
    assert caught.value.hint
    assert str(path) in caught.value.line
    return caught.value


def test_what_is_no_plain_file_is_refused(tmp_path):
    """I01: missing, directory, empty file, FIFO and symlink loop each end with the path."""
    (tmp_path / "empty.json").write_text(" \n")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "No such file" in refused(tmp_path / "missing.json").message
    assert "directory" in refused(tmp_path).message
    assert "empty" in refused(tmp_path / "empty.json").message
    assert "not a plain file" in refused(tmp_path / "pipe").message
    assert "cannot read" in refused(tmp_path / "a").message
    assert "cannot read" in refused(Path("nul\0byte")).message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_unicode_encodings_are_recognised(tmp_path, encoding):
    """I03: a byte order mark and UTF-16, with or without one, are read."""
    path = tmp_path / "data.json"
    path.write_bytes(TEXT.encode(encoding))
    assert load_text(path, "esconv").text == TEXT


def test_other_encodings_are_refused_with_the_offset(tmp_path):
    """I03: Latin-1 is refused at its first odd byte, with the command that mends it."""
    path = tmp_path / "data.json"
    data = '[{"a": "für"}]'.encode("latin-1")
    path.write_bytes(data)
    fault = refused(path)
    assert f"offset {data.index(0xFC)}" in fault.message
    assert "UTF-8" in fault.hint


def test_a_huge_file_is_refused_unread(tmp_path):
    """I14: a sparse file of two gigabytes is refused by its size, without reading it."""
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(2 * 2**30)
    assert "2048 MiB" in refused(path).message


def test_a_file_that_changes_meanwhile_is_refused(tmp_path, monkeypatch):
    """I18: a file that is written to while it is read is not half taken."""
    path = tmp_path / "data.json"
    path.write_text(TEXT, "utf-8")
    status = textfile._status
    calls = []

    def grow(where):
        calls.append(where)
        if len(calls) == 2:
            with path.open("a") as stream:
                stream.write(" ")
        return status(where)

    monkeypatch.setattr(textfile, "_status", grow)
    assert "changed" in refused(path).message


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"PK\x03\x04rest", "zip"),
        (b"SQLite format 3\0", "SQLite"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_archives_are_refused_unopened(tmp_path, data, what):
    """I16, I17: an archive is named and never unpacked, so that none can explode."""
    path = tmp_path / "data.json"
    path.write_bytes(data)
    assert what in refused(path).message


def test_the_hash_is_of_the_bytes(tmp_path):
    """The same bytes give the same hash under any name."""
    import hashlib

    path = tmp_path / "data.json"
    path.write_bytes(TEXT.encode())
    assert load_text(path, "esconv").sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
