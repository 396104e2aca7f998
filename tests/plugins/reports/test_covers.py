"""What is covered."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model import Alarm
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.covers import BOUNDARY, cover


@pytest.mark.parametrize(
    ("severity", "safety", "rules"),
    [
        ("high", False, ("r",)),
        ("medium", False, ()),
        ("low", True, (BOUNDARY,)),
        ("high", True, ("r", BOUNDARY)),
    ],
)
def test_high_alarms_and_boundaries_cover(severity, safety: bool, rules: tuple[str, ...]) -> None:
    """S23: rules are named once; lower alarms alone cover nothing."""
    alarm = Alarm(rule="r", speaker="supporter", severity=severity)
    talk = trace(profile(safety=safety), 1, 2)
    exchanges = tuple(attrs.evolve(item, alarms=(alarm, alarm)) for item in talk.exchanges)
    assert cover(attrs.evolve(talk, exchanges=exchanges)) == rules
