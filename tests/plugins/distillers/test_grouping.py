"""Groups join what belongs together, and split where the evidence allows."""

from __future__ import annotations

import attrs
import pytest

from esc_skills_plugins.distillers.counting import Cell, cells, dialogues
from esc_skills_plugins.distillers.grouping import (
    Limits,
    chances,
    choose,
    group_of,
    smoothed,
    total,
)
from esc_skills_plugins.distillers.wording import wording_for

LIMITS = Limits(min_units=3, min_dialogues=2, min_skills=0, max_skills=27)


def chosen(units, taxonomy, **limits):
    return choose(cells(units), wording_for(taxonomy), attrs.evolve(LIMITS, **limits))


def test_smoothing_draws_to_the_prior():
    """Without tries the prior is left; with many it is forgotten."""
    assert smoothed(0, 0, 0.3) == pytest.approx(0.3)
    assert smoothed(900, 1000, 0.3) == pytest.approx(0.9, abs=0.01)


def test_chances_know_the_place_in_the_dialogue(several):
    """Where late turns go well whatever is done, late units are expected to go well."""
    early = several(9, "worried", "validate", "neutral", position=0.1)
    late = several(9, "worried", "inform", "positive", start=20, position=0.9)
    expected = chances(cells(early + late))
    assert expected.of(early[0]) < 0.3 < 0.7 < expected.of(late[0])
    assert expected.mean([]) == 0.0


def test_a_late_action_is_not_praised_for_its_place(several):
    """An action no better than all others at its place has a worth near zero."""
    late = several(9, "worried", "inform", "positive", position=0.9)
    early = several(9, "worried", "validate", "neutral", start=20, position=0.1)
    table = cells(late + early)
    group = group_of(table, "under-strain", ["worried"], ["inform"], chances(table))
    assert group.rate == 1.0
    assert abs(group.worth) < 0.1


def test_the_best_action_leads(several):
    """Actions of one family are ordered by their success; much worse ones are left out."""
    units = (
        several(8, "worried", "praise", "positive")
        + several(8, "worried", "encourage", "positive", start=20)
        + several(2, "worried", "encourage", "neutral", start=40)
        + several(3, "worried", "validate", "positive", start=60)
        + several(12, "worried", "validate", "neutral", start=80)
    )
    table = cells(units)
    family = ["validate", "praise", "encourage", "take-side"]
    group = group_of(table, "under-strain", ["worried"], family, chances(table))
    assert group.actions == ("praise", "encourage")
    assert group.cell.tried == 18


def test_no_good_turn_is_no_group(several):
    """Actions that never helped make no skill."""
    table = cells(several(5, "worried", "praise", "negative"))
    assert group_of(table, "under-strain", ["worried"], ["praise"], chances(table)) is None


def test_one_dialogue_is_not_enough(several, taxonomy):
    """S11: however many units, a skill needs a second dialogue."""
    units = several(9, "worried", "praise", dialogue="only")
    assert chosen(units, taxonomy, min_skills=5) == ()
    assert chosen([*units, *several(1, "worried", "praise", start=50)], taxonomy)


def test_poor_groups_wait_until_they_are_needed(several, taxonomy):
    """A group below the usual share beyond chance is taken only to reach the least number."""
    units = (
        several(30, "worried", "praise", "positive")
        + several(4, "worried", "inform", "positive", start=100)
        + several(40, "worried", "inform", "neutral", start=200)
    )
    strict = chosen(units, taxonomy, max_skills=1)
    asked = chosen(units, taxonomy, min_skills=2, max_skills=2)
    assert [group.actions for group in strict] == [("praise",)]
    assert [group.actions for group in asked] == [("praise",), ("inform",)]


def test_large_groups_are_split_by_state(several, taxonomy):
    """With room for more skills a need is told apart into its states."""
    units = several(6, "worried", "praise") + several(5, "exhausted", "praise", start=20)
    assert [g.states for g in chosen(units, taxonomy, max_skills=1)] == [("worried", "exhausted")]
    assert [g.states for g in chosen(units, taxonomy)] == [("worried",), ("exhausted",)]


def test_a_whole_corpus_gives_as_many_as_asked(many, taxonomy):
    """The most skills are reached and never passed; each has its evidence."""
    for most in (5, 27, 40):
        groups = chosen(many, taxonomy, max_skills=most)
        assert len(groups) == most
        assert all(LIMITS.met(group.cell) for group in groups)
        assert all(dialogues(group.cell.positive) >= 2 for group in groups)
        keys = [(group.states, group.actions[0]) for group in groups]
        assert len(set(keys)) == len(keys)


def test_total_joins_cells(several):
    """The sum over states and actions holds every unit once."""
    units = several(2, "worried", "praise") + several(3, "angry", "inform", start=9)
    made = total(cells(units), ["angry", "worried"], ["inform", "praise"])
    assert made.tried == 5
    assert total({}, ["angry"], ["inform"]) == Cell()
