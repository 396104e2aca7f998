"""Talks that are kept: read back by our own corpus, closed to others, never over another."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from esc_skills import component
from esc_skills._practice.transcripts import WITHHELD, Line, check_place, flag, record, save, spoken
from esc_skills.errors import UsageError
from esc_skills.model import Reply
from esc_skills.testing import context


def lines() -> list[Line]:
    question = Reply(text="What happened?", strategy="Question")
    made = [
        Line(speaker="seeker", text="I lost my job."),
        spoken(question, flagged=False),
        Line(speaker="seeker", text="SECRET HARM"),
        spoken(Reply(text="CALL HELP", strategy="", fixed=True), flagged=True),
        Line(speaker="seeker", text="Thanks\x1b[2J\u2028."),
        spoken(Reply(text="SECRET SLIP", strategy="Question"), flagged=True),
    ]
    flag(made, 2)
    return made


def test_our_own_corpus_reads_it_back(tmp_path: Path) -> None:
    """Speakers, words and strategies come back; what guards flagged is not in the file (S23)."""
    path = tmp_path / "talk.jsonl"
    save(path, record(lines(), {"bank": "abc", "notice": "A program."}))
    reader = component("corpus", "chat-jsonl")
    reading = asyncio.run(reader.read(path, context()))
    said = [(turn.speaker, turn.text) for turn in reading.dialogues[0].turns]
    assert said[:2] == [("seeker", "I lost my job."), ("supporter", "What happened?")]
    assert [text for _, text in said[2:4]] == [WITHHELD, "CALL HELP"]
    assert said[5] == ("supporter", WITHHELD)
    assert reading.dialogues[0].turns[1].strategies == ("Question",)
    text = path.read_text("utf-8")
    assert "SECRET" not in text
    assert '"bank":"abc"' in text


def test_it_is_closed_to_others_and_over_nothing(tmp_path: Path) -> None:
    """O08: mode 0600; a second talk under that name is refused, and the first stays."""
    path = tmp_path / "talk.jsonl"
    save(path, record(lines(), {}))
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="not overwritten"):
        save(path, record([], {}))
    assert path.read_bytes() == before
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    for wrong in (tmp_path / "link", tmp_path / "no" / "talk.jsonl"):
        with pytest.raises(UsageError):
            check_place(wrong)
