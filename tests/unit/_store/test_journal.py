"""The call journal: what was paid for is kept."""

from __future__ import annotations

import itertools
import random
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from disks import small_disk

from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills._store.tables import VERSION
from esc_skills.errors import DataError, StoreError, UsageError

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
    """R11: of 500 bytes flipped, one at a time, each changes nothing or is named by ``check``.

    No answer is ever a wrong one; a byte in one answer leaves all the others to be had.
    """
    calls = {f"k{number}": f"answer {number} " * 40 for number in range(12)}
    journal = Journal(path)
    for key, text in calls.items():
        journal.put(key, "{}", text)
    journal.close()
    sound, chance = path.read_bytes(), random.Random(11)
    texts = [match.span() for match in re.finditer(rb"(?:answer \d+ ){40}", sound)]
    assert len(texts) == 12
    named = 0
    for place in chance.sample(range(len(sound)), 500):
        flipped = sound[place] ^ (1 << chance.randrange(8))
        path.write_bytes(sound[:place] + bytes([flipped]) + sound[place + 1 :])
        inside = any(start <= place < end for start, end in texts)
        found, told = exported(path)
        assert found.items() <= calls.items(), place
        assert told or found == calls, place
        if inside:
            assert told
            assert len(found) == 11, place
        named += told
    assert named > 60


def exported(path: Path) -> tuple[dict[str, str], bool]:
    """Answers that can still be had, and whether ``check`` names a damage of this file."""
    damaged, found = Journal(path), {}
    try:
        found = {key: answer for key, _, answer in damaged.rows()}
        damaged.check()
    except (StoreError, DataError) as fault:
        return found, fault.where == str(path)
    finally:
        damaged.close()
    return found, False


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
    journal = Journal(path)
    journal.put("k", "{}", "a")
    journal.close()
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(DataError, match=f"schema {VERSION + 1}.* up to {VERSION}") as caught:
        Journal(path).get("k")
    assert caught.value.exit_code == 2
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    """R07: a path through a file is refused with a hint."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="choose another place"):
        Journal(tmp_path / "file" / "journal.sqlite").put("k", "{}", "a")


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_what_was_flushed_before_the_power_went_is_there(path: Path, durability: str) -> None:
    """R05: cut anywhere, the file is whole and holds every call up to the cut, without a gap.

    What ``full`` adds is a flush of each call; see ``test_the_connection_is_set_as_stated``.
    """
    journal, sizes = Journal(path, durability=durability), []  # type: ignore[arg-type]
    side = path.with_name(path.name + "-wal")
    for number in range(12):
        journal.put(f"k{number:02}", "{}", "x" * 900)
        sizes.append(side.stat().st_size)
    image, log = path.read_bytes(), side.read_bytes()
    chance = random.Random(durability)
    for cut in [*sizes, *(chance.randrange(len(log)) for _ in range(8))]:
        after = path.with_name(f"after-{cut}")
        after.write_bytes(image)
        lost = chance.randbytes(len(log) - cut) if cut % 2 else b""
        after.with_name(after.name + "-wal").write_bytes(log[:cut] + lost)
        again = Journal(after)
        again.check()
        kept = sum(size <= cut for size in sizes)
        assert [key for key, _, _ in again.rows()] == [f"k{number:02}" for number in range(kept)]
        again.close()


def test_a_full_disk_keeps_every_acknowledged_call(path: Path) -> None:
    """R06: exit 3, file and free space named; what was stored is there, and it goes on later."""
    journal, asked = Journal(path), itertools.count()

    def fill() -> None:
        for number in asked:
            journal.put(f"k{number}", "{}", "x" * 2000)

    with small_disk(200_000), pytest.raises(StoreError, match=r"\(\d+ MB free\)") as caught:
        fill()
    acked = next(asked) - 1
    assert 5 < acked < 100
    assert (caught.value.where, caught.value.exit_code) == (str(path), 3)
    assert "free space" in caught.value.hint
    journal.close()
    again = Journal(path)
    again.check()
    assert {key for key, _, _ in again.rows()} == {f"k{number}" for number in range(acked)}
    again.put("later", "{}", "a")
    assert again.get("later") == "a"


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


def asked(journal: Journal, keys: str, head: bytes = b"{") -> None:
    """Ask and answer questions, a write each way."""
    rows = journal.write([Intent(key=key, role="r", place="p", model="m") for key in keys])
    ends = [
        Ending(id=row, state="done", kept=(key, head, b"}", f"answer {row}".encode()))
        for row, key in zip(rows, keys, strict=True)
    ]
    journal.write([], ends)


def test_a_journal_is_its_path_and_durability(path: Path) -> None:
    """What it holds in memory is nobody's to give, and stands in no message."""
    assert repr(Journal(path)) == f"Journal(path={path!r}, durability='normal')"
    with pytest.raises(TypeError):
        Journal(path, "normal", None)  # type: ignore[call-arg]
    for private in ("open", "known", "last", "heads"):
        with pytest.raises(TypeError):
            Journal(path, **{private: None})  # type: ignore[arg-type]
    bare = Ending(id=1, state="done")
    assert (bare.tokens_in, bare.tokens_out, bare.tokens_cached) == (0, 0, 0)
    assert (bare.usd, bare.note, bare.kept) == (None, "", None)


