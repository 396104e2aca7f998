"""The call journal: what was paid for is kept."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills._store.tables import VERSION
from esc_skills.errors import DataError, StoreError

WRITER = """
import itertools, sys
from pathlib import Path
from esc_skills._store.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in itertools.count() if sys.argv[3] == "on" else range(int(sys.argv[3])):
    journal.put(f"{sys.argv[2]}-{number}", "{}", "x" * 2000)
    print(number, flush=True)
"""


def writer(path: Path, name: str, count: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, count],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "journal.sqlite"


def test_a_question_makes_no_file(path: Path) -> None:
    """A run without a model has no journal."""
    journal = Journal(path)
    assert (journal.get("k"), journal.count()) == (None, 0)
    journal.check()
    assert not path.exists()


def test_an_answer_is_kept_for_the_next_process(path: Path) -> None:
    """R01: what was stored is found again, by a journal opened later."""
    first = Journal(path)
    first.put("k", '{"q": 1}', '{"a": "你好"}')
    first.close()
    second = Journal(path)
    assert second.get("k") == '{"a": "你好"}'
    assert second.get("other") is None
    assert second.count() == 1
    assert list(second.rows()) == [("k", '{"q": 1}', '{"a": "你好"}')]


def test_the_first_answer_to_a_key_stays(path: Path) -> None:
    """Replay is stable: a second answer to the same request changes nothing."""
    journal = Journal(path)
    journal.put("k", "{}", "first")
    journal.put("k", "{}", "second")
    assert journal.get("k") == "first"


def test_lone_surrogates_do_not_break_it(path: Path) -> None:
    """I04: a model's broken character is stored as U+FFFD."""
    journal = Journal(path)
    journal.put("k", "\ud800", "a\udc00")
    assert journal.get("k") == "a\ufffd"


def test_only_the_owner_can_read_it(path: Path) -> None:
    """X03: the journal and its side files are 0600."""
    journal = Journal(path)
    journal.put("k", "{}", "a")
    files = list(path.parent.iterdir())
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_no_acknowledged_call_is_lost_by_a_kill(path: Path) -> None:
    """R01, R02: kill the writer three times; every acknowledged answer is there, none damaged."""
    for name in ("a", "b", "c"):
        child = writer(path, name, "on")
        assert child.stdout is not None
        for _ in range(50):
            child.stdout.readline()
        child.kill()
        acked = 50 + len(child.communicate()[0].split())
        journal = Journal(path)
        journal.check()
        assert all(journal.get(f"{name}-{number}") for number in range(acked))
        journal.close()


def test_eight_processes_make_one_journal_at_once(path: Path) -> None:
    """R10: no process fails, no answer is lost."""
    children = [writer(path, str(number), "10") for number in range(8)]
    for child in children:
        _, complaints = child.communicate()
        assert child.returncode == 0, complaints
    assert Journal(path).count() == 80


def test_a_file_that_is_no_journal_is_named(path: Path) -> None:
    """R11: a StoreError, exit 3, with the file and a remedy."""
    path.parent.mkdir()
    path.write_bytes(b"not a journal at all" * 100)
    with pytest.raises(StoreError, match="journal damaged") as caught:
        Journal(path).get("k")
    assert caught.value.where == str(path)
    assert caught.value.exit_code == 3


