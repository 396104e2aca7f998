"""Tables of the journal: older files."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from disks import small_disk

from esc_skills._store.journal import Journal
from esc_skills._store.tables import VERSION
from esc_skills.errors import StoreError

STORED = sorted((Path(__file__).parents[2] / "fixtures/journals").glob("schema-*.sql"))
SENDS = """
CREATE TABLE sends (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, role TEXT NOT NULL, place TEXT NOT NULL,
    model TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'sent', tokens_in INTEGER NOT NULL DEFAULT 0,
    tokens_out INTEGER NOT NULL DEFAULT 0, tokens_cached INTEGER NOT NULL DEFAULT 0, usd REAL,
    note TEXT NOT NULL DEFAULT ''
);
INSERT INTO sends (key, role, place, model) VALUES ('k', 'judge', 'p', 'm');
INSERT INTO sends VALUES (7, 'k', 'judge', 'p', 'm', 'done', 5, 2, 1, 0.25, '');
INSERT INTO sends VALUES (9, 'l', 'judge', 'p', 'm', 'unsent', 0, 0, 0, NULL, '');
"""
CALLS = {
    1: "CREATE TABLE calls (key TEXT PRIMARY KEY, request TEXT, answer TEXT, sum TEXT)",
    3: """CREATE TABLE calls (id INTEGER PRIMARY KEY, key TEXT NOT NULL, request TEXT NOT NULL,
        answer TEXT NOT NULL, sum INTEGER NOT NULL)""",
}


def older(path: Path, version: int) -> None:
    """A file of an older schema, with one intact and one changed answer."""
    text = "k\0{}\0äh".encode()
    sums = (hashlib.blake2b(text, digest_size=8).hexdigest(), zlib.crc32(text))
    check = sums[version == 3]
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(CALLS[3 if version == 3 else 1] + ";" + (SENDS if version > 1 else ""))
        for key, answer in (("k", "äh"), ("bad", "changed")):
            call = (key, "{}", answer, check)
            base.execute("INSERT INTO calls (key, request, answer, sum) VALUES (?, ?, ?, ?)", call)
        base.execute(f"PRAGMA user_version = {version}")


@pytest.mark.parametrize("version", range(1, VERSION))
def test_an_older_journal_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """R12: answers and spend of older schemas are kept; what was damaged stays damaged."""
    path = tmp_path / "journal.sqlite"
    older(path, version)
    for _ in range(2):
        journal = Journal(path)
        assert journal.get("k") == "äh"
        assert list(journal.rows()) == [("k", "{}", "äh")]
        facts = {one.state: (one.sends, one.tokens_in, one.usd) for one in journal.spend()}
        assert facts == ({"done": (1, 5, 0.25), "sent": (1, 0, 0.0)} if version > 1 else {})
        with pytest.raises(StoreError, match="was changed"):
            journal.get("bad")
        with pytest.raises(StoreError, match="1 of 2 stored calls"):
            journal.check()
        journal.close()


def test_an_upgrade_that_the_disk_refuses_changes_nothing(tmp_path: Path) -> None:
    """R12, R06: all of an older file is brought up to date, or nothing; later it goes on."""
    path = tmp_path / "journal.sqlite"
    older(path, 3)
    with closing(sqlite3.connect(path)) as base, base:
        rows = [(f"n{number}", "{}", "x" * 3000, 0) for number in range(100)]
        base.executemany("INSERT INTO calls (key, request, answer, sum) VALUES (?, ?, ?, ?)", rows)
    size = path.stat().st_size
    for limit in (60_000, size // 2, size + 30_000):
        with small_disk(limit), pytest.raises(StoreError) as caught:
            Journal(path).get("k")
        assert caught.value.exit_code == 3
        with closing(sqlite3.connect(path)) as base:
            assert base.execute("PRAGMA user_version").fetchone() == (3,)
            assert base.execute("SELECT count(*) FROM calls").fetchone() == (102,)
    journal = Journal(path)
    assert (journal.get("k"), journal.count()) == ("äh", 102)


@pytest.mark.parametrize("stored", STORED, ids=lambda path: path.stem)
def test_a_stored_journal_is_read(tmp_path: Path, stored: Path) -> None:
    """R12: a file as a release wrote it, kept here for good, gives its answers and its spend."""
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(stored.read_text("utf-8"))
        base.execute(f"PRAGMA user_version = {stored.stem.removeprefix('schema-')}")
    journal = Journal(path)
    journal.check()
    assert list(journal.rows()) == [
        ("k", '{"model": "m", "task": "a"}', '"äh"'),
        ("l", '{"model": "m", "task": "b"}', '"ok"'),
    ]
    facts = {one.state: (one.sends, one.tokens_in, one.usd) for one in journal.spend()}
    assert facts == {"done": (2, 7, 0.25), "sent": (1, 0, 0.0), "stalled": (1, 0, 0.0)}


def test_the_schema_of_today_is_stored(tmp_path: Path) -> None:
    """R12: whoever changes the tables stores a file of the new schema; old ones stay as they are.

    Written by ``Journal.write``; its SQL is what ``sqlite3``'s ``iterdump`` makes of it.
    """
    assert [path.stem for path in STORED][-1] == f"schema-{VERSION}"
    path = tmp_path / "journal.sqlite"
    Journal(path).put("k", "{}", "a")
    with closing(sqlite3.connect(path)) as base:
        tables = {line for line in base.iterdump() if line.startswith("CREATE")}
    kept = STORED[-1].read_text("utf-8")
    assert all(table in kept for table in tables)


def test_the_views_tell_of_every_request_and_answer(tmp_path: Path) -> None:
    """Readers from outside, such as ``replay``, see one row a request and one an answer."""
    path = tmp_path / "journal.sqlite"
    older(path, 3)
    Journal(path).count()
    with closing(sqlite3.connect(path)) as base:
        sends = base.execute("SELECT id, key, state, tokens_out FROM sends ORDER BY id").fetchall()
        calls = base.execute("SELECT key, request, answer FROM calls ORDER BY key").fetchall()
    assert sends == [(1, "k", "sent", 0), (7, "k", "done", 2), (9, "l", "unsent", 0)]
    assert calls == [("bad", "{}", "changed"), ("k", "{}", "äh")]
