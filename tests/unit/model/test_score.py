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


@pytest.mark.parametrize(
    ("value", "low", "high", "word"),
    [
        (1.0, 0.1, 5.0, "better"),
        (-1.0, -5.0, -0.1, "worse"),
        (1.0, -1.0, 5.0, "not distinguishable"),
        (1.0, 0.0, 5.0, "not distinguishable"),
        (0.0, 0.0, 0.0, "not distinguishable"),
        (1.0, None, 5.0, "not measured"),
        (None, 0.1, 5.0, "not measured"),
    ],
)
def test_difference_claims_what_its_interval_bears(
    value: float | None, low: float | None, high: float | None, word: str
) -> None:
    """An interval that holds zero tells nothing apart, however large the value in it is."""
    score = Score(
        evaluator="e", name="n", value=value, low=low, high=high, n=1, of=1, signature="s"
    )
    assert score.claim == word
