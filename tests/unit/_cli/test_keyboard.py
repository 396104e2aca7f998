"""Lines that a person types."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import pytest

from esc_skills._cli.keyboard import Keyboard


async def everything(keyboard: Keyboard) -> list[str]:
    lines = []
    while (line := await keyboard.line()) is not None:
        lines.append(line)
    return lines


def test_lines_come_whole_whatever_they_hold(tmp_path: Path) -> None:
    """Line ends of any kind, no end at all, and bytes that are no text."""
    path = tmp_path / "typed"
    path.write_bytes("one\r\n\nzwei ä\nthr\xffee".encode("latin-1"))
    with path.open(encoding="utf-8") as file:
        assert asyncio.run(everything(Keyboard(file))) == ["one", "", "zwei \ufffd", "thr\ufffdee"]
    assert asyncio.run(everything(Keyboard(io.StringIO("a\nb")))) == ["a", "b"]


def test_a_shut_input_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no stream at all where a program was started without one (``<&-``)."""
    monkeypatch.setattr("sys.stdin", None)
    assert asyncio.run(everything(Keyboard())) == []
    assert not Keyboard().echoes


def test_the_loop_goes_on_while_nobody_types() -> None:
    """Waiting blocks nobody; a message in pieces is one; who is called off lets go at once."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as file:
        keyboard = Keyboard(file)

        async def wait() -> str | None:
            task = asyncio.create_task(keyboard.line())
            for piece in (b"hel", b"lo\nse", b"cond\n"):
                await asyncio.sleep(0.01)
                assert not task.done() or piece == b"cond\n"
                os.write(writing, piece)
            assert [await task, await keyboard.line()] == ["hello", "second"]
            late = asyncio.create_task(keyboard.line())
            await asyncio.sleep(0.01)
            late.cancel()
            with pytest.raises(asyncio.CancelledError):
                await late
            return await keyboard.line()

        assert asyncio.run(asyncio.wait_for(wait(), timeout=5)) is None
    os.close(writing)