@pytest.mark.parametrize(("durability", "level"), [("normal", 1), ("full", 2)])
def test_the_connection_is_set_as_stated(path: Path, durability: str, level: int) -> None:
    """M1, M12, R05: flushes as asked for; five seconds for another writer; rare copying."""
    journal = Journal(path, durability=durability)  # type: ignore[arg-type]
    journal.put("k", "{}", "a")
    base = journal._base()
    names = ("journal_mode", "synchronous", "busy_timeout", "wal_autocheckpoint", "page_size")
    found = [base.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert found == ["wal", level, 5000, 4000, 8192]


def test_rows_are_numbered_without_gaps(path: Path) -> None:
    """Every ending is a row; what this process wrote itself is not read again before a write."""
    journal = Journal(path)
    journal.put("a", "{}", "x")
    journal.put("b", "{}", "x")
    assert journal._last == 2
    asked(journal, "cd")
    assert journal._last == 4
    journal.put("a", "{}", "y")
    assert journal._last == 4
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT id FROM ends ORDER BY id").fetchall() == [
            *((1,), (2,), (3,), (4,))
        ]


def test_a_later_write_changes_no_answer(path: Path) -> None:
    """Replay is stable: also where the second answer comes with another request."""
    journal = Journal(path)
    asked(journal, "k")
    asked(journal, "k")
    assert list(journal.rows()) == [("k", "{}", "answer 1")]


