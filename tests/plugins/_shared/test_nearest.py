"""A word that nobody knows is answered with the nearest one, or with the list."""

from __future__ import annotations

from esc_skills_plugins._shared.nearest import suggestion


def test_near_and_far_words():
    """One clear suggestion when there is one, all names otherwise, always in the same order."""
    assert suggestion("Aple", {"pear", "apple"}) == "did you mean 'apple'?"
    assert suggestion("zzz", {"pear", "apple"}) == "known: apple, pear"
