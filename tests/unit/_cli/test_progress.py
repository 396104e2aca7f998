"""Progress: few lines off a terminal, a panel on one."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from esc_skills._cli.live import LivePanel
from esc_skills._cli.progress import PlainProgress, coarse, echo, moving, progress, told
from esc_skills._cli.tally import Tally
from esc_skills.errors import PluginError
from esc_skills.model import Verdict
from esc_skills.testing.samples import bank

START, DONE = "esc_skills_stage_started", "esc_skills_item_done"


def test_batches_of_one_stage_say_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A stage that goes on in batches is named once; the next stage has a line of its own."""
    shown = PlainProgress()
    for stage in ("evolve", "evolve", "score/none"):
        shown(START, stage=stage, items=10)
    shown(DONE, stage="score/none")
    shown.close()
    assert capsys.readouterr().err.splitlines() == ["evolve (10 items)", "score/none (10 items)"]


def test_a_long_stage_says_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """R47: of 200 slow items, nine lines more; of quick ones, none."""
    now = [0.0]
    shown = PlainProgress(Tally(clock=lambda: now[0]))
    for pace, stage in ((5.0, "score/none"), (0.01, "score/static")):
        shown(START, stage=stage, items=200)
        for _ in range(200):
            now[0] += pace
            shown(DONE, stage=stage)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == [
        "score/none (200 items)",
        "score/none: 20 of 200, about 15 min 00 s left",
        "score/none: 40 of 200, about 13 min 20 s left",
    ]
    assert lines[9:] == [
        "score/none: 180 of 200, about 1 min 40 s left",
        "score/static (200 items)",
    ]


def test_shards_of_a_study_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Their stages are not told, unless one takes long; then it is told whose it is."""
    now = [0.0]
    shown = PlainProgress(Tally(clock=lambda: now[0]), stages=False)
    shown(START, stage="evolve", items=2, shard="full, seed 7")
    now[0] = 60.0
    shown(DONE, stage="evolve", shard="full, seed 7")
    shown.shards("1 of 2 shards: full, seed 7")
    shown.say("a word")
    assert capsys.readouterr().err.splitlines() == [
        "full, seed 7: evolve: 1 of 2, about 1 min 00 s left",
        "1 of 2 shards: full, seed 7",
        "a word",
    ]


def test_quiet_progress_says_nothing() -> None:
    """With ``--json`` nobody is told anything."""
    assert progress(quiet=True) is None


def test_events_worth_a_line() -> None:
    """Banks, verdicts and dropped watchers are told in words."""
    assert "2 skills" in told("esc_skills_bank_promoted", {"bank": bank(), "number": 1})
    verdict = Verdict(decision="reject", gate="g", pairs=30, reason="no gain")
    assert told("esc_skills_verdict", {"verdict": verdict}) == (
        "verdict: reject after 30 pairs; no gain"
    )
    fault = PluginError("raised", hint="mend it", plugin="watcher.x")
    assert "watcher.x" in told("esc_skills_watcher_dropped", {"fault": fault})
    assert told("esc_skills_warned", {"line": "x"}) == "warning: x"


def test_no_event_breaks_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    """An event that cannot be told costs a line, not the run."""
    PlainProgress()("esc_skills_bank_promoted", bank=None, number=1)
    assert capsys.readouterr().err.startswith("warning: no word on this: AttributeError")


def test_lines_are_one_line_and_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """O05: what plug-ins have to say brings no control sign to a terminal."""
    echo("a\x1b]0;title\x07\nb\x9b31m")
    assert capsys.readouterr().err == "a�]0;title� b�31m\n"


def unread() -> io.TextIOWrapper:
    """A pipe whose reader is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    return io.TextIOWrapper(io.FileIO(writing, "wb"), write_through=True)


def closed() -> io.TextIOWrapper:
    """A stream that somebody closed."""
    made = io.TextIOWrapper(io.BytesIO())
    made.close()
    return made


@pytest.mark.parametrize("gone", [unread, closed, lambda: None], ids=["unread", "closed", "none"])
def test_a_closed_stderr_is_no_reason_to_stop(
    gone: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can read any more, nothing is said, and the run goes on."""
    stream = gone()
    monkeypatch.setattr(sys, "stderr", stream)
    shown = PlainProgress()
    for stage in ("evolve", "score/none"):
        shown(START, stage=stage, items=1)
    with suppress(OSError, AttributeError):
        stream.close()


class Tty:
    """Says that it is a terminal, as a test's stream is none."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "moves"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "CI": "false", "NO_COLOR": ""}, True),
        ({}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "CI": "true"}, False),
    ],
    ids=["terminal", "no-ci", "no-term", "dumb", "no-color", "ci"],
)
def test_who_gets_a_panel(
    environ: dict[str, str], moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody at a terminal that can redraw, and did not ask for plain lines."""
    monkeypatch.setattr(sys, "stderr", Tty())
    for name in ("TERM", "CI", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert moving(os.environ) is moves
    kind: type[Any] = LivePanel if moves else PlainProgress
    assert isinstance(progress(quiet=False, study=True), kind)


def test_no_terminal_no_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe or nothing at all is no terminal."""
    assert not moving({"TERM": "xterm"})
    monkeypatch.setattr(sys, "stderr", None)
    assert not moving({"TERM": "xterm"})


@pytest.mark.parametrize(
    ("environ", "plain"),
    [
        ({}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LC_ALL": "POSIX"}, True),
    ],
    ids=["unset", "utf-8", "c", "posix"],
)
def test_the_c_locale_gets_ascii(
    environ: dict[str, str], plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the locale or the stream says so, signs are ASCII."""
    monkeypatch.setattr(sys, "stderr", Tty())
    assert coarse(environ) is plain
    monkeypatch.setattr(Tty, "encoding", "ascii")
    assert coarse(environ)
