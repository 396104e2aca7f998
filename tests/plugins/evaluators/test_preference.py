"""Preference bias: the released formula, and its two divisions by zero."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.evaluators.preference import preference_bias, preferences

SIZE = 8
SQUARES = st.lists(
    st.lists(st.integers(0, 50), min_size=SIZE, max_size=SIZE), min_size=SIZE, max_size=SIZE
)


def released(confusion: list[list[int]], rounds: int = 20) -> list[float]:
    """The published procedure, for confusions in which it divides by nothing."""
    table = [list(column) for column in zip(*confusion, strict=True)]
    p = [1.0] * SIZE
    for _ in range(rounds):
        for i in range(SIZE):
            others = [j for j in range(SIZE) if j != i]
            won = sum(table[i][j] * p[j] / (p[i] + p[j]) for j in others)
            p[i] = won / sum(table[j][i] / (p[i] + p[j]) for j in others)
        mean = math.prod(p) ** (1 / SIZE)
        p = [x / mean for x in p]
    return [SIZE * x / sum(p) for x in p]


def test_equals_the_released_procedure() -> None:
    """Where every strategy is missed and chosen, the published numbers come out."""
    confusion = [[(3 * row + 5 * column) % 7 + 1 for column in range(SIZE)] for row in range(SIZE)]
    assert preferences(confusion) == pytest.approx(released(confusion))


def test_no_error_is_no_preference() -> None:
    """Zero over zero: a perfect supporter, and an empty confusion, prefer nothing."""
    perfect = [[5 * (row == column) for column in range(SIZE)] for row in range(SIZE)]
    empty = [[0] * SIZE for _ in range(SIZE)]
    assert preference_bias(perfect) == preference_bias(empty) == 0


def test_always_the_same_answer_is_the_most_biased() -> None:
    """Something over zero: one strategy takes the whole preference of eight."""
    constant = [[4 * (column == 0) for column in range(SIZE)] for _ in range(SIZE)]
    assert preferences(constant) == pytest.approx([8.0] + [0.0] * 7)
    assert preference_bias(constant) == pytest.approx(math.sqrt(7))


@given(SQUARES)
def test_any_confusion_has_finite_preferences(confusion: list[list[int]]) -> None:
    """Preferences are finite, never below 0, and sum to eight."""
    found = preferences(confusion)
    assert all(math.isfinite(value) and value >= 0 for value in found)
    assert sum(found) == pytest.approx(SIZE)
