"""The optional promise of profile sets that bring seekers for the veto."""

from __future__ import annotations

from esc_skills.spec import Profiles, SafetyProfiles
from esc_skills_plugins.profiles.generated import GeneratedProfiles
from esc_skills_plugins.profiles.grid import GridProfiles


def test_the_promise_is_optional() -> None:
    """S8: a set without it is a set of profiles all the same."""
    assert isinstance(GridProfiles(), SafetyProfiles)
    assert isinstance(GeneratedProfiles(), Profiles)
    assert not isinstance(GeneratedProfiles(), SafetyProfiles)
