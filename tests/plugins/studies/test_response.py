"""The study preset ``response``."""

from __future__ import annotations

from studypresets import holds

from esc_skills_plugins.studies.response import STUDIES


def test_both_sizes_are_studies_that_can_be_made() -> None:
    """Its variants are made, its components load, and its measures are ones that are given."""
    holds("response", STUDIES)


def test_only_evolution_holds_conversations() -> None:
    """No evaluator reads conversations, and the fewest seekers are kept for the report."""
    for size in STUDIES.values():
        assert size["evaluators"] == ["strategy", "overlap"]
        assert [one["per_cell"][2] for one in size["profiles"]] == [1]


def test_dialogues_are_held_out() -> None:
    """ESConv has a test split of its own; from the sample a share is kept aside."""
    assert STUDIES["small"]["run"]["holdout"] > 0
    assert "holdout" not in STUDIES["paper"]["run"]
