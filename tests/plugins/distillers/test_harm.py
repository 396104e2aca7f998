"""Where a kind of reply went wrong becomes a bar, a risk or a pitfall."""

from __future__ import annotations

from esc_skills.model import SeekerState
from esc_skills_plugins.distillers.counting import cells
from esc_skills_plugins.distillers.grouping import chances, group_of
from esc_skills_plugins.distillers.harm import (
    best_other,
    crisis_bar,
    elsewhere,
    risks,
    troubles,
)
from esc_skills_plugins.distillers.wording import wording_for


def grouped(units, actions=("inform",), states=("worried",)):
    table = cells(units)
    return table, group_of(table, "under-strain", states, actions, chances(table))


def harmful(several, bad=10, good=2):
    """Facts go well at large and badly when the talk is about grief."""
    return (
        several(20, "worried", "inform", "positive")
        + several(good, "worried", "inform", "positive", start=40, scenario="grief")
        + several(bad, "worried", "inform", "negative", start=60, scenario="grief")
    )


def test_a_harmful_topic_is_found(several):
    """A topic with much more harm than elsewhere is named with its counts."""
    _, group = grouped(harmful(several))
    (found,) = troubles(group)
    assert (found.harmed, found.tried, found.usual) == (10, 12, 0.0)
    assert found.when.holds(SeekerState(scenario="grief", label="worried"))
    assert not found.when.holds(SeekerState(scenario="breakup", label="worried"))
    assert found.certain


def test_few_cases_are_no_ground_for_a_bar(several):
    """Little harm among much good is a risk to mention, not a reason to forbid."""
    _, group = grouped(harmful(several, bad=3, good=6))
    (found,) = troubles(group)
    assert not found.certain


def test_one_dialogue_is_no_trouble(unit, several):
    """S11: harm in one dialogue alone never makes a rule."""
    bad = [
        unit("worried", "inform", "negative", number=60 + at, scenario="grief", dialogue="one")
        for at in range(9)
    ]
    _, group = grouped(several(20, "worried", "inform", "positive") + bad)
    assert troubles(group) == ()


def test_high_distress_can_be_the_trouble(several):
    """Harm that comes with high distress becomes a test on the intensity."""
    units = several(20, "worried", "inform", "positive", intensity=40) + several(
        9, "worried", "inform", "negative", start=40, intensity=90
    )
    _, group = grouped(units)
    (found,) = troubles(group)
    assert found.when.intensity_min > 60


def test_a_risk_can_be_checked_and_says_what_to_do(several, taxonomy):
    """A risk has words, a test on the state, a severity and a way out."""
    table, group = grouped(harmful(several))
    instead = best_other(table, group, wording_for(taxonomy))
    (risk,) = risks(group, troubles(group), instead)
    assert "10 of 12" in risk.trigger
    assert risk.severity == "high"
    assert risk.instead
    assert risk.when is not None


def test_general_harm_is_a_risk_without_a_test(several, taxonomy):
    """Harm without a special circumstance is still told."""
    units = several(9, "worried", "inform", "positive") + several(
        1, "worried", "inform", "negative", start=20
    )
    _, group = grouped(units)
    (risk,) = risks(group, troubles(group), "Listen.")
    assert risk.when is None
    assert "1 of 10" in risk.trigger
    assert risk.severity == "low"


def test_no_harm_is_no_risk(several):
    """Nothing is invented where nothing went wrong."""
    _, group = grouped(several(9, "worried", "inform", "positive"))
    assert risks(group, troubles(group), "Listen.") == ()


def test_the_way_out_is_an_action_that_harmed_least(several, taxonomy):
    """Among other actions in these states the mildest one is offered."""
    units = (
        harmful(several)
        + several(9, "worried", "praise", "neutral", start=200)
        + several(9, "worried", "validate", "negative", start=300)
    )
    table, group = grouped(units)
    wording = wording_for(taxonomy)
    assert wording.action("praise").does in best_other(table, group, wording)


def test_harm_in_other_states_is_a_pitfall(several, taxonomy):
    """The same action, harmful when the seeker grieves, is told as a pitfall."""
    units = several(20, "worried", "inform", "positive") + several(
        9, "grieving", "inform", "negative", start=50
    )
    table, group = grouped(units)
    (said,) = elsewhere(table, group, wording_for(taxonomy))
    assert "9 of 9" in said


def test_crises_are_barred():
    """S1: the bar holds for the crisis state and for no other."""
    bar = crisis_bar()
    assert bar.holds(SeekerState(scenario="", label="in-crisis"))
    assert not bar.holds(SeekerState(scenario="", label="hopeless"))
