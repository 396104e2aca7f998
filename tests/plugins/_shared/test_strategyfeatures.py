"""What the strategy model looks at."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import STRATEGIES
from esc_skills_plugins._shared.strategyfeatures import (
    WINDOW,
    features,
    grams,
    stem,
    takes_leave,
    words,
)
from esc_skills_plugins._shared.strategyview import Step, View

STEPS = st.builds(
    Step, st.text(max_size=40), st.text(max_size=40), st.sampled_from([*STRATEGIES, ""])
)


@given(st.lists(STEPS, max_size=6).map(tuple), st.text(max_size=60))
def test_features_of_any_text_are_finite(steps: tuple[Step, ...], now: str) -> None:
    """Whatever people write, every feature is a finite number."""
    view = View(steps, now)
    assert all(isfinite(value) for value in (*features(view).values(), *grams(view).values()))


def test_order_and_habits() -> None:
    """Last strategy, place, and what was used so far."""
    found = features(View((Step("Hi", "How are you?", STRATEGIES[0]),), "Not well."))
    assert {"last=0", "before=-", "turn=answers", "at=1", "used=0", "say=asks"} <= set(found)
    assert found["since=0"] == 0 < found["since=1"] == 1
    assert "used=1" not in found


def test_only_a_window_of_a_long_talk_is_read() -> None:
    """A strategy used before the window no longer counts; the place in the talk does."""
    old = Step("a", "b", STRATEGIES[3])
    late = tuple(Step("a", "b", STRATEGIES[0]) for _ in range(WINDOW))
    found = features(View((old, *late), "x"))
    assert "used=3" not in found
    assert found["turns"] == 2.5


def test_grams_of_a_side_have_length_one() -> None:
    """Stems and pairs of both sides, each side scaled by itself."""
    found = grams(View((Step("", "You cried.", ""),), "walking walks"))
    assert {"h:walk", "h:walk walk", "h:^ walk", "s:cri"} <= set(found)
    heard = sum(value**2 for name, value in found.items() if name.startswith("h:"))
    assert heard == pytest.approx(1)


def test_words_and_stems() -> None:
    """Case and marks fall away, questions stay; endings are cut, short words are kept."""
    assert words("Why ME? 12 Don't.") == ("why", "me", "?", "12", "don't")
    assert [stem(word) for word in ("feelings", "tried", "is", "sadly")] == [
        "feeling",
        "tri",
        "is",
        "sad",
    ]


@pytest.mark.parametrize(
    ("text", "leaves"), [("ok, have a good day", True), ("Bye!", True), ("I had a good day", False)]
)
def test_goodbye(text: str, leaves: bool) -> None:
    """A goodbye is known by its words."""
    assert takes_leave(text) is leaves
