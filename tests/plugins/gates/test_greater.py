"""Gate ``greater``."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from esc_skills.model import Pair
from esc_skills.testing.contexts import context
from esc_skills_plugins.gates.greater import Greater


def decide(differences, left=0, **settings):
    """Verdict on pairs with these differences."""
    pairs = tuple(
        Pair(profile=f"p{i}", repeat=0, current=50.0, candidate=50.0 + difference)
        for i, difference in enumerate(differences)
    )
    return asyncio.run(Greater(**settings).decide(pairs, left, context()))


def test_waits_for_its_pairs():
    """It asks for more until it has seen its number."""
    assert decide([], left=30).decision == "continue"
    assert decide([9.0] * 19, left=1).decision == "continue"
    assert decide([9.0] * 20, left=30).decision == "accept"


@pytest.mark.parametrize(("gain", "decision"), [(0.1, "accept"), (0.0, "reject"), (-3.0, "reject")])
def test_any_gain_is_enough(gain, decision):
    """The sign of the mean decides, however small."""
    assert decide([gain] * 20).decision == decision


def test_later_pairs_have_no_say():
    """Pairs beyond its number are not looked at."""
    verdict = decide([1.0] * 20 + [-90.0] * 20)
    assert (verdict.decision, verdict.pairs, verdict.effect) == ("accept", 20, 1.0)


def test_ends_when_nothing_is_left():
    """With no more pairs to ask for it decides on what it has, and on nothing it says so."""
    assert decide([5.0], left=0).decision == "accept"
    assert decide([], left=0).decision == "inconclusive"


def test_a_bank_against_itself_passes_half_the_time():
    """A/A: without a true gain nearly every second proposal is accepted."""
    rng = np.random.default_rng(20)
    accepted = sum(decide(rng.normal(0, 42, 20).tolist()).decision == "accept" for _ in range(400))
    assert 160 < accepted < 240
