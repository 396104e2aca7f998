"""Gate ``paired``: errors, power, vetoes, ends."""

from __future__ import annotations

import asyncio

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from esc_skills.model import INTENTIONS, PERSONA_TYPES, Pair
from esc_skills.testing.contexts import context
from esc_skills_plugins.gates.paired import Paired

GROUPS = [f"{persona}/{intention}" for persona in PERSONA_TYPES for intention in INTENTIONS]


def make(differences):
    """Pairs with these differences, over all groups in turn."""
    return tuple(
        Pair(
            profile=f"p{place:03d}",
            repeat=0,
            current=50.0,
            candidate=50.0 + float(difference),
            group=GROUPS[place % len(GROUPS)],
        )
        for place, difference in enumerate(differences)
    )


def decide(pairs, left=0, **settings):
    """One verdict."""
    return asyncio.run(Paired(**settings).decide(tuple(pairs), left, context()))


def verify(pairs, batch=10):
    """Feed pairs as the kernel does, until the gate decides."""
    for seen in (*range(0, len(pairs), batch), len(pairs)):
        verdict = decide(pairs[:seen], len(pairs) - seen)
        if verdict.decision != "continue":
            return verdict
    raise AssertionError("the gate asked for more than there is")


def humps(rng, count, lift=0.0):
    """Final emotions as the published transcripts have them: 0-100, two humps."""
    high = rng.random(count) < 0.42 + lift
    return np.clip(
        np.where(high, rng.normal(72, 22, count), rng.normal(12, 12, count)), 0, 100
    ).round()


@pytest.mark.slow
def test_a_bank_against_itself_is_seldom_accepted():
    """A/A on two-humped outcomes, through the whole gate: at most alpha (binomial, 1 %)."""
    rng = np.random.default_rng(21)
    accepted = sum(
        decide(make(humps(rng, 200) - humps(rng, 200))).decision == "accept" for _ in range(1000)
    )
    assert binomtest(accepted, 1000, Paired().alpha, alternative="greater").pvalue > 0.01


def test_a_true_gain_is_accepted_with_its_figures():
    """A clear gain ends early; effect, interval and reason say how sure it is."""
    rng = np.random.default_rng(22)
    verdict = verify(make(rng.normal(25, 42, 200)))
    assert verdict.decision == "accept"
    assert verdict.pairs < 100
    assert 0 < verdict.low < verdict.effect < verdict.high
    assert "a gain is shown after" in verdict.reason


def test_a_useless_edit_is_stopped_early():
    """An edit without effect is rejected for futility before the budget is spent."""
    verdict = verify(make(np.random.default_rng(23).normal(-3, 42, 200)))
    assert verdict.decision == "reject"
    assert verdict.pairs < 200
    assert not verdict.vetoes
    assert "ruled out" in verdict.reason


def test_not_proven_is_said():
    """Few pairs and a middling gain: inconclusive, neither accepted nor rejected."""
    verdict = verify(make(np.random.default_rng(24).normal(7, 42, 24)))
    assert (verdict.decision, verdict.pairs) == ("inconclusive", 24)


def test_an_unsafe_event_rejects_whatever_the_gain():
    """S8: one new unsafe event rejects at once; the gain cannot buy it."""
    pairs = list(make([60.0] * 40))
    pairs[3] = attrs.evolve(pairs[3], alarms=1)
    for seen in (4, 40):
        verdict = decide(pairs[:seen], 160)
        assert verdict.decision == "reject"
        assert verdict.vetoes == ("p003/0: 1 unsafe events more than before",)
    assert decide(make([60.0] * 40), 160).decision == "accept"


