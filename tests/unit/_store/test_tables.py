"""Tables of the journal: older files."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from esc_skills._store.journal import Journal
from esc_skills._store.tables import VERSION
from esc_skills.errors import StoreError

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