def test_only_so_many_beginnings_are_remembered(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory stays flat whatever is asked; what was forgotten is found in the file."""
    from esc_skills._store import journal as module

    assert module.HEADS == 1024
    monkeypatch.setattr(module, "HEADS", 2)
    journal = Journal(path)
    held = []
    for number, key in enumerate("abcd"):
        asked(journal, key, head=b'{"s":%d,' % number)
        held.append(len(journal._heads))
    assert held == [1, 2, 1, 2]
    asked(journal, "e", head=b'{"s":0,')
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT count(*) FROM heads").fetchone() == (4,)


def test_a_closed_journal_forgets_what_it_knew(path: Path) -> None:
    """After closing, the file alone counts: also another one that was put in its place."""
    journal = Journal(path)
    asked(journal, "k")
    journal.close()
    assert journal.get("k") == "answer 1"
    journal.close()
    for file in path.parent.iterdir():
        file.unlink()
    asked(journal, "k")
    assert list(journal.rows()) == [("k", "{}", "answer 1")]


def test_what_is_asked_of_no_file_makes_none(path: Path) -> None:
    """Every reader leaves a run without a model as it is."""
    journal = Journal(path)
    assert (journal.failed("k"), journal.spend(), journal.costs()) == (None, (), {})
    assert list(path.parent.parent.iterdir()) == []


def test_costs_are_those_of_answers(path: Path) -> None:
    """R28: tokens and price by question, without what a fault asked once more; unknown is None."""
    journal = Journal(path)
    intents = [Intent(key=key, role="r", place="p", model="m") for key in "aabc"]
    rows = journal.write(intents)
    facts = [
        {"state": "server"},
        {"state": "done", "tokens_in": 5, "tokens_out": 2, "usd": 0.25},
        {"state": "done", "tokens_in": 7, "tokens_out": 3},
        {"state": "unsent"},
    ]
    journal.write([], [Ending(id=row, **fact) for row, fact in zip(rows, facts, strict=True)])
    expected = {"a": (5, 2, 0.25), "b": (7, 3, None)}
    assert journal.costs() == expected
    journal.close()
    assert Journal(path).costs() == expected
    assert [one.role for one in Journal(path).spend()] == ["r", "r"]


def hurt(path: Path, *statements: str) -> None:
    """Change the file behind the journal's back."""
    with closing(sqlite3.connect(path)) as base:
        for statement in ("PRAGMA writable_schema = ON", *statements):
            base.execute(statement)
        base.commit()


DAMAGED = (
    "give the run or study command again with --mend: what is intact is kept, "
    "the rest is asked again"
)


def test_an_index_that_tells_something_else_is_damage(path: Path) -> None:
    """R11: what only a look at the whole file finds is found by ``check``."""
    journal = Journal(path)
    asked(journal, "k")
    journal.check()
    journal.close()
    hurt(path, "UPDATE sqlite_master SET sql = 'CREATE INDEX heads_by_sum ON heads (text)'"
         " WHERE name = 'heads_by_sum'")  # fmt: skip
    with pytest.raises(StoreError) as caught:
        Journal(path).check()
    assert caught.value.message == "journal damaged: row 1 missing from index heads_by_sum"
    assert (caught.value.where, caught.value.hint) == (str(path), DAMAGED)


def test_a_row_that_breaks_its_table_is_damage(path: Path) -> None:
    """R11: what a short look finds is found when the file is opened."""
    journal = Journal(path)
    journal.write([Intent(key="k", role="r", place="p", model="m")])
    journal.close()
    hurt(path, "UPDATE sqlite_master SET sql = replace(sql, 'state TEXT NOT NULL', 'state TEXT')"
         " WHERE name = 'ends'")  # fmt: skip
    hurt(path, "INSERT INTO ends (id, state) VALUES (1, NULL)")
    hurt(path, "UPDATE sqlite_master SET sql = replace(sql, 'state TEXT', 'state TEXT NOT NULL')"
         " WHERE name = 'ends'")  # fmt: skip
    with pytest.raises(StoreError) as caught:
        Journal(path).spend()
    assert caught.value.message == "journal damaged: NULL value in ends.state"


def test_a_key_that_is_no_text_is_damage(path: Path) -> None:
    """R11: bytes that are no text in a row of ours are damage, not a busy disk."""
    journal = Journal(path)
    asked(journal, "k")
    journal.close()
    hurt(path, "UPDATE ends SET key = CAST(x'ff6b' AS TEXT)")
    with pytest.raises(StoreError, match="journal damaged: Could not decode"):
        Journal(path).get("k")


def test_a_schema_that_is_none_is_damage(path: Path) -> None:
    """R11: a table that SQLite cannot understand is named as damage."""
    journal = Journal(path)
    asked(journal, "k")
    journal.close()
    hurt(path, "UPDATE sqlite_master SET sql = 'CREATE TABLE heads (' WHERE name = 'heads'")
    with pytest.raises(StoreError, match="journal damaged: malformed"):
        Journal(path).get("k")


def test_a_busy_file_is_no_damaged_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R10, M12: whoever waits too long for another writer is told to try again; nothing is lost."""
    monkeypatch.setattr("esc_skills._store.journal.PATIENCE", 1)
    journal = Journal(path)
    journal.put("k", "{}", "a")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(StoreError) as caught:
            journal.put("l", "{}", "b")
    assert time.monotonic() - began < 3
    assert (caught.value.message, caught.value.where) == ("database is locked", str(path))
    assert caught.value.hint == (
        "free space, or end the other process; then run the same command again"
    )
    journal.put("l", "{}", "b")
    assert journal.get("l") == "b"


def test_a_newer_file_says_how_to_get_the_reader(path: Path) -> None:
    """R12: the hint is a command."""
    Journal(path).put("k", "{}", "a")
    hurt(path, f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(DataError) as caught:
        Journal(path).count()
    assert caught.value.hint == "install a newer esc-skills: pip install -U esc-skills"
