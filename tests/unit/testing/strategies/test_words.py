"""Strategies for words."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import Phase, find, given, settings

from esc_skills.testing.strategies.words import ORDINARY, filled_texts, names, several, texts

PROGRAM = """
import sys
import esc_skills.testing
assert "hypothesis" not in sys.modules
"""

QUICK = settings(phases=[Phase.generate], max_examples=2000, database=None)
"""One example is enough; nobody reads it, so it need not be small."""


def test_the_room_needs_no_hypothesis() -> None:
    """A plug-in author without Hypothesis can still use the doubles."""
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


@given(texts(), filled_texts(), several(names(), 1, 2))
def test_texts_can_be_kept_in_a_file(text: str, filled: str, few: tuple[str, ...]) -> None:
    """No lone surrogates; filled means filled; several means a tuple of that many."""
    assert text.encode().decode() == text
    assert filled.strip()
    assert 1 <= len(few) <= 2


def test_texts_that_bit_are_among_them() -> None:
    """Each text that has broken some format is really drawn."""
    for bad in ORDINARY:
        assert find(texts(), lambda text, bad=bad: text == bad, settings=QUICK) == bad
