"""A journal's copy: one moment of it, compact, the same bytes for the same rows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from esc_skills._store.copying import copy_journal, journal_texts
from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills.errors import StoreError


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal that is open, with an answer, a failure and a forgotten answer."""
    made = Journal(tmp_path / "journal.sqlite")
    (row,) = made.write([Intent(key="k1", role="judge", place="here", model="tiny")])
    kept = ("k1", b'{"head":1,', b'"tail":2}', b'{"text":"yes"}')
    made.write([], [Ending(id=row, state="done", note="a note", kept=kept)])
    made.put("k2", '{"gone":"forgotten words"}', "{}")
    made.drop("k2")
    made.fail("k3", '{"error":"ReplyError"}')
    return made


def test_an_open_journal_is_copied(journal: Journal, tmp_path: Path) -> None:
    """Rows that still lie in the side file are in the copy; what was forgotten is not."""
    copy_journal(journal.path, tmp_path / "copy.sqlite")
    other = Journal(tmp_path / "copy.sqlite")
    assert other.get("k1") == '{"text":"yes"}'
    assert other.failed("k3") == '{"error":"ReplyError"}'
    assert other.get("k2") is None
    other.close()
    assert b"forgotten words" not in (tmp_path / "copy.sqlite").read_bytes()


def test_two_copies_are_the_same_bytes(journal: Journal, tmp_path: Path) -> None:
    """Also when the first was made while the side file was full, and the second after closing."""
    copy_journal(journal.path, tmp_path / "one.sqlite")
    journal.close()
    copy_journal(journal.path, tmp_path / "two.sqlite")
    assert (tmp_path / "one.sqlite").read_bytes() == (tmp_path / "two.sqlite").read_bytes()
    assert [path.name for path in sorted(tmp_path.glob("*wal"))] == []


def test_every_text_can_be_looked_through(journal: Journal) -> None:
    """Intents, requests, answers, notes and failures."""
    said = "\n".join(journal_texts(journal.path))
    for part in ("k1", "judge", "here", "tiny", '"head":1', '"tail":2', "yes", "a note", "k3"):
        assert part in said, part
    assert "ReplyError" in said


def test_a_damaged_journal_is_not_copied(journal: Journal, tmp_path: Path) -> None:
    """A changed answer would be a changed number."""
    journal.close()
    base = sqlite3.connect(journal.path)
    base.execute("UPDATE ends SET answer = CAST('{\"text\":\"no\"}' AS BLOB) WHERE key = 'k1'")
    base.commit()
    base.close()
    with pytest.raises(StoreError, match="changed"):
        copy_journal(journal.path, tmp_path / "copy.sqlite")
