"""The word that was meant."""

from __future__ import annotations

import pytest

from esc_skills._codec.nearest import nearest


@pytest.mark.parametrize(
    ("word", "meant"),
    [("j", "k"), ("kk", "k"), ("sede", "seed"), ("seeds", "seed"), ("sed", "seed")],
)
def test_one_slip_is_seen_through(word: str, meant: str) -> None:
    """C01: a letter more, less or another, and two exchanged; short words, too."""
    assert nearest(word, ["k", "seed", "repeats"]) == meant


def test_the_more_alike_of_two_slips_wins() -> None:
    """C01: of words that are one slip away, the one that shares more is meant."""
    assert nearest("uses", ["use", "user"]) == "use"


def test_what_is_far_is_no_guess() -> None:
    """C01: a word like none is answered with nothing."""
    assert nearest("zzzz", ["seed", "repeats"]) == ""
    assert nearest("reapeted", ["seed", "repeats"]) == "repeats"
