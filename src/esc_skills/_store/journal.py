"""The call journal: every completed model call, so that a resumed run pays for nothing twice.

``calls`` holds validated answers, one a question; ``sends`` holds a row for every request that
went out, written before it goes (R02): what was spent is what stands there.
SQLite in WAL mode: no acknowledged call is lost by a kill at any instant (M1). Each row
carries a check sum, because SQLite itself does not see a changed letter inside a text.

Rows are only ever appended, which writes the fewest pages; the keys of all of them are held in
memory, so that a new question costs no look-up in the file.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import attrs

from esc_skills._codec.strict import writable
from esc_skills._store.files import FILE_MODE, disk_faults, make_folder
from esc_skills.errors import DataError, StoreError

VERSION = 3
"""Schema of the file, kept in ``PRAGMA user_version``."""
PATIENCE = 5000
"""How long to wait for another writer, in milliseconds (M12)."""
PAGE = 8192
"""Bytes of a page of a new file: a call or two."""
ASIDE = 4000
"""Pages that are written to the side file before they are copied; what changes again meanwhile is
copied once."""

_Kept = tuple[str, str, str]
_Row = tuple[int, str, str, str, int]

_TABLE = """CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL,
    sum INTEGER NOT NULL
)"""
_SENDS = """CREATE TABLE IF NOT EXISTS sends (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, role TEXT NOT NULL, place TEXT NOT NULL,
    model TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'sent', tokens_in INTEGER NOT NULL DEFAULT 0,
    tokens_out INTEGER NOT NULL DEFAULT 0, tokens_cached INTEGER NOT NULL DEFAULT 0, usd REAL,
    note TEXT NOT NULL DEFAULT ''
)"""
_INTEND = "INSERT INTO sends (id, key, role, place, model) VALUES (?, ?, ?, ?, ?)"
_KEEP = "INSERT INTO calls VALUES (?, ?, ?, ?, ?)"
_KEYS = "SELECT id, key FROM calls WHERE id > ? ORDER BY id"
_END = """UPDATE sends SET state = ?, tokens_in = ?, tokens_out = ?, tokens_cached = ?, usd = ?,
    note = ? WHERE id = ?"""
_SPEND = """SELECT role, model, state, count(*), sum(tokens_in), sum(tokens_out),
    sum(tokens_cached), coalesce(sum(usd), 0.0), sum(usd IS NULL)
    FROM sends WHERE state != 'unsent' GROUP BY role, model, state ORDER BY role, model, state"""


@attrs.define(kw_only=True)  # made for every call; a frozen one takes twice as long
class Intent:
    """A request that is about to be sent."""

    key: str
    """Key of its question."""
    role: str
    """Model role."""
    place: str
    """Where in the run."""
    model: str
    """Provider's model name."""


@attrs.define(kw_only=True)
class Ending:
    """What became of a request."""

    id: int
    """Row of its intent."""
    state: str
    """``done``, or why there is no answer; ``unsent`` when it never went out."""
    tokens_in: int = 0
    """Prompt tokens."""
    tokens_out: int = 0
    """Completion tokens."""
    tokens_cached: int = 0
    """Prompt tokens read from the provider's cache."""
    usd: float | None = None
    """Price; None when unknown."""
    note: str = ""
    """Short reason, without keys."""
    kept: tuple[str, str, str] | None = None
    """Key, request and validated answer, to be found again."""


@attrs.frozen(kw_only=True)
class Spend:
    """Sent requests of one role, model and state."""

    role: str
    """Model role."""
    model: str
    """Provider's model name."""
    state: str
    """What became of them; ``sent`` when a kill came between."""
    sends: int
    """How many."""
    tokens_in: int
    """Prompt tokens."""
    tokens_out: int
    """Completion tokens."""
    tokens_cached: int
    """Prompt tokens read from the provider's cache."""
    usd: float
    """Known prices."""
    unpriced: int
    """Requests whose price is unknown."""


