"""One chat line: what it must hold, and what it may."""

from __future__ import annotations

from esc_skills_plugins._shared.chatrecord import FIELDS, chat_draft
from esc_skills_plugins._shared.fields import Node
from esc_skills_plugins._shared.tally import Tally


def test_the_documented_fields_are_all_known():
    """Every field of the format's description is read without a finding."""
    tally = Tally()
    line = {
        "id": "a-1",
        "messages": [],
        "emotion": "x",
        "problem": "y",
        "situation": "z",
        "intensity_before": 5,
        "intensity_after": 2,
        "split": "valid",
    }
    made = chat_draft(Node(line, "f:1", "", tally, "line 1"), "chat-jsonl")
    assert set(line) == FIELDS
    assert not tally.findings()
    assert made.facts["split"] == "valid"


def test_the_line_number_stands_in_for_an_id():
    """Without an id the name comes from the corpus and the line, so that it stays the same."""
    made = chat_draft(Node({"messages": []}, "f:17", "", Tally(), "line 17"), "mine")
    assert made.id == "mine-0017"
