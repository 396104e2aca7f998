from __future__ import annotations

from esc_skills._host.nearest import did_you_mean, listed


def test_a_slip_is_answered_with_the_near_name() -> None:
    """One letter off is near enough to guess."""
    assert did_you_mean("bm52", ["bm25", "none"]) == "did you mean 'bm25'?"


def test_a_strange_word_is_answered_with_nothing() -> None:
    """No guess is better than a wild one."""
    assert did_you_mean("zebra", ["bm25", "none"]) == ""


def test_names_are_listed_in_order_and_none_is_said() -> None:
    """A list in a message is sorted; an empty one says so."""
    assert listed({"b", "a"}) == "a, b"
    assert listed(()) == "none"