def test_no_flipped_byte_gives_a_wrong_answer(path: Path) -> None:
    """R11: wherever a byte flips, the answer is the right one, none, or a StoreError.

    A byte inside an answer is always named.
    """
    journal = Journal(path)
    for number in range(60):
        journal.put(f"k{number}", "{}", f"answer {number} " * 40)
    journal.close()
    sound = path.read_bytes()
    texts = [match.span() for match in re.finditer(rb"(?:answer \d+ ){40}", sound)]
    assert len(texts) == 60
    for place in range(0, len(sound), len(sound) // 80):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 0xFF]) + sound[place + 1 :])
        damaged = Journal(path)
        try:
            for number in range(60):
                assert damaged.get(f"k{number}") in {None, f"answer {number} " * 40}
        except (StoreError, DataError):
            continue
        finally:
            damaged.close()
        assert not any(start <= place < end for start, end in texts), place


def test_a_changed_letter_is_never_replayed(path: Path) -> None:
    """R11: damage inside a text, which SQLite cannot see, is found; intact calls are kept."""
    journal = Journal(path)
    journal.put("bad", "{}", "the answer")
    journal.put("good", "{}", "another")
    journal.close()
    path.write_bytes(path.read_bytes().replace(b"the answer", b"the bnswer"))
    again = Journal(path)
    with pytest.raises(StoreError, match="was changed"):
        again.get("bad")
    with pytest.raises(StoreError, match="1 of 2 stored calls"):
        again.check()
    assert [key for key, _, _ in again.rows()] == ["good"]


def test_what_another_process_adds_is_learnt(path: Path) -> None:
    """A journal that is open finds later answers once it has looked; one that is not, at once."""
    mine, other = Journal(path), Journal(path)
    mine.learn()
    assert not path.exists()
    mine.put("a", "{}", "1")
    other.put("b", "{}", "2")
    assert mine.get("b") is None
    mine.learn()
    assert mine.get("b") == "2"


def test_a_newer_journal_names_its_version(path: Path) -> None:
    """R12: exit 2, the needed version named, the file not touched."""
    Journal(path).put("k", "{}", "a")
    with sqlite3.connect(path) as base:
        base.execute(f"PRAGMA user_version = {VERSION + 1}")
    base.close()
    with pytest.raises(DataError, match=f"schema {VERSION + 1}") as caught:
        Journal(path).get("k")
    assert caught.value.exit_code == 2


def test_a_folder_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    """R07: a path through a file is refused with a hint."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        Journal(tmp_path / "file" / "journal.sqlite").put("k", "{}", "a")


def test_full_durability_is_a_setting(path: Path) -> None:
    """R05: ``full`` flushes every call to the disk."""
    journal = Journal(path, durability="full")
    journal.put("k", "{}", "a")
    assert journal.get("k") == "a"


def test_intents_endings_and_answers_are_written_together(path: Path) -> None:
    """R02: what was sent is told by role, model and state; what never went out is not counted."""
    journal = Journal(path)
    assert journal.spend() == ()
    intents = [Intent(key="k", role="judge", place="p", model="m") for _ in range(4)]
    rows = journal.write(intents)
    assert rows == [1, 2, 3, 4]
    kept = ("k", b"{", b"}", b"an answer")
    ends = [
        Ending(id=1, state="server", note="500 \ud800"),
        Ending(id=2, state="done", tokens_in=5, tokens_out=2, usd=0.25, kept=kept),
        Ending(id=3, state="unsent"),
    ]
    journal.write([], ends)
    assert journal.get("k") == "an answer"
    facts = {
        row.state: (row.sends, row.tokens_in, row.usd, row.unpriced) for row in journal.spend()
    }
    assert facts == {"done": (1, 5, 0.25, 0), "sent": (1, 0, 0.0, 1), "server": (1, 0, 0.0, 1)}
    journal.close()
    assert Journal(path).spend()[0].role == "judge"


def test_a_failed_write_leaves_nothing_half(path: Path) -> None:
    """All rows of a write are there, or none."""
    journal = Journal(path)
    with pytest.raises(StoreError):
        journal.write(
            [Intent(key="k", role="r", place="p", model="m")],
            [Ending(id=1, state=None)],  # type: ignore[arg-type]
        )
    assert journal.spend() == ()
    assert journal.write([Intent(key="k", role="r", place="p", model="m")]) == [1]


def test_two_writers_keep_one_answer_to_a_key(path: Path) -> None:
    """R10: before a write the keys of other processes are known; the first answer stays."""
    one, other = Journal(path), Journal(path)
    assert (one.count(), other.count()) == (0, 0)
    one.put("k", "{}", "first")
    other.put("k", "{}", "second")
    other.put("l", "{}", "third")
    one.put("m", "{}", "fourth")
    assert [one.get(key) for key in "klm"] == ["first", "third", "fourth"]
    assert [other.get(key) for key in "kl"] == ["first", "third"]
    assert one.count() == other.count() == 3
    one.drop("l")
    assert other.get("l") is None


def test_equal_keys_in_one_write_are_one_answer(path: Path) -> None:
    """Replay is stable also when two answers to one key come in the same turn."""
    journal = Journal(path)
    rows = journal.write([Intent(key=key, role="r", place="p", model="m") for key in "aab"])
    journal.write(
        [],
        [
            Ending(id=row, state="done", kept=(key, b"{", b"}", f"answer {row}".encode()))
            for row, key in zip(rows, "aab", strict=True)
        ],
    )
    assert list(journal.rows()) == [("a", "{}", "answer 1"), ("b", "{}", "answer 3")]


def test_an_answer_can_be_forgotten(path: Path) -> None:
    """R42: a row that turned out unusable goes."""
    journal = Journal(path)
    journal.put("k", "{}", "a")
    journal.drop("k")
    assert journal.get("k") is None


def test_what_requests_share_is_stored_once(path: Path) -> None:
    """The beginning of a request lies once in the file; every reader gets the whole request."""
    head, answer = b'{"system":"' + b"x" * 500 + b'",', b"{}"
    for start in (0, 3):  # a second process finds the beginning that the first one stored
        journal = Journal(path)
        sent = [Intent(key=f"k{start + at}", role="r", place="p", model="m") for at in range(3)]
        journal.write(
            [],
            [
                Ending(id=row, state="done", kept=(one.key, head, b'"n":%d}' % row, answer))
                for row, one in zip(journal.write(sent), sent, strict=True)
            ],
        )
        journal.close()
    assert path.read_bytes().count(b"x" * 500) == 1
    expected = [(f"k{at}", (head + b'"n":%d}' % (at + 1)).decode(), "{}") for at in range(6)]
    assert list(Journal(path).rows()) == expected
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT key, request, answer FROM calls").fetchall() == expected


def test_a_changed_beginning_is_found(path: Path) -> None:
    """R11: the calls whose request begins with a damaged text are told and left out."""
    journal = Journal(path)
    rows = journal.write([Intent(key=key, role="r", place="p", model="m") for key in "abc"])
    heads = (b'{"s":"first",', b'{"s":"first",', b'{"s":"other",')
    kept = [(key, head, b'"n":1}', b"{}") for key, head in zip("abc", heads, strict=True)]
    ends = [Ending(id=row, state="done", kept=one) for row, one in zip(rows, kept, strict=True)]
    journal.write([], ends)
    journal.close()
    path.write_bytes(path.read_bytes().replace(b'"first"', b'"fjrst"'))
    again = Journal(path)
    with pytest.raises(StoreError, match="2 of 3 stored calls"):
        again.check()
    assert [key for key, _, _ in again.rows()] == ["c"]


def test_a_forgotten_answer_stays_paid(path: Path) -> None:
    """R42: what an unusable answer cost stands in the account; the key may be answered anew."""
    journal = Journal(path)
    rows = journal.write([Intent(key="k", role="r", place="p", model="m")] * 2)
    for row, text in zip(rows, (b"bad", b"good"), strict=True):
        kept = ("k", b"{", b"}", text)
        journal.write([], [Ending(id=row, state="done", tokens_in=5, usd=0.5, kept=kept)])
        if text == b"bad":
            journal.drop("k")
            assert (journal.get("k"), journal.count()) == (None, 0)
    assert journal.get("k") == "good"
    assert [(one.sends, one.tokens_in, one.usd) for one in journal.spend()] == [(2, 10, 1.0)]


def test_a_refused_write_is_taken_again_whole(path: Path) -> None:
    """A beginning that a failed write was to store is stored by the next one."""
    journal = Journal(path)
    end = Ending(id=1, state="done", kept=("k", b'{"s":1,', b'"n":1}', b"{}"))
    with pytest.raises(StoreError):
        journal.write([], [end, Ending(id=2, state=None)])  # type: ignore[arg-type]
    journal.write([], [end])
    journal.close()
    assert list(Journal(path).rows()) == [("k", '{"s":1,"n":1}', "{}")]


def test_how_a_question_failed_is_kept_beside_the_answers(path: Path) -> None:
    """For a replay: the last failure of a key, never found as an answer, in an older file too."""
    journal = Journal(path)
    assert journal.failed("k") is None
    journal.put("other", "{}", "{}")
    assert journal.failed("k") is None
    journal.fail("k", "first")
    journal.fail("k", "last \ud800")
    journal.close()
    assert journal.failed("k") == "last �"
    assert journal.get("k") is None
    assert journal.count() == 1
    journal.check()
    journal.close()
