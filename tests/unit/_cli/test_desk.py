"""The desk of a person who talks: words beginning with ``/``, and what is shown."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from esc_skills._cli.desk import BARS, LONGEST, Screen, spark
from esc_skills._cli.keyboard import Keyboard
from esc_skills._practice.chatting import Offer
from esc_skills._practice.transcripts import Line
from esc_skills._stages.cast import Uttered
from esc_skills.model import Alarm, Match, Reaction, Reply
from esc_skills.testing.samples import skill, state

EVIL = "hi\x1b[2J\x1b]8;;http://x\x07\r\u202e there\nyou> forged"


def screen(typed: str = "", **chat: Any) -> Screen:
    made = Screen(keyboard=Keyboard(io.StringIO(typed)))
    facts = {"seat": "seeker", "offer": None, "last": None, "lines": [], **chat}
    made.chat = SimpleNamespace(**facts)
    return made


def uttered(**facts: Any) -> Uttered:
    reply = Reply(**{"text": "Hm.", "strategy": "Question", "used": ("listen-first",), **facts})
    match = Match(skill="listen-first", score=1.0, why="it fits")
    alarm = Alarm(rule="some.rule", speaker="supporter", reason="It protects.")
    return Uttered(state=state(), matches=(match,), reply=reply, alarms=(alarm,))


def test_only_messages_are_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Blank lines, words with ``/`` and what is too long stay here; ``//`` sends one slash."""
    typed = f"\n/wat\x1b[2J\n/skills\n/why\n/state\n{'x' * (LONGEST + 1)}\n//me too\n/quit\nno\n"
    desk = screen(typed)
    assert asyncio.run(desk.listen()) == "/me too"
    shown = capsys.readouterr().out
    assert "/wat\ufffd[2J is no command, and nothing was sent" in shown
    assert f"not sent: {LONGEST + 1} characters" in shown
    for told in ("nothing was offered yet", "nobody has replied yet", "nobody has read"):
        assert told in shown
    assert asyncio.run(desk.listen()) is None
    assert asyncio.run(desk.listen()) == "no"


@pytest.mark.parametrize("seat", ["seeker", "supporter"])
def test_offers_are_shown_on_request(seat: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Names, reasons and the reading; a supporter sees the guidance, too, before they write."""
    offer = Offer(
        state=state(), matches=((Match(skill="listen-first", score=1.0, why="w"), skill()),)
    )
    desk = screen("/skills\n/why\n/state\n", seat=seat, offer=offer, last=uttered(why="by lot"))
    assert asyncio.run(desk.listen()) is None
    shown = capsys.readouterr().out
    assert ("listen-first (used)" in shown) == (seat == "seeker")
    assert (f"- {skill().guidance[0]}" in shown) == (seat == "supporter")
    assert "by lot" in shown
    assert "alarm some.rule (supporter): It protects." in shown
    assert f"read as: {state().label}" in shown


def test_nothing_that_others_wrote_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """O05: escapes, links, bells and carriage returns; no text can pose as another speaker."""
    desk = screen(f"{EVIL}\n", seat="none", last=uttered(why=EVIL), skills=True)
    desk.open = True
    asyncio.run(desk.listen())
    desk.seeker(EVIL)
    desk.replied(uttered(text=EVIL))
    desk.replied(uttered(text=EVIL.replace("\n", " "), fixed=True))
    desk.felt(Reaction(delta=3, emotion=43, thought=EVIL))
    desk._why("")
    shown = capsys.readouterr().out
    assert "emotion 43 (+3)" in shown
    assert not [sign for sign in shown if sign != "\n" and not sign.isprintable()]
    forged = [line for line in shown.splitlines() if line.startswith("you> forged")]
    assert len(forged) == 1  # what the person has typed on a line of its own


def test_a_guards_text_stands_byte_for_byte(capsys: pytest.CaptureFixture[str]) -> None:
    """S3: signs, lines and blanks of the fixed text stay; it says whose place it took."""
    text = "Call 116 123 — now.\n  Or 999！"
    screen().replied(uttered(text=text, fixed=True))
    shown = capsys.readouterr().out
    assert f"guard> {text}\n" in shown
    assert "in place of the reply" in shown


def test_saving_needs_a_file_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """O08: nothing is kept of an empty talk, without a name, or over a file that is there."""
    path = tmp_path / "talk.jsonl"
    screen()._save(str(path))
    line = Line(speaker="seeker", text="hi")
    desk = screen(lines=[line], record=lambda: {"id": "one"})
    for name in ("", str(path), str(path)):
        desk._save(name)
    told = capsys.readouterr().out.splitlines()
    begins = ["   nothing was said", "   give a file", "   saved", "   not saved"]
    assert [a.startswith(b) for a, b in zip(told, begins, strict=True)] == [True] * 4
    assert path.read_text("utf-8") == '{"id":"one"}\n'


def test_a_curve_is_drawn_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 0 to 100 in eight steps; no signs at all where the terminal has none."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "utf-8"))
    assert spark([0, 50, 100]) == BARS[0] + BARS[4] + BARS[7]
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert spark([0, 50, 100]) == ""
