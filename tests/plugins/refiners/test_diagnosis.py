"""Three kinds of failure."""

from __future__ import annotations

import attrs

from esc_skills.model import Alarm, Condition, Risk
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill
from esc_skills_plugins.refiners.diagnosis import missing, splits, uneven, unsafe
from esc_skills_plugins.refiners.outcomes import outcomes


def rows(*deltas, skills=(), **changes):
    """Rows of one conversation, fields changed."""
    made = outcomes([trace(changes.pop("who", profile()), *deltas, skills=skills)])
    return tuple(attrs.evolve(row, **changes) for row in made)


def test_missing_skill():
    """A reply that no skill shaped and that went wrong lacks a skill."""
    found = list(missing(rows(-3, 4), bank(), least=5))
    assert [(one.kind, one.exchange, one.lapse) for one in found] == [("missing-skill", 0, False)]
    assert found[0].cause == "worried/explore-feelings"


def test_nothing_happens_where_replies_do_harm():
    """Where replies without a skill harm on average, one that changes nothing is a failure too."""
    assert [one.exchange for one in missing(rows(-3, -3, 0), bank(), least=3)] == [0, 1, 2]
    assert [one.exchange for one in missing(rows(-3, -3, 0), bank(), least=4)] == [0, 1]


def test_a_lapse_is_told_apart():
    """When a fitting skill was offered and not used, the skill is not what was missing."""
    offered = rows(-3, offered=("listen-first",))
    (one,) = missing(offered, bank(), least=5)
    assert one.lapse
    assert one.skills == ("listen-first",)
    unfit = bank(skill(applies=(Condition(states=("angry",)),)))
    assert not next(missing(offered, unfit, least=5)).lapse


def test_a_guards_alarm_is_unsafe():
    """An alarm in the supporter's words is a failure whatever the seeker felt."""
    alarm = Alarm(rule="boundary.blame", speaker="supporter", severity="medium")
    (one,) = unsafe(rows(5, skills=("listen-first",), alarms=(alarm,)), bank())
    assert one.kind == "unsafe-intervention"
    assert "boundary.blame" in one.why
    heard = Alarm(rule="crisis.suicide", speaker="seeker")
    assert list(unsafe(rows(5, alarms=(heard,)), bank())) == []


def test_a_known_risk_that_came_true_is_unsafe():
    """A skill used where its own risk holds, to the seeker's harm, is an unsafe intervention."""
    risk = Risk(trigger="worried", when=Condition(states=("worried",)))
    risky = bank(skill(risks=(risk,)))
    assert [one.exchange for one in unsafe(rows(-2, 2, skills=("listen-first",)), risky)] == [0]
    assert list(unsafe(rows(-2, skills=("listen-first",)), bank(skill(risks=())))) == []


def test_right_for_some_only():
    """A skill that gains for one kind of seeker and loses for another is profile-specific."""
    good = rows(5, 5, 5, skills=("listen-first",), who=profile("a", intention="deep-empathy"))
    bad = rows(-5, -5, -5, skills=("listen-first",), who=profile("b", intention="practical-advice"))
    found = splits(good + bad, least=3, prior=4)
    assert [one.key for one in found] == ["action explore-feelings", "skill listen-first"]
    assert found[1].gains == ("intention=deep-empathy",)
    assert found[1].loses == ("intention=practical-advice",)
    assert "-5.0, n=3" in found[1].words
    failures = list(uneven(good + bad, found, bank()))
    assert len(failures) == 3
    assert {one.kind for one in failures} == {"profile-specific"}


def test_few_replies_prove_nothing():
    """Below the least number of replies no group counts."""
    good = rows(9, skills=("s",), who=profile("a", intention="deep-empathy"))
    bad = rows(-9, skills=("s",), who=profile("b", intention="practical-advice"))
    assert splits(good + bad, least=2, prior=4) == ()
