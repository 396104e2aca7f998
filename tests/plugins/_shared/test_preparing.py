"""Whatever the format, a reading states its rules and refuses what it cannot tell apart."""

from __future__ import annotations

import pytest

from esc_skills.errors import DataError
from esc_skills.model import Turn
from esc_skills_plugins._shared.preparing import Draft, Preparation
from esc_skills_plugins._shared.strictjson import Row
from esc_skills_plugins._shared.textfile import TextFile


def rows(number):
    return [Row(value={}, where=f"f:{at + 1}", path="") for at in range(number)]


def draft(record, position, name=""):
    turns = [Turn(speaker="seeker", text=f"a{position}"), Turn(speaker="supporter", text="b")]
    return Draft(id=name or f"d{position}", turns=turns)


def test_every_reading_states_its_rules():
    """Merge, labels, split, skipping, characters and licence are printed with every number."""
    preparation = Preparation(corpus="c", licence="MIT")
    reading = preparation.reading(TextFile(where="f", text="x"), rows(3), draft)
    assert [name for name, _ in reading.rules] == [
        "merge",
        "labels",
        "split",
        "skip_bad",
        "characters",
        "licence",
    ]
    assert len(reading.dialogues) == 3


def test_equal_ids_end_the_reading_even_with_skip_bad():
    """I06: an id that stands twice is no bad record but a broken corpus."""
    preparation = Preparation(corpus="c", licence="MIT", skip_bad=True)
    with pytest.raises(DataError, match="'same', which line 1 has too"):
        preparation.reading(
            TextFile(where="f", text="x"), rows(2), lambda node, at: draft(node, at, "same")
        )


def test_another_encoding_is_reported():
    """I03: a file that was not UTF-8 is read, and the report says so without naming the path."""
    preparation = Preparation(corpus="c", licence="MIT")
    file = TextFile(where="f", text="x", encoding="utf-16")
    finding = next(
        item for item in preparation.reading(file, rows(1), draft).findings if "utf-16" in item.rule
    )
    assert finding.where == ("file",)
