"""Counts what a reader did to its data, with the first few places."""

from __future__ import annotations

import attrs

from esc_skills.model import Finding

SHOWN = 5
"""Places kept for each rule; the count goes on."""


@attrs.define
class Tally:
    """Findings while they are being counted; lives as long as one reading."""

    counts: dict[str, int] = attrs.field(factory=dict)
    """Times each rule fired."""
    places: dict[str, list[str]] = attrs.field(factory=dict)
    """First places of each rule."""

    def add(self, rule: str, place: str, count: int = 1) -> None:
        """Count ``rule`` once more, or ``count`` times, at ``place``."""
        self.counts[rule] = self.counts.get(rule, 0) + count
        seen = self.places.setdefault(rule, [])
        if len(seen) < SHOWN:
            seen.append(place)

    def findings(self) -> tuple[Finding, ...]:
        """All rules that fired, sorted by name."""
        return tuple(
            Finding(rule=rule, count=self.counts[rule], where=tuple(self.places[rule]))
            for rule in sorted(self.counts)
        )
