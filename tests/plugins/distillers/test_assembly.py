"""A skill reads as something a person would follow, and shows its evidence."""

from __future__ import annotations

import pytest

from esc_skills.model import SeekerState
from esc_skills_plugins.distillers.assembly import Parts, skill_of
from esc_skills_plugins.distillers.counting import cells
from esc_skills_plugins.distillers.grouping import chances, group_of
from esc_skills_plugins.distillers.wording import wording_for


@pytest.fixture(scope="module")
def write(several, taxonomy):
    """Write the skill of a small group with good and bad units."""

    def make(states=("self-blaming",), actions=("validate", "praise"), **parts):
        units = []
        for at, state in enumerate(states):
            for place, action in enumerate(actions):
                start = 1000 * at + 100 * place
                units += several(6 - place, state, action, "positive", start=start)
                units += several(1, state, action, "negative", start=start + 50)
        table = cells(units)
        group = group_of(table, "in-pain", states, actions, chances(table))
        return skill_of(group, table, wording_for(taxonomy), Parts(**parts)), units

    return make


def test_the_name_says_what_and_when(write):
    """One state gives its own name, several give the name of the need."""
    assert write()[0].name == "validate-when-self-blaming"
    assert write(states=("grieving", "lonely"))[0].name == "validate-when-in-pain"


def test_the_overview_shows_the_evidence(write):
    """Counts and interval stand where a reader looks first."""
    skill, _ = write()
    assert "11 of 13 moments" in skill.overview
    assert "95 % interval" in skill.overview


def test_guidance_has_three_to_five_sentences(write):
    """Recognise, do, add, watch: steps that end as sentences do."""
    steps = write()[0].guidance
    assert 3 <= len(steps) <= 5
    assert all(step.endswith((".", "?")) for step in steps)
    assert len(set(steps)) == len(steps)


def test_all_key_units_are_evidence(write):
    """S10: every good and bad unit behind the skill is named, sorted, once."""
    skill, units = write()
    assert list(skill.evidence) == sorted(unit.id for unit in units)


def test_it_applies_in_its_states_and_never_in_a_crisis(write):
    """The conditions allow the states of the evidence and bar crises."""
    skill, _ = write()
    assert skill.fits(SeekerState(scenario="", label="self-blaming"))
    assert not skill.fits(SeekerState(scenario="", label="calmer"))
    assert not skill.fits(SeekerState(scenario="", label="in-crisis"))


def test_parts_can_be_switched_off(write):
    """Without conditions it applies anywhere but in a crisis; without risks it has none."""
    loose, _ = write(conditions=False)
    assert loose.fits(SeekerState(scenario="", label="calmer"))
    assert not loose.fits(SeekerState(scenario="", label="in-crisis"))
    assert write()[0].risks
    assert write(risks=False)[0].risks == ()


def test_expected_changes_are_those_seen(write):
    """The commonest good change is expected, with a gain of 1 to 3 points."""
    expected = write()[0].expected
    assert expected.changes == ("calms",)
    assert expected.least_gain == 2


def test_examples_come_from_the_wording(write, taxonomy):
    """S14: every line was written for the bank."""
    wording = wording_for(taxonomy)
    own = {line for name in ("validate", "praise") for line in wording.action(name).examples}
    lines = write()[0].examples
    assert 6 <= len(lines) <= 8
    assert set(lines) <= own
