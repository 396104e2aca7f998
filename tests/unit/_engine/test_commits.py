"""Journal writes of one turn of the event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

from disks import small_disk

from esc_skills._engine.commits import Commits
from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills.errors import StoreError

INTENT = Intent(key="k", role="judge", place="p", model="m")


def test_intents_of_one_turn_are_written_together_before_anybody_goes_on(tmp_path: Path) -> None:
    """R02: who waits goes on only after the row is in the file."""
    journal = Journal(tmp_path / "journal.sqlite")
    commits = Commits(journal)

    async def one() -> int:
        row = await commits.intend(INTENT)
        assert Journal(journal.path).spend()[0].sends == 3
        await commits.end(Ending(id=row, state="done", kept=(f"k{row}", b"{", b"}", b"{}")))
        return row

    async def three() -> list[int]:
        return await asyncio.gather(one(), one(), one())

    assert asyncio.run(three()) == [1, 2, 3]
    assert journal.count() == 3


def test_one_turn_is_one_transaction(tmp_path: Path) -> None:
    """However many calls are under way, the disk is asked once a turn of the event loop."""
    journal, told = Journal(tmp_path / "journal.sqlite"), []

    async def work() -> None:
        commits = Commits(journal)
        await commits.intend(INTENT)
        assert journal._open is not None
        journal._open.set_trace_callback(told.append)
        await asyncio.gather(*(commits.intend(INTENT) for _ in range(5)))

    asyncio.run(work())
    assert sum(line.startswith("BEGIN") for line in told) == 1


def test_a_cancelled_intent_is_not_counted_as_sent(tmp_path: Path) -> None:
    """What was cancelled before or just after its intent was written was never sent."""
    journal = Journal(tmp_path / "journal.sqlite")
    commits = Commits(journal)

    async def work() -> None:
        early = asyncio.create_task(commits.intend(INTENT))
        await asyncio.sleep(0)
        early.cancel()
        late = asyncio.create_task(commits.intend(INTENT))
        await asyncio.sleep(0)
        commits.flush()
        late.cancel()
        await asyncio.gather(early, late, return_exceptions=True)

    asyncio.run(work())
    assert journal.spend() == ()


def test_an_interrupt_while_rows_are_written_hurts_nobody_else(tmp_path: Path) -> None:
    """R03, R04: who gave up during the write was never sent; all the others go on, in silence."""
    journal = Journal(tmp_path / "journal.sqlite")
    commits, heard = Commits(journal), []

    async def work() -> object:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: heard.append(told))
        before = await commits.intend(INTENT)
        gone, stays = (asyncio.create_task(commits.intend(INTENT)) for _ in range(2))
        ended = commits.end(Ending(id=before, state="done"))
        assert journal._open is not None
        journal._open.set_trace_callback(lambda _: (gone.cancel(), ended.cancel()))
        return await asyncio.gather(gone, stays, return_exceptions=True)

    lost, kept = asyncio.run(asyncio.wait_for(work(), 5))  # type: ignore[misc]
    assert isinstance(lost, asyncio.CancelledError)
    assert isinstance(kept, int)
    assert not heard
    assert {one.state: one.sends for one in journal.spend()} == {"done": 1, "sent": 1}


def test_a_disk_that_refuses_stops_everybody_who_waits(tmp_path: Path) -> None:
    """R06, R07: nobody sends without an intent on disk; all who wait are told, and none counts."""
    journal = Journal(tmp_path / "journal.sqlite")
    journal.put("before", "{}", "{}")
    commits = Commits(journal)

    async def three() -> list[object]:
        return await asyncio.gather(
            *(commits.intend(INTENT) for _ in range(3)), return_exceptions=True
        )

    with small_disk(1000):
        told = asyncio.run(three())
    assert [type(fault) for fault in told] == [StoreError] * 3
    assert {one.state for one in journal.spend()} <= {"kept"}
    assert asyncio.run(three()) == [1, 2, 3]


def test_it_works_in_one_event_loop_after_the_other(tmp_path: Path) -> None:
    """A run has several event loops, one after the other."""
    commits = Commits(Journal(tmp_path / "journal.sqlite"))
    assert [asyncio.run(commits.intend(INTENT)) for _ in range(2)] == [1, 2]
