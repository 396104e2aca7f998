"""The study preset ``ablation``."""

from __future__ import annotations

from studypresets import filled, holds

from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.designs import variants
from esc_skills._studies.reproducing import reproduce
from esc_skills_plugins.studies.ablation import STUDIES


def test_both_sizes_are_studies_that_can_be_made() -> None:
    """Its variants are made, its components load, and its measures are ones that are given."""
    holds("ablation", STUDIES)


def test_every_mechanism_of_the_paper_is_left_out() -> None:
    """Each is a variant of its own, and the baseline has all arms."""
    study = reproduce("ablation", "paper", filled("ablation"))
    names = [one.name for one in variants(study, Catalogue.read())]
    assert names[0] == "baseline"
    for word in (
        "failed dialogues",
        "risks",
        "conditions",
        "retrieval",
        "refinement",
        "verification",
        "missing skills",
        "unsafe interventions",
        "patterns by seeker",
        "diverse seekers",
    ):
        assert f"no {word}" in names
    assert study.baseline_arms == ("none", "static", "evolved")