@attrs.define
class Journal:
    """Completed calls by the content hash of their request; failures are never found again."""

    path: Path = attrs.field(converter=Path)
    """The SQLite file; made at the first ``put``."""
    durability: Literal["normal", "full"] = "normal"
    """``full`` also survives a power cut, at the price of a disk flush a call."""
    _open: sqlite3.Connection | None = attrs.field(default=None, init=False, repr=False)
    _known: dict[str, int] = attrs.field(factory=dict, init=False, repr=False)
    _last: int = attrs.field(default=0, init=False, repr=False)

    def get(self, key: str) -> str | None:
        """The stored answer, or None.

        What another process adds while this one has the file open is seen from the next write on.

        Raises:
            StoreError: The file or this row is damaged.
        """
        if self._open is None and not self.path.exists():
            return None
        with self._faults():
            base = self._base()
            if (row_id := self._known.get(key)) is None:
                return None
            found = base.execute(
                "SELECT key, request, answer, sum FROM calls WHERE id = ?", (row_id,)
            )
            row: tuple[str, str, str, int] | None = found.fetchone()
        if row is None:  # another process has dropped it
            return None
        if row[0] != key or row[3] != _sum(key, row[1], row[2]):
            raise self._damage(f"the answer to call {key[:12]} was changed")
        return row[2]

    def put(self, key: str, request: str, answer: str) -> None:
        """Store a completed call for good; the first answer to a key stays.

        Args:
            key: Content hash of the whole request.
            request: The request, as JSON.
            answer: The validated answer, as JSON.

        Raises:
            StoreError: The disk refuses.
        """
        self._write((), (), [(key, request, answer)])

    def write(self, intents: Sequence[Intent], endings: Sequence[Ending] = ()) -> list[int]:
        """Store intents, endings and answers together: all of them or none.

        Returns:
            The rows of the intents, in order.

        Raises:
            StoreError: The disk refuses.
        """
        return self._write(intents, endings, [end.kept for end in endings if end.kept])

    def _write(
        self, intents: Sequence[Intent], endings: Sequence[Ending], kept: Sequence[_Kept]
    ) -> list[int]:
        with self._faults():
            base = self._base()
            base.execute("BEGIN IMMEDIATE")
            try:
                self._learn(base)
                fresh = self._fresh(kept)
                top = base.execute("SELECT max(id) FROM sends").fetchone()[0] or 0
                sent = [*range(top + 1, top + 1 + len(intents))]
                base.executemany(_INTEND, map(_intend, sent, intents))
                base.executemany(_END, map(_end, endings))
                base.executemany(_KEEP, fresh)
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise
        self._know(fresh)
        return sent

    def _learn(self, base: sqlite3.Connection) -> None:
        """Take in the keys of rows that another process, or an earlier one, has added."""
        self._know(base.execute(_KEYS, (self._last,)))

    def _know(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for number, key, *_ in rows:
            self._known.setdefault(key, number)
            self._last = number

    def _fresh(self, kept: Sequence[_Kept]) -> list[_Row]:
        """Rows of the calls that are not kept yet; the first answer to a key stays."""
        fresh = {one[0]: one for one in reversed(kept) if one[0] not in self._known}
        return [
            _row(number, *one)
            for number, one in enumerate(reversed(fresh.values()), self._last + 1)
        ]

    def drop(self, key: str) -> None:
        """Forget an answer that turned out unusable (R42)."""
        with self._faults():
            base = self._base()
            base.execute("DELETE FROM calls WHERE id = ?", (self._known.get(key),))
            self._known.pop(key, None)

    def spend(self) -> tuple[Spend, ...]:
        """What was sent so far, also by earlier processes, by role, model and state."""
        if self._open is None and not self.path.exists():
            return ()
        names = [field.name for field in attrs.fields(Spend)]
        with self._faults():
            rows = self._base().execute(_SPEND).fetchall()
        return tuple(Spend(**dict(zip(names, row, strict=True))) for row in rows)

    def count(self) -> int:
        """Stored calls."""
        if self._open is None and not self.path.exists():
            return 0
        with self._faults():
            return int(self._base().execute("SELECT count(*) FROM calls").fetchone()[0])

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Key, request and answer of every intact call, by key; damaged rows are left out."""
        with self._faults():
            for _, key, request, answer, check in self._base().execute(
                "SELECT * FROM calls ORDER BY key, id"
            ):
                if check == _sum(key, request, answer):
                    yield key, request, answer

    def check(self) -> None:
        """Read the whole file.

        Raises:
            StoreError: A page or a row is damaged; says how many rows are (R11).
        """
        if self._open is None and not self.path.exists():
            return
        with self._faults():
            said = self._base().execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            raise self._damage(str(said).splitlines()[0])
        if bad := self.count() - sum(1 for _ in self.rows()):
            raise self._damage(f"{bad} of {self.count()} stored calls were changed")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._open is not None:
            self._open.close()
            self._open, self._last = None, 0
            self._known.clear()

    def _base(self) -> sqlite3.Connection:
        if self._open is None:
            make_folder(self.path.parent)
            with disk_faults(self.path):
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, FILE_MODE))
            base = sqlite3.connect(self.path, isolation_level=None)
            try:
                self._prepare(base)
            except BaseException:
                base.close()
                raise
            self._open = base
        return self._open

    def _prepare(self, base: sqlite3.Connection) -> None:
        base.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise DataError(
                f"journal of schema {version}; this version reads up to {VERSION}",
                where=str(self.path),
                hint="install a newer esc-skills: pip install -U esc-skills",
            )
        base.execute(f"PRAGMA page_size = {PAGE}")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute(f"PRAGMA wal_autocheckpoint = {ASIDE}")
        base.execute(f"PRAGMA synchronous = {self.durability.upper()}")
        if version < VERSION:
            base.execute("BEGIN IMMEDIATE")
            _migrate(base)
            base.execute(f"PRAGMA user_version = {VERSION}")
            base.execute("COMMIT")
        said = base.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise self._damage(str(said).splitlines()[0])
        self._learn(base)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Name the file and the next step in every fault of SQLite."""
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as fault:
            spoilt = any(word in str(fault) for word in ("decode", "malformed"))
            if spoilt or not isinstance(fault, sqlite3.OperationalError):
                raise self._damage(str(fault)) from fault
            raise StoreError(
                str(fault),
                where=str(self.path),
                hint="free space, or end the other process; then run the same command again",
            ) from fault

    def _damage(self, what: str) -> StoreError:
        return StoreError(
            f"journal damaged: {what}",
            where=str(self.path),
            hint="restore it from a copy, or move it away and pay for its calls again",
        )


def _intend(row: int, sent: Intent) -> tuple[int, str, str, str, str]:
    return row, sent.key, sent.role, sent.place, sent.model


def _end(end: Ending) -> tuple[Any, ...]:
    tokens = (end.tokens_in, end.tokens_out, end.tokens_cached)
    return end.state, *tokens, end.usd, writable(end.note), end.id


def _row(number: int, key: str, request: str, answer: str) -> _Row:
    try:
        check = _sum(key, request, answer)
    except UnicodeEncodeError:
        request, answer = writable(request), writable(answer)
        check = _sum(key, request, answer)
    return number, key, request, answer, check


def _sum(key: str, request: str, answer: str) -> int:
    return zlib.crc32(f"{key}\0{request}\0{answer}".encode())


def _migrate(base: sqlite3.Connection) -> None:
    """Make the tables; what an older schema holds is taken over, damaged rows as such.

    Up to schema 2 answers lay in the order of their keys, which scattered every write.
    """
    version = base.execute("PRAGMA user_version").fetchone()[0]
    if version >= VERSION:  # another process was faster
        return
    old = version > 0
    if old:
        base.execute("ALTER TABLE calls RENAME TO older")
    base.execute(_TABLE)
    base.execute(_SENDS)
    if old:
        found = base.execute("SELECT key, request, answer, sum FROM older ORDER BY key")
        for number, (*call, check) in enumerate(found.fetchall(), 1):
            row = _row(number, *call)
            base.execute(_KEEP, row if check == _older_sum(*call) else (*row[:4], -1))
        base.execute("DROP TABLE older")


def _older_sum(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).hexdigest()
