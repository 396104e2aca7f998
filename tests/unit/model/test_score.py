"""Scores."""

from __future__ import annotations

import pytest

from esc_skills.model import Part, Score


def test_a_score_without_items_has_no_value() -> None:
    """S18: a fault is never a zero."""
    score = Score(evaluator="e", name="n", value=None, n=0, of=3, signature="s")
    assert score.value is None


@pytest.mark.parametrize("change", [{"n": -1}, {"of": -1}, {"evaluator": ""}, {"name": " "}])
def test_a_score_is_named_and_counted(change: dict[str, object]) -> None:
    """No score without its name and its denominators."""
    fields = {"evaluator": "e", "name": "n", "value": 1.0, "n": 1, "of": 1, "signature": "s"}
    with pytest.raises(ValueError, match=next(iter(change))):
        Score(**{**fields, **change})  # type: ignore[arg-type]


def test_a_part_has_a_group() -> None:
    """A figure beside a score says what it is of."""
    with pytest.raises(ValueError, match="group"):
        Part(group="", value=1)
