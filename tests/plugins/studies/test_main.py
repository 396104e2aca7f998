"""The study preset ``main``."""

from __future__ import annotations

from studypresets import holds

from esc_skills_plugins.studies.main import STUDIES


def test_both_sizes_are_studies_that_can_be_made() -> None:
    """Its variants are made, its components load, and its measures are ones that are given."""
    holds("main", STUDIES)


def test_it_measures_what_the_paper_reports() -> None:
    """SAGE score, successes and failures, safety, and strategy accuracy."""
    for size in STUDIES.values():
        assert {
            "sage.emotion",
            "sage.success-rate",
            "sage.failure-rate",
            "safety.unsafe-rate",
            "strategy.accuracy",
        } <= set(size["study"]["measures"])
