"""Conditions and records of a whole bank at once."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given, settings

from esc_skills.model import Condition, Effect
from esc_skills.testing import strategies
from esc_skills.testing.samples import bank, protected_skill, skill, state
from esc_skills_plugins.retrievers.bm25 import BM25Retriever
from esc_skills_plugins.retrievers.ranking import entry
from esc_skills_plugins.retrievers.standing import standing


@settings(max_examples=60, deadline=None)
@given(strategies.banks(), strategies.moments())
def test_as_one_by_one(found, moment):
    """Points of a whole bank are those that each skill gets alone, in both settings."""
    made = standing(found, 1.0)
    for respected in (True, False):
        weights = BM25Retriever(respect_conditions=respected, condition_weight=0.7)
        got = made.base(moment.state, weights)
        for one, points in zip(found.active, got, strict=True):
            alone = entry(one, 1.0)
            close = alone.closest(moment.state)
            if close is None and (respected or one.protected):
                assert points == -np.inf
            else:
                assert points == pytest.approx(0.7 * (close[0] if close else 0) + alone.effect)


def test_equal_conditions_are_looked_at_once():
    """Skills whose conditions differ in words only are of one kind."""
    tests = [Condition(states=("worried",), words=words) for words in ("one", "two")]
    made = standing(bank(*(skill(f"s-{at}", applies=(tests[at],)) for at in range(2))), 1.0)
    assert len(made.kinds) == 1
    assert list(made.kind) == [0, 0]


def offers(made, scores, **settings):
    """Names and scores of what is offered."""
    found = made.offer(np.array(scores), state(), str, **{"k": 2, "floor": 0.0, **settings})
    return [(match.skill, match.score) for match in found]


def test_the_best_are_offered_and_ties_go_by_name():
    """At most k, not below the floor, never what is barred; equal scores by name."""
    made = standing(bank(*(skill(name) for name in "abcd")), 1.0)
    assert offers(made, [1.0, 2.0, 2.0, 2.0]) == [("b", 2.0), ("c", 2.0)]
    assert offers(made, [1.0, -np.inf, -1.0, np.nan]) == [("a", 1.0)]
    assert offers(made, [2.0, 2.0000001, 1.0, 0.0], k=1) == [("a", 2.0)]


def test_protected_skills_lead_without_a_floor():
    """A protected skill that fits is offered first, however far others score above it."""
    made = standing(bank(*(skill(name) for name in "ab"), protected_skill("z")), 1.0)
    assert offers(made, [3.0, 2.0, -5.0])[0][0] == "z"


def test_a_why_names_what_holds():
    """Held conditions and records come first, then what the retriever says."""
    effect = Effect(group="all", value=4, n=90, low=3, high=5)
    made = standing(bank(attrs.evolve(skill(), effects=(effect,))), 1.0)
    (match,) = made.offer(np.array([1.0]), state(), lambda place: f"place {place}", k=1, floor=0)
    assert match.why == "state worried fits; measured effect +3.6; place 0"
