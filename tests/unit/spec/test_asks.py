"""Declarations of questions: small, checked, and honest about what they may hold."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.spec import Ask, Makes, Prompt
from esc_skills.spec.asks import THINGS, UNITS

PROMPT = Prompt(system="s", task="t")


def test_an_unknown_unit_of_work_is_refused() -> None:
    """A plan can only count what it knows."""
    with pytest.raises(ValueError, match="per"):
        Ask(role="judge", per="moon", prompt=PROMPT)
    with pytest.raises(ValueError, match="what"):
        Makes(what="moon", likely=1, most=1)


@pytest.mark.parametrize("wrong", [{"calls": -1}, {"most": -1}, {"group": 0}, {"turns": -1}])
def test_figures_below_their_range_are_refused(wrong: dict[str, int]) -> None:
    """No declaration makes a plan cheaper than nothing."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Ask(role="judge", per="run", prompt=PROMPT, **wrong)


def test_a_declaration_is_a_value() -> None:
    """Equal declarations are equal; they are frozen."""
    assert Ask(role="judge", per="run", prompt=PROMPT) == Ask(
        role="judge", per="run", prompt=PROMPT
    )
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Makes(what="skill", likely=1, most=1).most = 2  # type: ignore[misc]


def test_every_unit_and_thing_is_explained() -> None:
    """The names are the documentation of what may be counted."""
    assert all(words for words in (*UNITS.values(), *THINGS.values()))
