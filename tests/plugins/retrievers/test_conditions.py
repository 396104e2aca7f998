"""Retriever ``conditions``."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings

from esc_skills.model import Condition, Effect, Moment
from esc_skills.testing import context, strategies
from esc_skills.testing.samples import bank, skill, state
from esc_skills_plugins.retrievers.conditions import ConditionsRetriever


def search(found, moment=None, **settings):
    """Matches of a bank for a moment."""

    async def go():
        index = await ConditionsRetriever(**settings).index(found, context())
        return await index.search(moment or Moment(history=(), state=state()), context())

    return asyncio.run(go())


def test_abstains_when_nothing_fits():
    """No fitting condition, no offer."""
    assert search(bank(skill(applies=(Condition(states=("angry",)),)))) == ()


def test_specific_before_general():
    """A skill for just this state and topic comes before one for all states."""
    close = Condition(states=("worried",), scenarios=("job-crisis",))
    found = search(bank(skill("any", applies=()), skill("close", applies=(close,))))
    assert [match.skill for match in found] == ["close", "any"]
    assert found[0].why == "state worried and scenario job-crisis fit"
    assert found[1].why == "applies to every state"


def test_a_harmful_record_loses_to_no_skill():
    """A general skill with a negative measured effect is not offered at all."""
    bad = skill(applies=(), effects=(Effect(group="all", value=-2, n=40, low=-3, high=-1),))
    assert search(bank(bad)) == ()
    assert len(search(bank(bad), effect_weight=0)) == 1


def test_floor_asks_for_a_condition():
    """With a floor of 1 a skill without conditions is not offered."""
    assert search(bank(skill("any", applies=())), floor=1) == ()


def test_ties_go_by_name():
    """Equal scores are put in order of the names."""
    found = search(bank(skill("zoe"), skill("adam"), skill("mia")), k=2)
    assert [match.skill for match in found] == ["adam", "mia"]


@settings(max_examples=60, deadline=None)
@given(strategies.banks(), strategies.moments())
def test_laws_for_any_bank(found, moment):
    """Only active skills that fit are offered, at most k, and the same again."""
    first = search(found, moment, k=2)
    fitting = {item.name for item in found.active if item.fits(moment.state)}
    assert {match.skill for match in first} <= fitting
    assert len(first) <= 2
    assert first == search(found, moment, k=2)
