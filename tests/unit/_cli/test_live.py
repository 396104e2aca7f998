"""The panel on a terminal: what is drawn, and what is left."""

from __future__ import annotations

import io
import os
import pty
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from rich.cells import cell_len
from terminal import Screen, watch, window

from esc_skills._cli import live
from esc_skills._cli.live import LivePanel
from esc_skills._cli.tally import Tally
from esc_skills.model import Verdict
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile

START, DONE = "esc_skills_stage_started", "esc_skills_item_done"
TALK = trace(profile(), 9, -3)


@attrs.define
class Terminal:
    """A pty as standard error; rows and columns of its window are 24 and 60."""

    patch: pytest.MonkeyPatch
    handle: int = 0
    end: int = 0
    written: bytes = b""

    def sit(self, every: float = 0) -> LivePanel:
        """Begin to watch; within a test, for pytest takes the streams between its phases."""
        self.handle, self.end = pty.openpty()
        self.resize(60)
        self.patch.setenv("TERM", "xterm")
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            self.patch.delenv(name, raising=False)
        size = os.get_terminal_size
        self.patch.setattr(os, "get_terminal_size", lambda *_: size(self.end))
        stream = io.TextIOWrapper(os.fdopen(self.end, "wb", 0, closefd=False), "utf-8")
        self.patch.setattr(sys, "stderr", stream)
        return LivePanel(Tally(clock=lambda: 0.0), every=every)

    def resize(self, columns: int) -> None:
        """Make the window narrower or wider."""
        window(self.end, 24, columns)

    def read(self) -> str:
        """All that was written so far."""
        sys.stderr.flush()
        os.set_blocking(self.handle, False)
        try:
            while some := os.read(self.handle, 65536):
                self.written += some
        except OSError:  # nothing more now
            return self.written.decode()
        return self.written.decode()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Somebody sits there once ``sit`` is called."""
    made = Terminal(monkeypatch)
    yield made
    monkeypatch.undo()
    for handle in (made.handle, made.end):
        os.close(handle)


def told(shown: LivePanel, talks: int) -> None:
    """Let a stage go on for a while."""
    shown(START, stage="score/none", items=40)
    for _ in range(talks):
        shown("esc_skills_trace_done", trace=TALK)
        shown(DONE, stage="score/none")


def test_frames_move_and_the_end_is_clean(terminal: Terminal) -> None:
    """Words stay, the panel is erased, the cursor is back, and no thread is left."""
    shown = terminal.sit(0.01)
    told(shown, 3)
    shown.draw()
    seen = Screen(60).feed(terminal.read())
    assert "score/none    ━╌╌" in seen.text
    assert "3 of 40" in seen.text
    assert not seen.cursor
    verdict = Verdict(decision="reject", gate="g", pairs=3, reason="no\x1b[2J gain")
    shown("esc_skills_verdict", proposal=None, verdict=verdict)
    shown.close()
    end = Screen(60).feed(terminal.read())
    assert end.text == "verdict: reject after 3 pairs; no�[2J gain"
    assert end.cursor
    assert not end.strange
    assert "panel" not in {thread.name for thread in threading.enumerate()}


def test_every_row_fits_a_narrow_window_and_a_smaller_one(terminal: Terminal) -> None:
    """A window narrower than the panel, and one that shrinks meanwhile: no row is too long."""
    shown = terminal.sit()
    told(shown, 30)
    for width in (60, 31, 9, 100):
        terminal.resize(width)
        terminal.read()
        terminal.written = b""
        shown.draw()
        rows = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", terminal.read()).split("\n")
        assert len(rows) >= 4
        assert max(map(cell_len, rows)) <= width - 1
    shown.close()


def test_what_others_print_goes_above(terminal: Terminal) -> None:
    """A word on standard error does not tear the panel."""
    shown = terminal.sit()
    told(shown, 1)
    sys.stderr.write("a plug-in speaks\n")
    shown.draw()
    seen = Screen(60).feed(terminal.read()).text.splitlines()
    assert seen[0] == "a plug-in speaks"
    assert seen[1].startswith("extract ✓")
    shown.close()


def test_a_broken_view_is_dropped_with_one_line(terminal: Terminal) -> None:
    """Whatever drawing raises, the run goes on with plain lines."""
    shown = terminal.sit()
    told(shown, 1)
    shown.tally.felt.append("no number")  # type: ignore[arg-type]
    for _ in range(3):
        shown.draw()
        told(shown, 1)
    shown("esc_skills_warned", line="mind the gap")
    shown.close()
    seen = Screen(60).feed(terminal.read())
    assert [line for line in seen.text.splitlines() if "warning" in line] == [
        "warning: no live view any more: TypeError: unsupported opera",
        "warning: mind the gap",
    ]
    assert seen.cursor


def test_a_terminal_that_goes_away_is_no_reason_to_stop(terminal: Terminal) -> None:
    """A closed standard error ends the view and nothing else."""
    shown = terminal.sit()
    told(shown, 1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, terminal.end)  # writing fails from now on
    os.close(nowhere)
    shown.draw()
    told(shown, 1)
    shown.close()
    assert shown.tally.talks == 2


def test_a_process_that_is_ended_by_force_gives_the_terminal_back(terminal: Terminal) -> None:
    """What hangs is ended without a word to the view; the cursor comes back all the same."""
    shown = terminal.sit()
    told(shown, 1)
    live.leave()
    seen = Screen(60).feed(terminal.read())
    assert seen.cursor
    assert seen.text == ""


def test_a_run_in_a_real_terminal(small_experiment: Path, tmp_path: Path) -> None:
    """A whole run: the road moves on, and at the end stand words and tables alone."""
    script = Path(sys.executable).with_name("esc-skills")
    words = [str(script), "distil", str(tmp_path / "r"), "--experiment", str(small_experiment)]
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C", "HOME": str(tmp_path)}
    code, written = watch(words, environ, columns=72)
    assert code == 0, written
    assert "> distil" in written
    assert "\x1b[?25l" in written
    end = Screen(72).feed(written)
    assert (end.cursor, end.strange) == (True, [])
    told = [line.partition(":")[0] for line in end.text.splitlines() if ":" in line]  # a path wraps
    assert told == ["bank 0", "bank", "run"]
