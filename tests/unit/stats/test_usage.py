"""Offers and uses, by hand."""

from __future__ import annotations

import attrs

from esc_skills.stats import asked, interference
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile


def test_lost_talks_and_guarded_replies_are_not_asked():
    """What a fault ended, and what a guard answered, tells nothing of the bank."""
    talk = trace(profile("a"), 1, 2, skills=("one",))
    first, second = talk.exchanges
    fixed = attrs.evolve(second, reply=attrs.evolve(second.reply, fixed=True))
    guarded = attrs.evolve(talk, exchanges=(first, fixed))
    events = asked([guarded, trace(profile("b"), 3, ending="fault", skills=("one",))])
    assert [(one.profile, one.used) for one in events] == [("a", ("one",))]


def test_interference_is_the_price_of_an_idle_offer():
    """Used beside an idle offer +1, used alone +4: three points less."""
    alone = trace(profile("a"), 4, skills=("one",))
    beside = trace(profile("b"), 1, skills=("one", "two"))
    (item,) = beside.exchanges
    beside = attrs.evolve(
        beside,
        exchanges=(attrs.evolve(item, reply=attrs.evolve(item.reply, used=("one",))),),
    )
    found = interference(asked([alone, beside]))
    assert (found.value, found.n) == (-3.0, 2)
