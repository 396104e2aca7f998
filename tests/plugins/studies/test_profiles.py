"""The study preset ``profiles``."""

from __future__ import annotations

from studypresets import holds

from esc_skills_plugins.studies.profiles import STUDIES


def test_both_sizes_are_studies_that_can_be_made() -> None:
    """Its variants are made, its components load, and its measures are ones that are given."""
    holds("profiles", STUDIES)


def test_every_kind_of_seeker_has_several_talks() -> None:
    """Each intention and persona type meets more than one seeker, or one seeker several times."""
    for name, size in STUDIES.items():
        assert size["run"]["repeats"] > 1, name
    grid = STUDIES["small"]["profiles"][0]
    assert grid["per_cell"][2] > 1
