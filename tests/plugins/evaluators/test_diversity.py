"""Distinct-n by hand."""

from __future__ import annotations

import pytest

from esc_skills_plugins.evaluators.diversity import distinct_together, distinct_within, ngrams


def test_ngrams_are_counted_with_repeats() -> None:
    """A run of words that comes twice counts twice; too short a text has none."""
    assert ngrams(["a", "b", "a", "b"], 2) == {("a", "b"): 2, ("b", "a"): 1}
    assert not ngrams(["a"], 2)


def test_all_replies_together() -> None:
    """Types of both dialogues over all tokens; one dialogue has no interval."""
    found = distinct_together([("d0", ["so", "so", "hard"]), ("d1", ["so", "late"])], 1)
    assert found.value == 3 / 5
    assert found.n == 2
    assert distinct_together([("d0", ["so", "so", "hard"])], 1).low is None


def test_the_interval_leaves_each_dialogue_out_once() -> None:
    """Without d0 2 of 2, without d1 2 of 3: the jackknife of those two figures."""
    found = distinct_together([("d0", ["so", "so", "hard"]), ("d1", ["so", "late"])], 1)
    error = (1 - 2 / 3) / 2
    assert found.high is not None
    assert found.high - 3 / 5 == pytest.approx(1.959964 * error, abs=1e-6)


def test_no_words_no_figure() -> None:
    """Nothing said, or nothing long enough: None, not 0."""
    assert distinct_together([], 1).value is None
    assert distinct_together([("d0", ["so"])], 2).value is None
    assert distinct_within(["so"], 2) is None
    assert distinct_within([], 1) is None


def test_within_one_reply() -> None:
    """Two types of three tokens."""
    assert distinct_within(["so", "so", "hard"], 1) == 2 / 3
