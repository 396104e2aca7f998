"""Deals seekers out to refine, verify and report, so that each set looks like the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import attrs

from esc_skills.model import SeekerProfile
from esc_skills.model.profile import Purpose

RULE = (
    "sorted by persona type, intention, then sha256 of seed and id; each goes to the purpose "
    "that is owed most"
)
"""The rule in one line."""


def _owed(shares: dict[Purpose, float], given: dict[Purpose, int], dealt: int) -> Purpose:
    """Purpose furthest behind its share; the first one named wins a tie."""
    return max(shares, key=lambda name: round(shares[name] * (dealt + 1) - given[name], 9))


def dealt(
    profiles: Iterable[SeekerProfile], *, refine: float, verify: float, seed: int
) -> tuple[SeekerProfile, ...]:
    """Give every profile its purpose, in the order received.

    Going through the seekers type by type and intention by intention keeps the shares not only
    over all, but inside each type and, as far as whole seekers can, inside each intention.

    Args:
        profiles: Seekers with unique ids.
        refine: Share for refinement, 0 to 1.
        verify: Share for verification; what is left is for the report.
        seed: Another seed gives another deal.
    """
    given_order = list(profiles)

    def rank(profile: SeekerProfile) -> tuple[str, str, str]:
        drawn = hashlib.sha256(f"{seed}:{profile.id}".encode("utf-8", "replace")).hexdigest()
        return profile.persona_type, profile.intention, drawn

    shares: dict[Purpose, float] = {
        "report": 1.0 - refine - verify,
        "refine": refine,
        "verify": verify,
    }
    given: dict[Purpose, int] = dict.fromkeys(shares, 0)
    purpose: dict[str, Purpose] = {}
    for count, profile in enumerate(sorted(given_order, key=rank)):
        chosen = _owed(shares, given, count)
        given[chosen] += 1
        purpose[profile.id] = chosen
    return tuple(attrs.evolve(profile, purpose=purpose[profile.id]) for profile in given_order)
