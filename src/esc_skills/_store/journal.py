"""The call journal: every completed model call, so that a resumed run pays for nothing twice.

A row for every request is written before it goes out (R02), and one for what became of it, with
the validated answer; what was spent is what stands there. SQLite in WAL mode: no acknowledged call
is lost by a kill at any instant (M1). Each kept call carries a check sum.

Rows are only ever appended; the keys of all of them are held in memory, so that a new question
costs no look-up in the file.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import attrs

from esc_skills._codec.strict import writable
from esc_skills._store import tables
from esc_skills._store.files import FILE_MODE, disk_faults, free, make_folder
from esc_skills._store.tables import VERSION, check_sum
from esc_skills.errors import DataError, StoreError

PATIENCE = 5000
"""How long to wait for another writer, in milliseconds (M12)."""
PAGE = 8192
"""Bytes of a page of a new file: a call or two."""
ASIDE = 4000
"""Pages that are written to the side file before they are copied; what changes again meanwhile is
copied once."""
HEADS = 1024
"""Beginnings of requests whose rows are remembered."""
DAMAGED = "journal damaged"
"""How the message of every fault begins that lies in the bytes."""

Kept = tuple[str, bytes, bytes, bytes]
"""Key; the request as JSON in two parts, of which the first is stored once for all that share it;
validated answer as JSON."""
_NOTHING = (None,) * 5


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
    kept: Kept | None = None
    """What is found again."""


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
    _heads: dict[bytes, int] = attrs.field(factory=dict, init=False, repr=False)

    def get(self, key: str) -> str | None:
        """The stored answer, or None.

        What another process adds while this one has the file open is seen from the next write on.

        Raises:
            StoreError: The file or this row is damaged.
        """
        if self._open is None and not self.path.exists():
            return None
        if self._open is not None and key not in self._known:
            return None
        with self._faults():
            base = self._base()
            if (number := self._known.get(key)) is None:
                return None
            row = base.execute(tables.ANSWER, (number,)).fetchone()
            if row is None or row[0] is None:  # another process has dropped it
                return None
            *call, check = row
            intact = call[0] == key and check == check_sum(*call)
            answer: str = call[3].decode() if intact else ""
        if not intact:
            raise self._damage(f"the answer to call {key[:12]} was changed")
        return answer

    def put(self, key: str, request: str, answer: str) -> None:
        """Store a completed call for good; the first answer to a key stays.

        Args:
            key: Content hash of the whole request.
            request: The request, as JSON.
            answer: The validated answer, as JSON.

        Raises:
            StoreError: The disk refuses.
        """
        texts = (writable(request).encode(), writable(answer).encode())
        with self._faults(), self._transaction() as base:
            number = self._last + 1
            fresh = {} if key in self._known else {key: number}
            if fresh:
                base.execute(tables.END, tables.kept_row(number, key, *texts))
        self._known |= fresh
        self._last += len(fresh)

    def write(self, intents: Sequence[Intent], endings: Sequence[Ending] = ()) -> list[int]:
        """Store intents, endings and answers together: all of them or none.

        Returns:
            The rows of the intents, in order.

        Raises:
            StoreError: The disk refuses.
        """
        with self._faults(), self._transaction() as base:
            top = base.execute("SELECT max(id) FROM intents").fetchone()[0] or 0
            sent = [*range(top + 1, top + 1 + len(intents))]
            base.executemany(
                tables.INTEND,
                [
                    (row, one.key, one.role, one.place, one.model)
                    for row, one in zip(sent, intents, strict=True)
                ],
            )
            rows, fresh = self._ended(base, endings)
            base.executemany(tables.END, rows)
        self._known |= fresh
        self._last += len(rows)
        return sent

    def _ended(
        self, base: sqlite3.Connection, endings: Sequence[Ending]
    ) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """Rows of endings, and the keys that are new; the first answer to a key stays."""
        rows: list[tuple[Any, ...]] = []
        fresh: dict[str, int] = {}
        for number, end in enumerate(endings, self._last + 1):
            call: tuple[Any, ...] = _NOTHING
            if end.kept and end.kept[0] not in self._known and end.kept[0] not in fresh:
                key, head, tail, answer = end.kept
                place = self._heads.get(head) or self._head(base, head)
                call = (key, place, tail, answer, check_sum(key, place, tail, answer))
                fresh[key] = number
            note = end.note and writable(end.note)
            tokens = (end.tokens_in, end.tokens_out, end.tokens_cached)
            rows.append((number, end.id, end.state, *tokens, end.usd, note, *call))
        return rows, fresh

    def _head(self, base: sqlite3.Connection, head: bytes) -> int:
        """Row of the beginning of a request, stored when it is new."""
        check = zlib.crc32(head)
        found = base.execute(tables.KNOWN_HEAD, (check, head)).fetchone()
        place = int(found[0] if found else base.execute(tables.HEAD, (head, check)).lastrowid or 0)
        if len(self._heads) >= HEADS:
            self._heads.clear()
        return self._heads.setdefault(head, place)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing; before it the keys of other processes are known."""
        base = self._base()
        base.execute("BEGIN IMMEDIATE")
        try:
            self._learn(base)
            yield base
            base.execute("COMMIT")
        except BaseException:
            self._heads.clear()
            if base.in_transaction:
                base.execute("ROLLBACK")
            raise

    def _learn(self, base: sqlite3.Connection) -> None:
        """Take in the keys of rows that another process, or an earlier one, has added."""
        for number, key in base.execute(tables.KEYS, (self._last,)):
            if key is not None:
                self._known.setdefault(key, number)
            self._last = number

    def learn(self) -> None:
        """Find from now on what other processes have added; what is not open learns by opening."""
        if self._open is not None:
            with self._faults():
                self._learn(self._open)

    def drop(self, key: str) -> None:
        """Forget an answer that turned out unusable (R42); what it cost stays."""
        with self._faults():
            self._base().execute(tables.FORGET, (self._known.get(key),))
            self._known.pop(key, None)

    def fail(self, key: str, told: str) -> None:
        """Keep with what a question ended for good; never an answer, only for a replay.

        Raises:
            StoreError: The disk refuses.
        """
        with self._faults(), self._transaction() as base:
            base.execute(tables.FAULTS)
            base.execute(tables.FAIL, (key, writable(told)))

    def failed(self, key: str) -> str | None:
        """What ``fail`` kept last for a question; None when it never ended in an error."""
        if self._open is None and not self.path.exists():
            return None
        with self._faults():
            base = self._base()
            if base.execute(tables.HAS_FAULTS).fetchone() is None:
                return None
            row = base.execute(tables.FAILED, (key,)).fetchone()
            return None if row is None else str(row[0])

    def spend(self) -> tuple[Spend, ...]:
        """What was sent so far, also by earlier processes, by role, model and state."""
        if self._open is None and not self.path.exists():
            return ()
        names = [field.name for field in attrs.fields(Spend)]
        with self._faults():
            rows = self._base().execute(tables.SPEND).fetchall()
        return tuple(Spend(**dict(zip(names, row, strict=True))) for row in rows)

    def costs(self) -> dict[str, tuple[int, int, float | None]]:
        """Prompt tokens, completion tokens and price by question; None for a price unknown.

        Of its answers alone: requests that a fault or a kill made once more are left out.
        """
        if self._open is None and not self.path.exists():
            return {}
        with self._faults():
            rows = self._base().execute(tables.COSTS).fetchall()
        return {key: (a, b, None if unpriced else usd) for key, a, b, usd, unpriced in rows}

    def count(self) -> int:
        """Stored calls."""
        if self._open is None and not self.path.exists():
            return 0
        with self._faults():
            return int(self._base().execute(tables.COUNT).fetchone()[0])

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Key, request and answer of every intact call, by key; damaged rows are left out."""
        with self._faults():
            for key, place, head, tail, answer, check, whole in self._base().execute(tables.CALLS):
                sound = check == check_sum(key, place, tail, answer)
                if sound and (place is None or whole == zlib.crc32(head)):
                    yield key, (head + tail).decode(), answer.decode()

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
            self._heads.clear()

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
            tables.migrate(base)
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
            spoilt = any(word in str(fault) for word in ("decode", "malformed", "already exists"))
            if spoilt or not isinstance(fault, sqlite3.OperationalError):
                raise self._damage(str(fault)) from fault
            room = "" if "locked" in str(fault) else f" ({free(self.path)} MB free)"
            raise StoreError(
                f"{fault}{room}",
                where=str(self.path),
                hint="free space, or end the other process; then run the same command again",
            ) from fault

    def _damage(self, what: str) -> StoreError:
        return StoreError(
            f"{DAMAGED}: {what}",
            where=str(self.path),
            hint="give the run or study command again with --mend: what is intact is kept, "
            "the rest is asked again",
        )
