"""Nouns of studies."""

from __future__ import annotations

from typing import get_args

import pytest

from esc_skills.model import Contrast, StudyCell, StudyRecord, StudyTable
from esc_skills.model.study import WORDS, Word


def test_all_words_of_a_verdict_are_listed() -> None:
    """What a contrast may be called is one list, for the type and for the check."""
    assert get_args(Word) == WORDS


def test_a_contrast_without_pairs_says_nothing() -> None:
    """A bare contrast has no figure and no verdict."""
    one = Contrast(evaluator="sage", name="emotion", arm="a", against="b")
    assert (one.value, one.verdict, one.n) == (None, "not compared", 0)


@pytest.mark.parametrize(
    ("field", "value"), [("verdict", "great"), ("p", 1.5), ("arm", ""), ("family", 0)]
)
def test_a_contrast_refuses_nonsense(field: str, value: object) -> None:
    """A verdict that nobody knows, and a p-value beyond 1, are refused with the field's name."""
    facts = {"evaluator": "sage", "name": "emotion", "arm": "a", "against": "b", field: value}
    with pytest.raises(ValueError, match=field):
        Contrast(**facts)


def test_rows_are_as_wide_as_the_head() -> None:
    """A table with a ragged row is refused, and names itself."""
    with pytest.raises(ValueError, match="main"):
        StudyTable(name="main", caption="c", head=("a", "b"), rows=((StudyCell(text="x"),),))


def test_a_table_needs_a_name_a_caption_and_columns() -> None:
    """Nothing can be printed without them."""
    for missing in ("name", "caption", "head"):
        facts = {"name": "n", "caption": "c", "head": ("a",)}
        with pytest.raises(ValueError, match=missing):
            StudyTable(**{**facts, missing: () if missing == "head" else ""})


def test_a_record_is_empty_until_something_was_found() -> None:
    """Name and kind are all that a record must have."""
    record = StudyRecord(name="s", kind="ablate")
    assert not (record.tables)
    assert not (record.scores)
    assert not (record.contrasts)
    assert not (record.lost)
