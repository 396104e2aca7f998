"""Health of a bank, by hand."""

from __future__ import annotations

import attrs

from esc_skills._engine.health import health
from esc_skills.model import Effect
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, protected_skill, skill

OLD = Effect(group="all", value=5.0, n=40, low=4.0, high=6.0)
BANK = bank(
    skill("idle"),
    skill("used", effects=(OLD,)),
    skill("away", life="quarantined"),
    skill("gone", life="retired"),
    protected_skill(),
)


def told(*traces, found=BANK):
    return health((found,), (traces,))


def test_without_conversations_nothing_is_zero() -> None:
    """No talk: no share, no precision, no effect; what the bank says of itself is there."""
    one = told()
    assert (one.ever_used, one.precision.value, one.interference.value) == (None, None, None)
    assert (one.never_offered, one.never_used) == ((), ())
    assert (one.pinned, one.quarantined, one.tombstones) == (
        ("crisis-first",),
        ("away",),
        ("gone",),
    )
    assert [skill.decayed for skill in one.skills] == [None, None, None]


def test_uses_and_offers_are_counted() -> None:
    """One of three active skills was used, one offered in vain, one never offered."""
    talk = trace(profile("a"), 1, 2, skills=("idle", "used"))
    uses = [
        attrs.evolve(item, reply=attrs.evolve(item.reply, used=("used",)))
        for item in talk.exchanges
    ]
    one = told(attrs.evolve(talk, exchanges=tuple(uses)))
    assert (one.ever_used, one.active) == (1, 3)
    assert (one.precision.hits, one.precision.n) == (2, 4)
    assert (one.never_used, one.never_offered) == (("idle",), ("crisis-first",))


def test_lots_tell_what_an_offer_is_worth() -> None:
    """Offers +3, turns held back -1 in the same states: four points."""
    talks = []
    for who in ("a", "b", "c"):
        talk = trace(profile(who, purpose="refine"), 3, -1, skills=("used",))
        first, last = talk.exchanges
        held = attrs.evolve(last, matches=(), reply=attrs.evolve(last.reply, used=()), trial="none")
        talks.append(attrs.evolve(talk, exchanges=(first, held)))
    found = {skill.name: skill for skill in told(*talks).skills}
    assert found["used"].beside.value == 4.0
    assert found["idle"].beside.value is None


def test_an_effect_decays_where_unseen_seekers_gain_less() -> None:
    """Stated 4 to 6; seekers whom the refiner did not see gain about 1."""
    seen = [trace(profile(f"r{n}", purpose="refine"), 5, skills=("used",)) for n in range(6)]
    fresh = [
        trace(profile(f"v{n}", purpose="verify"), n % 2 + 1, skills=("used",)) for n in range(6)
    ]
    by_name = {skill.name: skill for skill in told(*seen).skills}
    assert by_name["used"].decayed is None
    by_name = {skill.name: skill for skill in told(*seen, *fresh).skills}
    assert by_name["used"].decayed is True


def test_growth_shows_every_bank_of_the_run() -> None:
    """One line a bank, with its size; a skill is as old as the bank that brought it."""
    first = bank(skill("used", effects=(OLD,)))
    found = health((first, BANK), ((), ()))
    assert [(one.bank, one.active) for one in found.growth] == [(0, 1), (1, 3)]
    since = {skill.name: skill.since for skill in found.skills}
    assert since == {"used": 0, "idle": 1, "crisis-first": 1}
