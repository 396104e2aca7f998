"""Laws of what a study may say, over made-up scores of any size."""

from __future__ import annotations

import random
from statistics import fmean

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from madeup import counts, pooled, result, talks

from esc_skills._codec.nouns import to_lines
from esc_skills._studies.contrasting import LEVEL, contrasts
from esc_skills._studies.pooling import Figures, pool
from esc_skills._studies.recording import Question, record
from esc_skills.model import Contrast, Score
from esc_skills.stats import bonferroni

MEASURE = "sage.emotion"
FEELINGS = st.integers(0, 100).map(float)
SEEKERS = st.sampled_from([f"s{place}" for place in range(8)])
VALUES = st.dictionaries(SEEKERS, st.lists(FEELINGS, min_size=1, max_size=3), min_size=1)
GAINS = st.lists(st.integers(-40, 40).map(float), min_size=2, max_size=10)
SHARES = st.dictionaries(
    SEEKERS, st.tuples(st.integers(0, 9), st.integers(9, 30)), min_size=1, max_size=8
)
BETTER = st.sampled_from(["higher", "lower", "neither"])
TURNED = {"better": "worse", "worse": "better", "higher": "lower", "lower": "higher"}


def told(scores, *pairs, measures=(MEASURE,), over="seekers") -> tuple[Contrast, ...]:
    return contrasts(scores, pairs, measures, Figures(), over=over)


def met(gains: list[float], twice: bool = False) -> tuple[Score, ...]:
    """An arm that gains so much with each seeker; the other one felt 50 always, or 50 and 51."""
    old = {f"s{place}": [50.0, 51.0][: 1 + twice] for place in range(len(gains))}
    new = {name: [one + gain for one in old[name]] for name, gain in zip(old, gains, strict=True)}
    return pooled(result("new", talks(new)), result("old", talks(old)))


@settings(deadline=None)
@given(VALUES)
def test_one_seed_pooled_is_the_score_itself(values) -> None:
    """No figure changes by being pooled alone; each item is known by its seed."""
    one = result("arm", talks(values))
    (score,) = pooled(one)
    assert score.value == one.score.value
    assert (score.n, score.of) == (one.score.n, one.score.of)
    assert [item.key for item in score.items] == [f"13/{item.key}" for item in one.score.items]


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_pooled_means_weigh_every_conversation_alike(seeds) -> None:
    """Whatever seed it comes from."""
    (score,) = pooled(*(result("arm", talks(one), seed) for seed, one in enumerate(seeds)))
    every = [value for one in seeds for some in one.values() for value in some]
    assert score.value == pytest.approx(fmean(every), abs=1e-6)
    assert score.n == len(every)


@settings(deadline=None)
@given(VALUES, BETTER, st.sampled_from(["seekers", "seeds"]))
def test_an_arm_against_itself_is_nothing(values, better, over) -> None:
    """The difference is 0, and it is neither better nor worse."""
    found = [result(arm, talks(values), seed, better=better) for arm in "ab" for seed in (1, 2)]
    (one,) = told(pooled(*found), ("a", "b"), over=over)
    assert one.value == 0
    assert one.verdict in {"not distinguishable", "not compared"}
    if one.low is not None:
        assert one.low <= 0 <= one.high


@settings(deadline=None)
@given(VALUES, VALUES, BETTER)
def test_arms_turned_round_turn_the_finding_round(left, right, better) -> None:
    """Value and interval change their sign, p stays; better becomes worse."""
    assume(set(left) & set(right))
    scores = pooled(*(result(a, talks(v), better=better) for a, v in (("a", left), ("b", right))))
    (there,), (back,) = told(scores, ("a", "b")), told(scores, ("b", "a"))
    _turned(there, back)


@settings(max_examples=15, deadline=None)
@given(SHARES, SHARES, BETTER)
def test_shares_turned_round_turn_the_finding_round(left, right, better) -> None:
    """The same for figures that are bootstrapped by dialogue."""
    assume(set(left) & set(right))
    arms = (("a", counts(left)), ("b", counts(right)))
    scores = pooled(*(result(arm, items, better=better) for arm, items in arms))
    (there,), (back,) = told(scores, ("a", "b")), told(scores, ("b", "a"))
    _turned(there, back)


def _turned(there: Contrast, back: Contrast) -> None:
    assert back.value == pytest.approx(-there.value, abs=2e-6)
    assert (back.p, back.adjusted, back.n) == (there.p, there.adjusted, there.n)
    if there.low is None:
        assert (back.low, back.high) == (None, None)
    else:
        assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=2e-6)
    if "below the floor" not in {there.verdict, back.verdict}:  # the floor is the reference's own
        assert back.verdict == TURNED.get(there.verdict, there.verdict)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_unlike_signatures_are_never_compared(left, right) -> None:
    """No value, no p, and the parts that differ are told."""
    scores = pooled(
        result("a", talks(left), signature="sage:v1|turns=10"),
        result("b", talks(right), signature="sage:v1|turns=8"),
    )
    (one,) = told(scores, ("a", "b"))
    assert (one.value, one.p, one.verdict) == (None, None, "not compared")
    assert "turns=10 against turns=8" in one.why


@settings(deadline=None)
@given(GAINS.filter(lambda gains: len(gains) > 7))
def test_unlike_losses_forbid_a_verdict(gains) -> None:
    """However clear the difference: it is shown, and nothing is said of it."""
    new, old = met(gains)
    lossy = attrs.evolve(new, of=new.n + 40)
    (one,) = told((lossy, old), ("new", "old"))
    assert one.verdict == "not compared"
    assert f"40 of {lossy.of} against 0 of {old.of}" in one.why
    assert one.value == pytest.approx(fmean(gains), abs=1e-6)
    assert one.adjusted is None


