"""What every study preset of the project must keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import study_preset
from esc_skills._studies.designs import variants
from esc_skills._studies.reproducing import reproduce
from esc_skills.errors import ConfigError


def filled(name: str) -> list[str]:
    """What a user types after the hint: its own words, with the angle brackets filled in."""
    with pytest.raises(ConfigError) as caught:
        reproduce(name, "paper")
    typed = caught.value.hint.partition(" --set ")[2].strip("'").split("' --set '")
    return [word.replace("<", "").replace(">", "") for word in typed]


def holds(name: str, studies: Mapping[str, Mapping[str, Any]]) -> None:
    """Hold a preset to its promises: both sizes, three arms, variants that can be made."""
    catalogue = Catalogue.read()
    found = study_preset(catalogue, name)
    assert found.sizes == studies
    assert found.distribution == "esc-skills"
    assert list(studies) == ["paper", "small"]
    for size, sets in (("paper", filled(name)), ("small", [])):
        study = reproduce(name, size, sets)
        assert study.baseline_arms == ("none", "static", "evolved"), size
        assert variants(study, catalogue)[0].name == "baseline"
        evaluators = study.experiment["evaluators"]
        assert {one.partition(".")[0] for one in study.measures} <= set(evaluators)
