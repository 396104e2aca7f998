"""A copy of a journal for others: one moment of it, compact, and all its texts to look through."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from esc_skills._store.files import disk_faults
from esc_skills._store.journal import Journal
from esc_skills.errors import StoreError

_TEXTS = (
    "SELECT key, role, place, model FROM intents ORDER BY id",
    "SELECT CAST(text AS TEXT) FROM heads ORDER BY id",
    "SELECT state, note, CAST(tail AS TEXT), CAST(answer AS TEXT) FROM ends ORDER BY id",
)


def copy_journal(source: Path, target: Path) -> None:
    """Copy a journal that another process may be reading or writing.

    What was deleted from it is not in the copy; equal rows give equal bytes.

    Raises:
        StoreError: It is damaged, or the disk refuses.
    """
    journal = Journal(source)
    try:
        journal.check()
    finally:
        journal.close()
    with (
        disk_faults(target),
        _faults(source),
        closing(sqlite3.connect(source)) as base,
        closing(sqlite3.connect(target)) as copy,
    ):
        base.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("VACUUM")


def journal_texts(path: Path) -> Iterator[str]:
    """Every text of a journal, in the order of its rows.

    Raises:
        StoreError: It is damaged.
    """
    with _faults(path), closing(sqlite3.connect(path)) as base:
        base.text_factory = lambda data: data.decode("utf-8", "replace")
        found = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
        more = ("SELECT key, told FROM faults ORDER BY key",) if "faults" in found else ()
        for statement in (*_TEXTS, *more):
            for row in base.execute(statement):
                yield "\n".join(text for text in row if text)


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        hint = "end the process that writes it, or restore it from a copy"
        raise StoreError(f"cannot copy the journal: {fault}", where=str(path), hint=hint) from fault