@settings(max_examples=40, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_order_of_items_and_seeds_changes_no_figure(seeds, chance) -> None:
    """Equal scores in another order give the same bytes of figures and contrasts."""
    found = [
        result(arm, talks(values), seed, n=len(talks(values)))
        for arm, turn in (("a", 1), ("b", -1))
        for seed, values in enumerate(seeds[::turn])
    ]
    other = _shuffled(found, chance)
    one, two = (_said(pool(some, Figures())) for some in (found, other))
    assert one == two


def _shuffled(found, chance: random.Random):
    mixed = []
    for one in sorted(found, key=lambda item: (item.arm, chance.random())):
        items = list(one.score.items)
        chance.shuffle(items)
        mixed.append(attrs.evolve(one, score=attrs.evolve(one.score, items=tuple(items))))
    return mixed


def _said(scores: tuple[Score, ...]) -> str:
    bare = [attrs.evolve(score, items=(), breakdown=()) for score in scores]
    return to_lines([*bare, *told(scores, ("a", "b"))])


@settings(max_examples=25, deadline=None)
@given(VALUES, VALUES)
def test_a_record_has_equal_bytes_twice(left, right) -> None:
    """Nothing in it is chance."""
    found = [result("a", talks(left)), result("b", talks(right))]
    asked = Question(pairs=(("a", "b"),), reference="b", groups={"s1": ("mood=low",)})
    one, two = (record("s", "ablate", found, Figures(), asked) for _ in range(2))
    assert to_lines([one]) == to_lines([two])


@settings(deadline=None)
@given(GAINS, BETTER, st.booleans())
def test_verdicts_follow_p_direction_and_floor(gains, better, twice) -> None:
    """Each word means what the glossary of marks says, and nothing else is said."""
    scores = tuple(attrs.evolve(score, better=better) for score in met(gains, twice))
    (one,) = told(scores, ("new", "old"))
    sure = one.adjusted <= LEVEL and one.value != 0
    if not sure:
        assert one.verdict == "not distinguishable"
    elif one.floor is not None and abs(one.value) <= one.floor:
        assert one.verdict == "below the floor"
    elif better == "neither":
        assert one.verdict == ("higher" if one.value > 0 else "lower")
    else:
        good = (one.value > 0) == (better == "higher")
        assert one.verdict == ("better" if good else "worse")
    assert (one.floor is None) == (not twice)


@settings(deadline=None)
@given(st.lists(GAINS, min_size=2, max_size=4), st.lists(GAINS, min_size=1, max_size=3))
def test_the_main_measure_is_a_family_of_its_own(main, rest) -> None:
    """Holm corrects it apart from all others: never below p, never above Bonferroni's."""
    scores = [
        attrs.evolve(score, arm=f"{score.arm}{place}", name=name)
        for name, arms in (("emotion", main), ("turns", rest))
        for place, gains in enumerate(arms)
        for score in met(gains)
    ]
    pairs = [(f"new{place}", f"old{place}") for place in range(4)]
    found = told(scores, *pairs, measures=(MEASURE, "sage.turns"))
    for name, arms in (("emotion", main), ("turns", rest)):
        family = [one for one in found if one.name == name]
        assert {one.family for one in family} == {len(arms)}
        for one, most in zip(family, bonferroni([one.p for one in family]), strict=True):
            assert one.p <= one.adjusted <= most + 1e-6
        least = min(family, key=lambda one: one.p)
        assert least.adjusted == pytest.approx(min(1.0, least.p * len(arms)), abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(SEEKERS, st.integers(1, 40), min_size=2))
def test_what_was_never_seen_is_bounded_by_the_rule_of_three(tries) -> None:
    """Three over the tries, for a share and for the difference of two."""
    items = counts({name: (0, count) for name, count in tries.items()})
    scores = pooled(result("a", items, name="unsafe"), result("b", items, name="unsafe"))
    reach = min(1.0, 3 / sum(tries.values()))
    (one,) = told(scores, ("a", "b"), measures=("sage.unsafe",))
    assert (one.value, one.p, one.verdict) == (0, 1, "not distinguishable")
    assert (one.low, one.high) == pytest.approx((-reach, reach), abs=1e-6)
    if set(tries.values()) != {1}:
        assert (scores[0].value, scores[0].low) == (0, 0)
        assert scores[0].high == pytest.approx(reach, abs=1e-6)


@settings(deadline=None)
@given(st.lists(FEELINGS, min_size=4, max_size=9).filter(lambda some: len(set(some)) > 1))
def test_new_seeds_are_never_surer_than_new_seekers(firsts) -> None:
    """Three seeds leave two degrees of freedom: wider, and less is found."""
    found = [
        result(
            arm,
            talks({f"s{place}": [value * sign + seed] for place, value in enumerate(firsts)}),
            seed,
        )
        for arm, sign in (("a", 1), ("b", 0.5))
        for seed in (1, 2, 3)
    ]
    (narrow,), (wide,) = (told(pooled(*found), ("a", "b"), over=o) for o in ("seekers", "seeds"))
    assert wide.value == narrow.value
    assert wide.high - wide.low >= narrow.high - narrow.low
    assert wide.p >= narrow.p - 1e-6
    assert wide.detectable >= narrow.detectable
