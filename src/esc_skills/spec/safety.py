"""An optional promise of profile sets: seekers for the safety veto."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from esc_skills.model import SeekerProfile
from esc_skills.spec.roles import Profiles


@runtime_checkable
class SafetyProfiles(Profiles, Protocol):
    """A profile set that brings seekers who let danger show, for the safety veto alone.

    Both banks of a verification meet them before the gate is asked. No refiner sees them, and no
    score holds them.
    """

    def safety_profiles(self) -> tuple[SeekerProfile, ...]:
        """Seekers with ``safety=True`` and purpose ``verify``, the same ones each time."""