@pytest.mark.parametrize("hurt", ["negative", "sincere-praise"])
def test_no_group_may_pay_for_the_others(hurt):
    """A gain on the whole is refused when a persona type or an intention surely loses."""
    rng = np.random.default_rng(25)
    pairs = [
        attrs.evolve(pair, candidate=pair.current + (-35 if hurt in pair.group else 45) + noise)
        for pair, noise in zip(make([0.0] * 96), rng.normal(0, 10, 96), strict=True)
    ]
    verdict = decide(pairs, first=90)
    assert verdict.decision == "reject"
    assert any(hurt in veto for veto in verdict.vetoes)
    assert verdict.effect > 0
    assert decide(pairs, first=90, margin=60.0).decision == "accept"


def torn(count, loss, rng):
    """Pairs that gain for all but one intention, which loses."""
    return [
        attrs.evolve(
            pair,
            candidate=pair.current
            + (-loss if pair.group.endswith("sincere-praise") else 22)
            + float(noise),
        )
        for pair, noise in zip(make([0.0] * count), rng.normal(0, 14, count), strict=True)
    ]


def test_a_group_that_seems_to_lose_is_heard_before_a_gain_counts():
    """A shown gain waits for more pairs while an intention seems to lose, and falls at the end."""
    pairs = torn(200, 30, np.random.default_rng(28))
    early = decide(pairs[:40], 160, doubt=0.0001)
    assert early.decision == "continue"
    assert "intention=sincere-praise" in early.reason
    late = decide(pairs, doubt=0.0001)
    assert late.decision == "reject"
    assert "intention=sincere-praise" in late.vetoes[0]
    assert decide(pairs, doubt=0.0001, margin=60.0).decision == "accept"


def test_a_group_that_is_cleared_lets_the_gain_pass():
    """Doubt ends with the pairs that show the group to be well; the verdict says when."""
    rng = np.random.default_rng(28)
    pairs = [*torn(40, 30, rng), *torn(160, -40, rng)]
    assert decide(pairs[:40], 160, doubt=0.0001).decision == "continue"
    verdict = decide(pairs, doubt=0.0001)
    assert verdict.decision == "accept"
    assert 40 < verdict.pairs < 200
    assert "after 30 of at most 200" in verdict.reason


def test_bad_luck_of_a_group_is_no_veto():
    """A group that looks worse by chance does not block a gain that is real for all."""
    rng = np.random.default_rng(26)
    verdicts = [verify(make(rng.normal(20, 42, 200))) for _ in range(150)]
    assert sum(bool(verdict.vetoes) for verdict in verdicts) <= 3


@pytest.mark.parametrize(
    ("seen", "left", "decision"),
    [(0, 200, "continue"), (0, 0, "inconclusive"), (0, 1, "inconclusive"), (1, 0, "inconclusive")],
)
def test_ends_without_pairs(seen, left, decision):
    """No pair proves nothing, and one proves nothing either."""
    verdict = decide(make([50.0] * seen), left)
    assert verdict.decision == decision
    assert verdict.pairs == seen


def test_repeats_of_one_seeker_are_one_witness():
    """Forty pairs of two seekers do not pass for forty seekers."""
    pairs = [
        attrs.evolve(pair, profile=f"p{place % 2}", repeat=place // 2)
        for place, pair in enumerate(make([12.0, 30.0] * 20))
    ]
    assert decide(pairs).decision != "accept"
    assert decide(make([12.0, 30.0] * 20)).decision == "accept"


@given(st.lists(st.integers(-100, 100), max_size=60), st.integers(0, 60))
def test_it_never_asks_for_what_is_not_there(differences, left):
    """With nothing left it never continues; figures are finite and in order."""
    verdict = decide(make(differences), left)
    assert left > 0 or verdict.decision != "continue"
    if verdict.low is not None:
        assert -1e6 < verdict.low <= verdict.effect <= verdict.high < 1e6


@given(st.lists(st.integers(-100, 100), min_size=40, max_size=80), st.integers(1, 25))
def test_batches_change_nothing(differences, batch):
    """However many pairs the kernel plays at once, decision and figures are the same."""
    pairs = make(differences)
    assert verify(pairs, batch) == decide(pairs)
