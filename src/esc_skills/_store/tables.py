"""Tables of the journal's file, and how an older file becomes one of today.

``intents`` holds a row for every request, ``ends`` what became of each; both are only appended to,
which writes the fewest pages. ``heads`` holds once what many requests begin with. Readers take the
views: ``sends``, one row a request, and ``calls``, one row a kept answer with its whole request.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from typing import Any

VERSION = 4
"""Schema of the file, kept in ``PRAGMA user_version``."""

INTEND = "INSERT INTO intents VALUES (?, ?, ?, ?, ?)"
END = "INSERT INTO ends VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
HEAD = "INSERT INTO heads (text, sum) VALUES (?, ?)"
KNOWN_HEAD = "SELECT id FROM heads WHERE sum = ? AND text = ?"
KEYS = "SELECT id, key FROM ends WHERE id > ? ORDER BY id"
ANSWER = """SELECT key, head, coalesce(CAST(tail AS BLOB), x''),
    coalesce(CAST(answer AS BLOB), x''), sum FROM ends WHERE id = ?"""
FORGET = """UPDATE ends SET key = NULL, head = NULL, tail = NULL, answer = NULL, sum = NULL
    WHERE id = ?"""
FAULTS = "CREATE TABLE IF NOT EXISTS faults (key TEXT PRIMARY KEY, told TEXT NOT NULL)"
"""Made with its first row, so that files without one are as they always were."""
FAIL = "INSERT OR REPLACE INTO faults VALUES (?, ?)"
FAILED = "SELECT told FROM faults WHERE key = ?"
HAS_FAULTS = "SELECT 1 FROM sqlite_master WHERE name = 'faults'"
COUNT = "SELECT count(*) FROM ends WHERE answer IS NOT NULL"
CALLS = """SELECT key, head, coalesce(CAST(text AS BLOB), x''), coalesce(CAST(tail AS BLOB), x''),
    coalesce(CAST(answer AS BLOB), x''), ends.sum, heads.sum
    FROM ends LEFT JOIN heads ON heads.id = head WHERE answer IS NOT NULL ORDER BY key, ends.id"""
SPEND = """SELECT role, model, state, count(*), sum(tokens_in), sum(tokens_out),
    sum(tokens_cached), coalesce(sum(usd), 0.0), sum(usd IS NULL)
    FROM sends WHERE state != 'unsent' GROUP BY role, model, state ORDER BY role, model, state"""
COSTS = """SELECT key, sum(tokens_in), sum(tokens_out), total(usd), sum(usd IS NULL) FROM (
    SELECT key, state, min(id), tokens_in, tokens_out, usd FROM sends
    WHERE state = 'done' OR tokens_in + tokens_out > 0 GROUP BY key, state) GROUP BY key"""
"""Of answers alone, usable or not, one of a kind: what faults and kills repeated is chance."""

_TABLES = (
    """CREATE TABLE intents (id INTEGER PRIMARY KEY, key TEXT NOT NULL, role TEXT NOT NULL,
        place TEXT NOT NULL, model TEXT NOT NULL)""",
    "CREATE TABLE heads (id INTEGER PRIMARY KEY, text BLOB NOT NULL, sum INTEGER NOT NULL)",
    "CREATE INDEX heads_by_sum ON heads (sum)",
    """CREATE TABLE ends (id INTEGER PRIMARY KEY, intent INTEGER, state TEXT NOT NULL,
        tokens_in INTEGER, tokens_out INTEGER, tokens_cached INTEGER, usd REAL, note TEXT,
        key TEXT, head INTEGER, tail BLOB, answer BLOB, sum INTEGER)""",
    """CREATE VIEW sends AS SELECT intents.id AS id, intents.key AS key, role, place, model,
        coalesce(state, 'sent') AS state, coalesce(tokens_in, 0) AS tokens_in,
        coalesce(tokens_out, 0) AS tokens_out, coalesce(tokens_cached, 0) AS tokens_cached, usd,
        coalesce(note, '') AS note FROM intents LEFT JOIN ends ON intent = intents.id""",
    """CREATE VIEW calls AS SELECT ends.id AS id, key,
        CAST(coalesce(text, x'') || tail AS TEXT) AS request, CAST(answer AS TEXT) AS answer
        FROM ends LEFT JOIN heads ON heads.id = head WHERE answer IS NOT NULL""",
)
_OLDER_SENDS = (
    "INSERT INTO intents SELECT id, key, role, place, model FROM older_sends ORDER BY id",
    """INSERT INTO ends (intent, state, tokens_in, tokens_out, tokens_cached, usd, note)
        SELECT id, state, tokens_in, tokens_out, tokens_cached, usd, note FROM older_sends
        WHERE state != 'sent' ORDER BY id""",
)


def check_sum(key: str, head: int | None, tail: bytes, answer: bytes) -> int:
    """Check sum of a kept call; SQLite itself does not see a changed letter inside a text."""
    return zlib.crc32(answer, zlib.crc32(tail, zlib.crc32(f"{key}\0{head}".encode())))


def kept_row(number: int, key: str, request: bytes, answer: bytes) -> tuple[Any, ...]:
    """A row of ``ends`` for an answer without an intent, with its request in one piece."""
    check = check_sum(key, None, request, answer)
    return (number, None, "kept", 0, 0, 0, None, "", key, None, request, answer, check)


def migrate(base: sqlite3.Connection) -> None:
    """Make the tables; what an older schema holds is taken over, damaged rows as such."""
    version = base.execute("PRAGMA user_version").fetchone()[0]
    if version >= VERSION:  # another process was faster
        return
    older = [
        name
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if name in {"calls", "sends"}
    ]
    for name in older:
        base.execute(f"ALTER TABLE {name} RENAME TO older_{name}")
    for statement in _TABLES:
        base.execute(statement)
    if "sends" in older:
        for statement in _OLDER_SENDS:
            base.execute(statement)
    if "calls" in older:
        _take_calls(base, version)
    for name in older:
        base.execute(f"DROP TABLE older_{name}")


def _take_calls(base: sqlite3.Connection, version: int) -> None:
    found = base.execute(
        "SELECT key, request, answer, sum FROM older_calls ORDER BY key"
    ).fetchall()
    start = base.execute("SELECT coalesce(max(id), 0) FROM ends").fetchone()[0] + 1
    for number, (key, request, answer, check) in enumerate(found, start):
        row = kept_row(number, key, request.encode(), answer.encode())
        intact = check == _older_sum(version, key, request, answer)
        base.execute(END, row if intact else (*row[:-1], -1))


def _older_sum(version: int, *parts: str) -> str | int:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    if version == 3:
        return zlib.crc32(text)
    return hashlib.blake2b(text, digest_size=8).hexdigest()
