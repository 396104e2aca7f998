"""Differences between arms."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._engine.scoring import differences
from esc_skills.model import Trace
from esc_skills.testing.samples import profile


def trace(number: int, emotion: int, ending: str = "limit", signature: str = "s") -> Trace:
    return Trace(
        id=f"a/p{number}/0",
        profile=profile(f"p{number}", start_emotion=emotion),
        arm="a",
        ending=ending,
        signature=signature,
    )


def test_difference_is_paired_and_signed() -> None:
    """The later arm minus the earlier one, seeker by seeker."""
    arms = {
        "none": [trace(1, 40), trace(2, 60), trace(3, 20)],
        "static": [trace(1, 50), trace(2, 70), trace(3, 30)],
    }
    (score,) = differences(arms)
    assert (score.arm, score.value, score.n) == ("static-none", 10, 3)
    assert score.low == score.high == 10


def test_faults_leave_pairs_and_are_counted() -> None:
    """``of`` keeps the pairs that a fault removed."""
    arms = {"none": [trace(1, 40), trace(2, 40)], "x": [trace(1, 50), trace(2, 50, "fault")]}
    (score,) = differences(arms)
    assert (score.n, score.of) == (1, 2)


def test_unlike_signatures_are_never_compared() -> None:
    """Two simulators make no difference of arms."""
    arms = {"none": [trace(1, 40)], "x": [trace(1, 50, signature="other")]}
    assert differences(arms) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=8))
def test_a_difference_rests_on_one_signature(signs: list[tuple[str, str]]) -> None:
    """Each like pair is in the score of its signature, no unlike pair is in any."""
    old = [trace(at, 40, signature=one) for at, (one, _) in enumerate(signs)]
    new = [trace(at, 40 + at, signature=two) for at, (_, two) in enumerate(signs)]
    made = differences({"none": old, "x": new})
    like = Counter(one for one, two in signs if one == two)
    assert {score.signature.rsplit("|", 1)[1]: score.n for score in made} == like
    for score in made:
        sign = score.signature.rsplit("|", 1)[1]
        gains = [at for at, pair in enumerate(signs) if pair == (sign, sign)]
        assert score.value == pytest.approx(sum(gains) / len(gains))
        assert score.of == sum(one == sign for one, _ in signs)
