"""Parameter sets of the appraisal seeker."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills.errors import ConfigError
from esc_skills.model import INTENTIONS, PERSONA_TYPES
from esc_skills_plugins.seekers.hearing import ACTS
from esc_skills_plugins.seekers.parameters import load_parameters


@pytest.mark.parametrize("variant", ["fitted", "reserved"])
def test_shipped_sets_are_complete(variant: str) -> None:
    """Every intention, persona type and act has its number in both shipped sets."""
    numbers = load_parameters(variant)
    assert tuple(sorted(numbers.wants)) == tuple(sorted(INTENTIONS))
    assert tuple(sorted(numbers.manners)) == tuple(sorted(PERSONA_TYPES))
    assert set(numbers.intention) == set(INTENTIONS)
    assert set(numbers.persona) == set(PERSONA_TYPES)
    for wants in (*numbers.wants.values(), *numbers.manners.values()):
        assert set(wants) == set(ACTS)
        assert all(-1 <= value <= 1 for value in wants.values())


def test_a_file_changes_what_it_names_and_no_more(tmp_path: Path) -> None:
    """A user's file is laid over the set; an act that was 0 may be set."""
    path = tmp_path / "mine.toml"
    path.write_text("[wants.deep-empathy]\nweighs = 0.5\n", "utf-8")
    base, mine = load_parameters(), load_parameters("fitted", str(path))
    assert mine.wants["deep-empathy"]["weighs"] == 0.5
    assert mine.wants["deep-empathy"]["stays"] == base.wants["deep-empathy"]["stays"]
    assert mine.dynamics == base.dynamics
    assert mine.hash != base.hash


def test_an_unknown_section_lists_what_there_is(tmp_path: Path) -> None:
    """A wrong name is refused with the known ones."""
    path = tmp_path / "mine.toml"
    path.write_text("[zzz]\na = 1\n", "utf-8")
    with pytest.raises(ConfigError, match="dynamics"):
        load_parameters("fitted", str(path))
