"""Promises of skills against conversations, by hand."""

from __future__ import annotations

import attrs

from esc_skills.model import Condition, ExpectedOutcome, Risk
from esc_skills.stats import expectations
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill

HIGH = Risk(trigger="in worry", when=Condition(states=("worried",)))
ONE = skill("one", expected=ExpectedOutcome(), risks=(HIGH, Risk(trigger="words only")))
TWO = skill("two", expected=ExpectedOutcome(least_gain=3), risks=())
BANK = bank(ONE, TWO)


def check(name, *traces):
    found = expectations(traces, BANK)
    return next(one for one in found.checks if one.skill == name)


def test_a_hit_is_a_kept_promise():
    """Rises of 2 and 1 keep a promise of any rise; standing still and a fall do not."""
    found = check("one", trace(profile("a"), 2, 0, skills=("one",)), trace(profile("b"), 1, -1))
    assert (found.outcome.hits, found.outcome.n, found.uses) == (1, 2, 2)


def test_a_risk_is_held_against_replies_without_the_skill():
    """Half of its uses fell while the trigger held, and all of the other replies."""
    used = trace(profile("a"), -2, 1, skills=("one",))
    found = check("one", used, trace(profile("b"), -3, skills=("two",)))
    first, words = found.risks
    assert (first.fell.hits, first.fell.n) == (1, 2)
    assert (first.elsewhere.hits, first.elsewhere.n) == (1, 1)
    assert (words.tested, words.fell.value) == (False, None)


def test_lost_talks_are_counted_and_judge_nobody():
    """A conversation that a fault ended is in the count of faults and in no rate."""
    lost = trace(profile("a"), 5, ending="fault", skills=("two",))
    found = expectations([lost], BANK)
    assert (found.traces, found.faults) == (1, 1)
    assert all(one.uses == 0 and one.outcome.value is None for one in found.checks)


def test_an_unread_reply_is_a_use_without_a_trial():
    """What no seeker read is counted as such."""
    talk = trace(profile("a"), 5, skills=("two",))
    unread = attrs.evolve(talk, exchanges=(attrs.evolve(talk.exchanges[0], reaction=None),))
    found = check("two", unread)
    assert (found.uses, found.unread, found.outcome.n) == (1, 1, 0)
