"""Mending: every intact answer of a damaged journal is kept, whatever its trees have come to."""

from __future__ import annotations

import itertools
import random
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._practice.salvaging import UNTOLD, mend, salvage
from esc_skills._store.files import sweep
from esc_skills._store.journal import PAGE, Ending, Intent, Journal
from esc_skills.errors import DataError, StoreError

CALLS = 200
MORE = 20
LEAF = 13


def fill(journal: Journal, numbers: range) -> None:
    """Ask and answer; every tenth question stalled once before."""
    for number in numbers:
        key, head = f"key-{number}", b'{"system":"' + b"s" * (6000 * (number % 3)) + b'",'
        tries = [Intent(key=key, role="judge", place="p" * 90, model="m")] * (
            1 + (number % 10 == 0)
        )
        *failed, row = journal.write(tries)
        kept = (key, head, b'"n":%d}' % number, b'{"text":"answer %d"}' % number * 20)
        done = Ending(id=row, state="done", tokens_in=7, tokens_out=number, usd=0.25, kept=kept)
        journal.write([], [*(Ending(id=one, state="stalled") for one in failed), done])


@attrs.frozen
class Sound:
    """A journal before anything happened to it."""

    data: bytes
    calls: dict[str, tuple[str, str]]
    spend: Any

    def page(self, number: int) -> bytes:
        return self.data[(number - 1) * PAGE : number * PAGE]

    def leaves(self, text: bytes) -> list[int]:
        """Pages of rows that hold a text."""
        pages = range(2, len(self.data) // PAGE + 1)
        return [at for at in pages if self.page(at)[0] == LEAF and text in self.page(at)]

    def keys(self, number: int) -> set[str]:
        """Calls whose rows lie on a page."""
        found = re.finditer(rb"(key-\d+)[^k]{0,9}\"n\":", self.page(number), re.DOTALL)
        return {one[1].decode() for one in found}


def look(path: Path) -> tuple[dict[str, tuple[str, str]], Any]:
    """Calls and spend of a journal that passes its integrity check."""
    journal = Journal(path)
    journal.check()
    found = {key: (request, answer) for key, request, answer in journal.rows()}
    spend = journal.spend()
    journal.close()
    return found, spend


def answers(calls: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {key: answer for key, (_, answer) in calls.items()}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    path = tmp_path_factory.mktemp("sound") / "journal.sqlite"
    journal = Journal(path)
    fill(journal, range(CALLS))
    journal.close()
    calls, spend = look(path)
    return Sound(path.read_bytes(), calls, spend)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run" / "journal.sqlite"


def spoil(path: Path, data: bytes, at: int, new: bytes) -> None:
    path.write_bytes(data[:at] + new + data[at + len(new) :])


def test_of_60_flips_none_costs_an_intact_answer(sound: Sound, path: Path) -> None:
    """R11: a flip costs the row that it lies in, or at most those of its page; nothing is changed.

    Flips inside an answer cost that answer and no figure; the rest is as it was to the byte.
    """
    texts = [match.span() for match in re.finditer(rb'(?:\{"text":"answer \d+"\}){20}', sound.data)]
    assert len(texts) == CALLS
    chance = random.Random(11)
    mended = inside = 0
    for at in chance.sample(range(len(sound.data)), 60):
        spoil(path, sound.data, at, bytes([sound.data[at] ^ (1 << chance.randrange(8))]))
        damaged, told = path.read_bytes(), mend(path)
        calls, spend = look(path)
        assert answers(calls).items() <= answers(sound.calls).items(), at
        assert sound.calls.keys() - calls.keys() <= sound.keys(at // PAGE + 1), at
        if any(start <= at < end for start, end in texts):
            inside += 1
            assert told, at
            assert (told.kept, told.lost, spend) == (CALLS - 1, 1, sound.spend), at
            assert calls.items() <= sound.calls.items(), at
        if told:
            mended += 1
            assert told.kept == len(calls), at
            assert told.aside.read_bytes() == damaged, at
            told.aside.unlink()
        else:
            assert calls == sound.calls, at
        assert [one.name for one in path.parent.iterdir()] == [path.name], at
    assert mended > inside > 20


def test_a_sound_journal_is_left_alone(sound: Sound, path: Path) -> None:
    """R11: nothing to mend, nothing written; where no journal is, none is made."""
    assert mend(path) is None
    assert not path.exists()
    path.write_bytes(sound.data)
    assert salvage(path) == ""
    assert path.read_bytes() == sound.data
    assert len(list(path.parent.iterdir())) == 1


@pytest.mark.parametrize("size", [16, 100, PAGE], ids=["magic", "header", "page"])
def test_a_broken_beginning_costs_nothing(sound: Sound, path: Path, size: int) -> None:
    """R11: without header or schema every row is still found by its shape."""
    spoil(path, sound.data, 0, b"\xff" * size)
    told = mend(path)
    assert told
    assert told.line == f"mended: 200 answers kept, 0 lost, the damaged file is {told.aside}"
    assert look(path) == (sound.calls, sound.spend)


def test_broken_trees_cost_nothing(sound: Sound, path: Path) -> None:
    """R11: pages that only lead to rows are not needed; a version read as 0 is damage too."""
    inner = [at for at in range(2, len(sound.data) // PAGE + 1) if sound.page(at)[0] in {2, 5, 10}]
    assert inner
    data = bytearray(sound.data)
    data[60:64] = bytes(4)
    for at in inner:
        data[(at - 1) * PAGE : at * PAGE] = b"\xff" * PAGE
    path.write_bytes(data)
    assert mend(path)
    assert look(path) == (sound.calls, sound.spend)


def test_a_broken_page_of_answers_costs_those(sound: Sound, path: Path) -> None:
    """R11: what is on the other pages is kept; what was spent for the lost is told as sent."""
    page = sound.leaves(b"answer")[1]
    gone = sound.keys(page)
    assert len(gone) > 5
    spoil(path, sound.data, (page - 1) * PAGE, b"\0" * PAGE)
    told = mend(path)
    assert told
    assert (told.kept, told.lost) == (CALLS - len(gone), len(gone))
    calls, spend = look(path)
    assert sound.calls.keys() - calls.keys() == gone
    assert sum(one.sends for one in spend) == sum(one.sends for one in sound.spend)
    done = sum(one.tokens_out for one in spend)
    lost = sum(int(key.removeprefix("key-")) for key in gone)
    assert done == sum(one.tokens_out for one in sound.spend) - lost


def test_a_broken_page_of_requests_changes_no_bill(sound: Sound, path: Path) -> None:
    """R11: an ending without its intent still counts, under a role that says so."""
    page = sound.leaves(b"judge")[0]
    spoil(path, sound.data, (page - 1) * PAGE, b"\0" * PAGE)
    told = mend(path)
    assert told
    assert (told.kept, told.lost) == (CALLS, 0)
    calls, spend = look(path)
    assert calls == sound.calls
    for figure in ("sends", "tokens_in", "tokens_out", "usd", "unpriced"):
        now, before = (sum(getattr(one, figure) for one in some) for some in (spend, sound.spend))
        assert now == before, figure
    assert {one.role for one in spend} == {"judge", "lost"}


def test_an_answer_outlives_the_beginning_of_its_request(sound: Sound, path: Path) -> None:
    """R11: answers are found by their key; what was asked is then told as unknown."""
    at = sound.data.index(b"s" * 6000)
    spoil(path, sound.data, at, b"t")
    told = mend(path)
    assert told
    assert (told.kept, told.lost) == (CALLS, 0)
    calls, _ = look(path)
    assert answers(calls) == answers(sound.calls)
    untold = [key for key, (request, _) in calls.items() if request == UNTOLD.decode()]
    assert len(untold) in {66, 67}


def test_what_was_forgotten_or_failed_stays_so(path: Path) -> None:
    """R11, R42: a dropped answer does not come back, and what a question ended with is kept."""
    journal = Journal(path)
    fill(journal, range(5))
    journal.drop("key-3")
    journal.fail("key-9", "told")
    journal.close()
    data = path.read_bytes()
    spoil(path, data, data.index(b"answer 2"), b"b")
    told = mend(path)
    assert told
    assert (told.kept, told.lost) == (3, 1)
    again = Journal(path)
    assert (again.get("key-3"), again.failed("key-9")) == (None, "told")
    fill(again, range(2, 3))
    assert again.count() == 4
    again.check()


def test_an_answer_that_points_at_another_request_is_kept(sound: Sound, path: Path) -> None:
    """R11: a number that was changed costs no answer, and no request is counted twice."""
    path.write_bytes(sound.data)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE ends SET intent = 13 WHERE intent = 77")
    path.write_bytes(b"\xff" * 16 + path.read_bytes()[16:])
    told = mend(path)
    assert told
    assert told.kept == CALLS
    calls, spend = look(path)
    assert calls == sound.calls
    assert sum(one.sends for one in spend) == sum(one.sends for one in sound.spend)


def test_no_second_mend_writes_over_the_first(sound: Sound, path: Path) -> None:
    """R11: each damaged file has a name of its own."""
    names = []
    for _ in range(3):
        spoil(path, sound.data, 0, b"\xff" * 16)
        told = mend(path)
        assert told
        names.append(told.aside.name)
    assert names == [f"journal.sqlite.damaged{end}" for end in ("", "-2", "-3")]


def killed(sound: Sound, path: Path) -> set[str]:
    """A journal as a kill leaves it: latest calls in the side file, and a broken page; its keys."""
    live = path.with_name("live")
    live.write_bytes(sound.data)
    journal = Journal(live)
    fill(journal, range(CALLS, CALLS + MORE))
    for end in ("", "-wal"):
        shutil.copy(f"{live}{end}", f"{path}{end}")
    journal.close()
    live.unlink()
    page = sound.leaves(b"answer")[1]
    spoil(path, path.read_bytes(), (page - 1) * PAGE, b"\0" * PAGE)
    return {*sound.calls, *(f"key-{CALLS + at}" for at in range(MORE))} - sound.keys(page)


def stopped(path: Path, steps: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Mend, with an end before all but so many changes of names; whether it came through."""
    left = itertools.count(1)

    def counted(real: Any) -> Any:
        def change(one: Path, *more: Any, **named: Any) -> Any:
            if next(left) > steps:
                raise KeyboardInterrupt
            return real(one, *more, **named)

        return change

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        try:
            return mend(path) is not None
        except KeyboardInterrupt:
            return False


def test_a_stop_at_any_step_leaves_the_old_state_or_the_new(
    sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R11, R01: whatever step comes last, every call can still be had, the side file's too.

    Somebody who looks at the journal meanwhile keeps the side file from being folded in.
    """
    ready = tmp_path / "ready"
    ready.mkdir()
    keys, ended, steps = killed(sound, ready / "journal.sqlite"), False, 0
    while not ended:
        run = tmp_path / f"run-{steps}"
        shutil.copytree(ready, run)
        path = run / "journal.sqlite"
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM intents").fetchone()[0] > CALLS
            ended = stopped(path, steps, monkeypatch)
        assert (run / "journal.sqlite-wal").exists() <= (not ended)
        sweep(run)
        again = mend(path)
        assert ended <= (again is None), steps
        assert look(path)[0].keys() == keys, steps
        steps += 1
        assert steps < 40
    assert steps > 6
    assert [one.name for one in sorted(run.iterdir())] == [
        "journal.sqlite",
        "journal.sqlite.damaged",
        "journal.sqlite.damaged-wal",
    ]
    assert mend(run / "journal.sqlite.damaged")
    assert look(run / "journal.sqlite.damaged")[0].keys() == keys


def test_what_nothing_can_be_read_of_is_refused(path: Path) -> None:
    """R11: it stays where it is; putting it away is for its owner."""
    path.write_bytes(b"\xff" * 4 * PAGE)
    with pytest.raises(StoreError) as caught:
        mend(path)
    assert caught.value.message == (
        "the damaged journal cannot be mended: no answer in it can be read"
    )
    assert "move it away" in str(caught.value.hint)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("version", "fault", "why"),
    [(3, StoreError, "of the older schema 3"), (9, DataError, "schema 9")],
    ids=["older", "newer"],
)
def test_a_damaged_file_of_another_schema_is_refused(
    sound: Sound, path: Path, version: int, fault: type[Exception], why: str
) -> None:
    """R11, R12: rows of another version are not guessed at; the file is not touched."""
    data = bytearray(sound.data)
    data[60:64] = version.to_bytes(4)
    data[2 * PAGE :] = bytes(len(data) - 2 * PAGE)
    path.write_bytes(data)
    with pytest.raises(fault, match=why):
        mend(path)
    assert path.read_bytes() == data
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_busy_journal_is_not_mended(
    sound: Sound, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M12: another writer's patience is no damage."""
    monkeypatch.setattr("esc_skills._store.journal.PATIENCE", 1)
    path.write_bytes(sound.data)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked"):
            mend(path)
        other.execute("ROLLBACK")
    assert look(path) == (sound.calls, sound.spend)
