"""Counts are exact, places are few, and the order is by name."""

from __future__ import annotations

from esc_skills_plugins._shared.tally import SHOWN, Tally


def test_counts_go_on_after_the_places_stop():
    """A report shows the first few places of each rule and the full count."""
    tally = Tally()
    tally.add("b", "first", 3)
    for number in range(20):
        tally.add("a", f"place {number}")
    found = tally.findings()
    assert [(item.rule, item.count) for item in found] == [("a", 20), ("b", 3)]
    assert found[0].where == tuple(f"place {number}" for number in range(SHOWN))
