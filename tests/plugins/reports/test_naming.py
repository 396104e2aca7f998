"""Names in order."""

from __future__ import annotations

from esc_skills_plugins.reports.naming import natural


def test_numbers_in_names_sort_as_numbers() -> None:
    """``p2`` comes before ``p10``, and digits of any length do no harm."""
    names = ["p10", "p2", "p2b", "q1", "p" + "9" * 5000]
    assert sorted(names, key=natural) == ["p2", "p2b", "p10", "p" + "9" * 5000, "q1"]
