"""Coroutines from ordinary code, also inside a notebook's loop."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading

import pytest

from esc_skills._engine import lastly, vigil
from esc_skills._engine.loop import YOUNG, complete
from esc_skills.errors import PluginError


async def answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def fail() -> None:
    raise KeyError("lost")


def test_work_is_done_without_a_loop() -> None:
    """Ordinary code gets the result."""
    assert complete(answer(3)) == 3


class Heavy:
    """A result whose repr would take long."""

    def __repr__(self) -> str:
        raise AssertionError("nobody asked for words")


def test_the_result_is_not_put_into_words() -> None:
    """`asyncio.run` takes the repr of what a task made; for the record of a run that is seconds."""

    async def heavy() -> Heavy:
        return Heavy()

    assert isinstance(complete(heavy()), Heavy)


def test_work_is_done_inside_a_running_loop() -> None:
    """In a notebook, where a loop already runs, the same call gives the same result."""

    async def cell() -> int:
        return complete(answer(3))

    assert asyncio.run(cell()) == 3


def test_running_loop_stays_as_it_was() -> None:
    """The work gets a loop and a thread of its own; the notebook's loop is the same after."""

    async def where() -> tuple[int, object]:
        return threading.get_ident(), asyncio.get_running_loop()

    async def cell() -> None:
        mine = await where()
        theirs = complete(where())
        assert theirs[0] != mine[0]
        assert theirs[1] is not mine[1]
        assert await where() == mine

    asyncio.run(cell())


def test_fault_comes_out_as_it_is() -> None:
    """An exception of the work is raised unchanged, with and without a running loop."""

    async def cell() -> None:
        complete(fail())

    with pytest.raises(KeyError, match="lost"):
        complete(fail())
    with pytest.raises(KeyError, match="lost"):
        asyncio.run(cell())


@pytest.mark.parametrize("before", [700, 50_000, 0])
def test_garbage_is_looked_for_less_often_while_work_is_done(before: int) -> None:
    """Collections are rarer, never more frequent, never switched on; what was set comes back."""

    async def look() -> int:
        return gc.get_threshold()[0]

    own = gc.get_threshold()
    try:
        gc.set_threshold(before, 10, 10)
        assert complete(look()) == (max(before, YOUNG) if before else 0)
        with pytest.raises(KeyError):
            complete(fail())
        assert gc.get_threshold() == (before, 10, 10)
    finally:
        gc.set_threshold(*own)


@pytest.mark.parametrize("watched", [False, True], ids=["person", "watch"])
def test_a_second_interrupt_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, watched: bool
) -> None:
    """R03: it raises at no line, but does what the command line said; the watch may ask twice."""
    ends: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(lastly, "impatient", lambda: ends.append("now"))
    monkeypatch.setattr(vigil, "_stuck", [])

    async def work() -> None:
        if watched:
            vigil._stuck.append(PluginError("hangs", hint="-"))
        signal.raise_signal(signal.SIGINT)
        assert ends == []
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt if not watched else PluginError):
        complete(work())
    signal.signal(signal.SIGINT, before)
    assert ends == ([] if watched else ["now"])


def test_without_an_interrupt_its_handler_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """R03: after a run Ctrl-C does what it did before it."""
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(lastly, "impatient", lambda: None)

    async def work() -> bool:
        return signal.getsignal(signal.SIGINT) is before

    assert complete(work()) is False
    assert signal.getsignal(signal.SIGINT) is before
