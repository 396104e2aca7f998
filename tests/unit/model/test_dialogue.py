"""Turns and dialogues."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model import STRATEGIES, Dialogue, Turn

TURNS = (Turn(speaker="seeker", text="hi"), Turn(speaker="supporter", text="hello"))
DIALOGUE = Dialogue(id="d", turns=TURNS, corpus="sample", licence="Apache-2.0")


def test_the_eight_strategies_stand_in_the_papers_order() -> None:
    """The order decides tables and ties; Others is last."""
    assert len(STRATEGIES) == 8
    assert (STRATEGIES[0], STRATEGIES[-1]) == ("Question", "Others")


def test_a_fingerprint_is_the_words_alone() -> None:
    """I06: the same talk under another id has the same fingerprint."""
    assert attrs.evolve(DIALOGUE, id="e", emotion="fear").fingerprint == DIALOGUE.fingerprint
    assert attrs.evolve(DIALOGUE, turns=TURNS[::-1]).fingerprint != DIALOGUE.fingerprint


@pytest.mark.parametrize(
    "change", [{"id": " "}, {"turns": ()}, {"intensity_before": 0}, {"intensity_after": 6}]
)
def test_a_dialogue_has_a_name_words_and_sound_ratings(change: dict[str, object]) -> None:
    """I05, I10: an impossible dialogue cannot be made."""
    with pytest.raises(ValueError, match=next(iter(change))):
        attrs.evolve(DIALOGUE, **change)


def test_a_turn_has_a_known_speaker() -> None:
    """I08: another role must be mapped before."""
    with pytest.raises(ValueError, match="seeker, supporter"):
        Turn(speaker="listener", text="x")  # type: ignore[arg-type]
