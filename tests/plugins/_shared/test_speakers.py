"""Role names lead to the two speakers of the model."""

from __future__ import annotations

from esc_skills_plugins._shared.speakers import role_hint, speaker_of


def test_known_and_unknown_roles():
    """I08: known names map whatever their case; unknown ones get a hint and no guess."""
    assert speaker_of(" Listener") == "supporter"
    assert speaker_of("USER") == "seeker"
    assert speaker_of("narrator") is None
    assert role_hint("counselr") == "did you mean 'counselor'?"
    assert role_hint("zzz").startswith("known: ")
