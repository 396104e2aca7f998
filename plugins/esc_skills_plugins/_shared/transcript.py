"""A talk as a prompt shows it: one line a turn, cuts marked, no hidden thinking."""

from __future__ import annotations

import re
from collections.abc import Sequence

from esc_skills.model import Turn

TURN_CHARACTERS = 4000
"""Longest turn that a prompt shows whole."""
_THINKING = re.compile(r"<(think|thinking|thought)>.*?(</\1>|\Z)", re.IGNORECASE | re.DOTALL)


def without_thinking(text: str) -> str:
    """The words that were meant to be read; an unclosed thought hides all that follows."""
    return _THINKING.sub("", text).strip()


def shortened(text: str, most: int = TURN_CHARACTERS) -> str:
    """One line of at most ``most`` characters of ``text``; a cut shows what is left out."""
    line = " ".join(text.split())
    left = len(line) - most
    return f"{line[:most]} [… {left} characters left out]" if left > 0 else line


def transcript(history: Sequence[Turn], most_turns: int) -> str:
    """The last turns of a talk, one line each, so that no turn can pretend to be two.

    Args:
        history: All turns, oldest first.
        most_turns: Turns kept; what is cut is counted in the first line.
    """
    kept = list(history[-most_turns:])
    cut = len(history) - len(kept)
    mark = [f"[… {cut} earlier turns left out]"] if cut else []
    said = (f"{turn.speaker}: {shortened(without_thinking(turn.text))}" for turn in kept)
    return "\n".join([*mark, *said])
