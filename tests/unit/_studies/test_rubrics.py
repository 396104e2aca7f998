"""What raters are asked."""

from __future__ import annotations

import pytest

from esc_skills._studies.rubrics import questions, rubric
from esc_skills.errors import UsageError


def test_rubric_items_keep_their_scale() -> None:
    """Every installed evaluator with questions lends them, by id."""
    known = rubric()
    assert {"understanding", "warmth"} <= set(known)
    (asked,) = questions(["warmth"], "rate")
    assert asked == known["warmth"]
    assert (asked.least, asked.most) == (1, 5)
    assert asked.words.endswith("?")


def test_nothing_named_asks_the_whole_rubric_or_one_preference() -> None:
    """Ratings take the rubric, pairs ask which one people would rather talk to."""
    assert [item.id for item in questions((), "rate")] == list(rubric())
    assert [item.id for item in questions((), "pair")] == ["preference"]


def test_own_words_have_the_scale_that_was_given() -> None:
    """``ID=QUESTION`` and a bare question both work; ids are safe as column titles."""
    asked = questions(["clear=How clear?", "Does it help?", "=Why?"], "rate", (0, 10))
    assert [item.id for item in asked] == ["clear", "does-it-help", "own"]
    assert [item.words for item in asked] == ["How clear?", "Does it help?", "Why?"]
    assert {(item.least, item.most) for item in asked} == {(0, 10)}


@pytest.mark.parametrize(
    ("items", "scale", "told"),
    [
        pytest.param(["warmht"], (1, 5), "warmth", id="misspelt"),
        pytest.param(["warmth", "warmth=?"], (1, 5), "warmth", id="twice"),
        pytest.param(["a=b"], (5, 5), "scale", id="no-scale"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    items: list[str], scale: tuple[int, int], told: str
) -> None:
    """A misspelt id names those that there are."""
    with pytest.raises(UsageError, match=told):
        questions(items, "rate", scale)
