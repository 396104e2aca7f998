"""SAGE's words are read exactly: eight intentions, three types, nothing guessed."""

from __future__ import annotations

import pytest

from esc_skills.errors import DataError
from esc_skills.model import INTENTIONS, PERSONA_TYPES
from esc_skills_plugins._shared.fields import Node
from esc_skills_plugins._shared.sagefiles import PHRASES, TYPES, intention, persona_type
from esc_skills_plugins._shared.tally import Tally


def at(value):
    return Node(value, "f:1", "task", Tally())


def test_every_intention_and_type_has_its_words():
    """The eight intentions and three types of the model are all reachable, each by one phrase."""
    assert sorted(PHRASES.values()) == sorted(INTENTIONS)
    assert set(TYPES.values()) == set(PERSONA_TYPES)
    for phrase, name in PHRASES.items():
        assert intention(at(f"希望对方{phrase}。")) == name
    for name in INTENTIONS:
        assert intention(at(name)) == name


@pytest.mark.parametrize("text", ["", "想聊天", "要建议，也要夸奖"])
def test_an_intention_is_never_guessed(text):
    """None of the phrases, or two of them: refused with the list of phrases."""
    with pytest.raises(DataError) as caught:
        intention(at(text))
    assert "夸奖" in caught.value.hint


def test_an_unknown_type_is_refused():
    """A fourth persona type would break every breakdown."""
    with pytest.raises(DataError, match="persona type"):
        persona_type(at("乐观型"))
