"""Seeker profiles."""

from __future__ import annotations

import pytest

from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES, SeekerProfile

FIELDS = {
    "id": "p",
    "persona": "",
    "scene": "",
    "persona_type": "negative",
    "intention": "deep-empathy",
    "opening": "Hi.",
}


def test_the_grid_of_sage() -> None:
    """Eight intentions by three persona types; three purposes that never mix."""
    assert (len(INTENTIONS), len(PERSONA_TYPES), len(PURPOSES)) == (8, 3, 3)
    assert SeekerProfile(**FIELDS).start_emotion == 40  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"persona_type": "happy"},
        {"intention": "gossip"},
        {"purpose": "train"},
        {"opening": ""},
        {"start_emotion": 101},
    ],
)
def test_a_profile_is_of_a_known_kind(change: dict[str, object]) -> None:
    """An unknown kind would fall out of every breakdown."""
    with pytest.raises(ValueError, match=next(iter(change))):
        SeekerProfile(**{**FIELDS, **change})  # type: ignore[arg-type]
