"""A journal with flipped bytes made whole: every intact answer is kept, the rest is asked again.

The trees inside the file are not trusted. Each leaf page is given to SQLite as if it were a table
of its own, in a copy whose first page was made anew, and each row is known by its shape; so a
broken page costs the rows that lie on it, and no others. Answers are held to their check sums;
what was spent has none, and is taken as it can be read.

The damaged file is copied aside before a new one takes its place in one step.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import attrs

from esc_skills._store import tables
from esc_skills._store.files import FILE_MODE, disk_faults, make_folder, settle
from esc_skills._store.journal import DAMAGED, PAGE, Journal
from esc_skills.errors import StoreError

WIDTH = 13
"""Columns of the widest table."""
LEAF = 13
"""First byte of a page that holds rows."""
UNKNOWN = "lost"
"""Role and model of a request whose intent cannot be read; what was spent for it still counts."""
UNTOLD = b'{"model":"","system":"","schema":"","messages":[],"settings":[]}'
"""Stands for a request whose beginning is lost; its answer is found by the key all the same."""
SHAPES = {
    "intents": re.compile("ntttt" + "n" * 8),
    "heads": re.compile("nbi" + "n" * 10),
    "ends": re.compile("n[in]tiii[fin]t.{5}"),
    "faults": re.compile("tt" + "n" * 11),
}
"""Rows by the kinds of their values: none, integer, float, text, bytes. A row number is none."""
KINDS = {type(None): "n", int: "i", float: "f", str: "t", bytes: "b"}

Row = tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Mended:
    """A journal that is whole again."""

    kept: int
    """Answers that were intact."""
    lost: int
    """Questions that will be asked again."""
    aside: Path
    """Where the damaged file is now."""

    @property
    def line(self) -> str:
        """The same for people."""
        return (
            f"mended: {self.kept} answers kept, {self.lost} lost, the damaged file is {self.aside}"
        )


def salvage(path: Path) -> str:
    """Mend a journal, and say so in a line; an empty one when there was nothing to mend."""
    made = mend(path)
    return made.line if made else ""


def mend(path: Path) -> Mended | None:
    """Put a whole journal in the place of a damaged one; only for the holder of the lock.

    Returns:
        What became of it; None when there was nothing to mend.

    Raises:
        StoreError: No answer of it can be read, it is of an older schema, or the disk refuses; the
            damaged file stays where it is.
    """
    journal = Journal(path)
    try:
        journal.check()
    except StoreError as fault:
        if not fault.message.startswith(DAMAGED):
            raise
    else:
        return None
    finally:
        journal.close()
    desk = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with disk_faults(path):
            make_folder(desk)
            return _mended(path, desk)
    except sqlite3.Error as fault:
        raise _refused(path, str(fault)) from fault
    finally:
        shutil.rmtree(desk, ignore_errors=True)


def _mended(path: Path, desk: Path) -> Mended:
    copy, fresh, log = desk / "copy", desk / "fresh", _log(path)
    shutil.copy(path, copy)
    first = _first(copy, PAGE)
    if 0 < (version := int.from_bytes(first[60:64])) < tables.VERSION:
        raise _refused(path, f"it is of the older schema {version}")
    size = int.from_bytes(first[16:18])
    size = size if size in {512 << power for power in range(7)} else PAGE
    first = _folded(copy, log, size) if log.exists() else b""
    kept, lost = _sorted_out(_rows(copy, size), fresh)
    if not kept:
        raise _refused(path, "no answer in it can be read")
    aside = next(one for one in _names(path) if not one.exists())
    if first:  # the damaged file takes it in beforehand: at no moment is a row in neither
        _copy(log, _log(aside))
        _copy(path, aside)
        _begin(copy, first)
        copy.replace(path)
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        log.unlink()
    else:
        _copy(path, aside)
    fresh.replace(path)
    settle(path.parent)
    return Mended(kept=kept, lost=lost, aside=aside)


def _sorted_out(rows: Iterator[tuple[str, Row]], fresh: Path) -> tuple[int, int]:
    """Write a new journal of what is intact; how many answers are kept and lost."""
    with closing(sqlite3.connect(fresh)) as base, base:
        base.execute(f"PRAGMA page_size = {PAGE}")
        tables.migrate(base)
        base.execute(f"PRAGMA user_version = {tables.VERSION}")
        found = _Found(base=base)
        for table, row in rows:
            getattr(found, table)(row)
        found.close()
        (lost,) = base.execute(_UNANSWERED).fetchone()
    journal = Journal(fresh)
    journal.check()
    kept = journal.count()
    journal.close()
    return kept, found.spoilt + lost


_END = tables.END.replace("INSERT", "INSERT OR IGNORE")
_UNANSWERED = """SELECT count(DISTINCT key) FROM intents
    WHERE id NOT IN (SELECT intent FROM ends WHERE intent IS NOT NULL)
    AND key NOT IN (SELECT key FROM ends WHERE key IS NOT NULL)"""
_UNTOLD = """SELECT id, key, answer FROM ends
    WHERE head IS NOT NULL AND head NOT IN (SELECT id FROM heads)"""
_UNMEANT = f"""INSERT INTO intents
    SELECT intent, coalesce(key, ''), '{UNKNOWN}', '', '{UNKNOWN}' FROM ends
    WHERE intent IS NOT NULL AND intent NOT IN (SELECT id FROM intents)"""  # noqa: S608 - a constant


@attrs.define(kw_only=True)
class _Found:
    """Takes rows in any order, some of them twice, into a new journal."""

    base: sqlite3.Connection
    spoilt: int = 0
    keys: set[str | None] = attrs.field(factory=set)
    ended: set[int | None] = attrs.field(factory=set)

    def intents(self, row: Row) -> None:
        """Take a request."""
        self.base.execute("INSERT OR IGNORE INTO intents VALUES (?, ?, ?, ?, ?)", _but(row, 6))

    def heads(self, row: Row) -> None:
        """Take the beginning of requests, when it is as it was."""
        if row[3] == zlib.crc32(row[2]):
            self.base.execute("INSERT OR IGNORE INTO heads VALUES (?, ?, ?)", _but(row, 4))

    def faults(self, row: Row) -> None:
        """Take what a question ended with."""
        self.base.execute(tables.FAULTS)
        self.base.execute(tables.FAIL, row[1:3])

    def ends(self, row: Row) -> None:
        """Take what became of a request; its answer only when it is as it was, and the first."""
        number, intent, *facts = _but(row, 9)
        call = row[9:]
        if not _intact(call):
            self.spoilt += any(part is not None for part in call)
            call = (None,) * 5
        call = (None,) * 5 if call[0] in self.keys else call
        intent = None if intent in self.ended else intent
        if intent is None is call[0]:
            return
        self.keys |= {call[0]} - {None}
        self.ended |= {intent} - {None}
        for place in (number, None):  # a number that is taken tells of a changed one
            values = (place, intent, *facts, *call)
            if self.base.execute(_END, values).rowcount:
                return

    def close(self) -> None:
        """Make up for what is missing, so that every answer is found and all is counted."""
        for number, key, answer in self.base.execute(_UNTOLD).fetchall():
            call = (UNTOLD, tables.check_sum(key, None, UNTOLD, answer), number)
            self.base.execute("UPDATE ends SET head = NULL, tail = ?, sum = ? WHERE id = ?", call)
        self.base.execute(_UNMEANT)


def _but(row: Row, end: int) -> Row:
    """A row up to some column; its number comes first, and stands for that in the first column."""
    return row[0], *row[2:end]


def _intact(call: Row) -> bool:
    key, head, tail, answer, check = call
    if [type(one) for one in (key, tail, answer)] != [str, bytes, bytes]:
        return False
    return bool(check == tables.check_sum(key, head, tail, answer))


def _rows(copy: Path, size: int) -> Iterator[tuple[str, Row]]:
    """Every row of every leaf page, with the table that it belongs to."""
    leaves = list(_leaves(copy, size))
    _begin(copy, _form(copy, size))
    with closing(sqlite3.connect(copy, isolation_level=None)) as base:
        base.text_factory = lambda data: data.decode("utf-8", "replace")
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        for page, cells in leaves:
            base.execute("PRAGMA writable_schema = ON")
            base.execute("UPDATE sqlite_master SET rootpage = ?", (page,))
            base.execute("PRAGMA writable_schema = RESET")
            for row in _page(base, cells):
                kinds = "".join(KINDS[type(value)] for value in row[1:])
                for table, shape in SHAPES.items():
                    if shape.fullmatch(kinds):
                        yield table, row


def _page(base: sqlite3.Connection, cells: int) -> list[Row]:
    every = "SELECT rowid, * FROM page"
    try:
        return base.execute(every).fetchall()
    except sqlite3.DatabaseError:
        found: list[Row] = []
        for number in range(cells):
            with suppress(sqlite3.DatabaseError):
                found += base.execute(f"{every} LIMIT 1 OFFSET {number}")
        return found


def _leaves(copy: Path, size: int) -> Iterator[tuple[int, int]]:
    """Numbers of pages that hold rows, and how many they hold; never the first, which is form."""
    with copy.open("rb") as file:
        for page in range(2, copy.stat().st_size // size + 1):
            file.seek((page - 1) * size)
            head = file.read(5)
            if head[0] == LEAF:
                yield page, int.from_bytes(head[3:])


def _form(copy: Path, size: int) -> bytes:
    """A first page for a file: it says how large it is, and that it has one table."""
    form = copy.with_name("form")
    form.unlink(missing_ok=True)
    with closing(sqlite3.connect(form)) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute(f"PRAGMA page_size = {size}")
        base.execute(f"CREATE TABLE page ({', '.join(f'c{at}' for at in range(WIDTH))})")
    first = _first(form, size)
    return first[:28] + (copy.stat().st_size // size).to_bytes(4) + first[32:]


def _folded(copy: Path, log: Path, size: int) -> bytes:
    """Let SQLite take the side file into a copy; the first page that the copy then has."""
    first, form = _first(copy, size), _form(copy, size)
    _begin(copy, form)
    shutil.copy(log, _log(copy))
    with closing(sqlite3.connect(copy)) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    now = _first(copy, size)
    return first if now == form else now


def _first(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _begin(path: Path, first: bytes) -> None:
    """Give a file another beginning."""
    with path.open("r+b") as file:
        file.write(first)
        file.flush()
        os.fsync(file.fileno())


def _copy(source: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.tmp")
    with source.open("rb") as old, beside.open("wb") as new:
        beside.chmod(FILE_MODE)
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())
    beside.replace(target)


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _names(path: Path) -> Iterator[Path]:
    first = path.with_name(f"{path.name}.damaged")
    return itertools.chain([first], (Path(f"{first}-{number}") for number in itertools.count(2)))


def _refused(path: Path, why: str) -> StoreError:
    return StoreError(
        f"the damaged journal cannot be mended: {why}",
        where=str(path),
        hint="restore it from a copy, or move it away and pay for its calls again",
    )
