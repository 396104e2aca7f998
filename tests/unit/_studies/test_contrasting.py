"""What may be said of two arms."""

from __future__ import annotations

import pytest
from madeup import counts, pooled, result, talks
from scipy import stats as scipy_stats

from esc_skills._studies.contrasting import CROSSED, RESAMPLES, contrasts, paired, unlike
from esc_skills._studies.pooling import Figures
from esc_skills.model import Contrast, Score
from esc_skills.stats import crossed_error, minimum_detectable, noise_floor

GAINS = (12.0, 9.0, 15.0, 7.0, 11.0, 14.0, 8.0, 10.0)


def arms(gains=GAINS, seeds=(13,), **facts) -> tuple[Score, ...]:
    """Arm ``new`` gains so much with each seeker over ``old``, a little more with every seed."""
    found = []
    for place, seed in enumerate(seeds):
        old = {f"s{who}": [40.0 + who] for who in range(len(gains))}
        new = {f"s{who}": [40.0 + who + gain + place] for who, gain in enumerate(gains)}
        found += [result("new", talks(new), seed, **facts), result("old", talks(old), seed)]
    return pooled(*found)


def told(scores, *pairs, measures=("sage.emotion",), **options) -> tuple[Contrast, ...]:
    return contrasts(scores, pairs or (("new", "old"),), measures, Figures(), **options)


def test_a_mean_is_tested_as_scipy_tests_it() -> None:
    """One pair a seeker: Student's paired test and interval."""
    (one,) = told(arms())
    right = scipy_stats.ttest_1samp(GAINS, 0)
    ends = right.confidence_interval(0.95)
    assert one.value == sum(GAINS) / len(GAINS)
    assert (one.low, one.high) == pytest.approx((ends.low, ends.high), abs=1e-6)
    assert one.p == pytest.approx(right.pvalue, abs=1e-6)
    assert (one.n, one.of, one.clusters, one.seeds) == (8, 8, 8, 1)
    assert (one.verdict, one.why) == ("better", "")


def test_the_least_detectable_difference_follows_from_the_spread() -> None:
    """At the level that the family leaves: with four contrasts a larger one is needed."""
    (one,) = told(arms())
    sd = scipy_stats.tstd(GAINS)
    assert one.detectable == pytest.approx(minimum_detectable(sd, 8, 0.05, 0.8), abs=1e-5)
    four = told(arms(), *[("new", "old")] * 4)
    assert four[0].family == 4
    assert four[0].detectable == pytest.approx(minimum_detectable(sd, 8, 0.0125, 0.8), abs=1e-5)


def test_few_seeds_detect_little() -> None:
    """Over seeds the least detectable difference has the seeds' degrees of freedom."""
    scores = arms(seeds=(1, 2, 3))
    (one,) = told(scores, over="seeds")
    gaps = [gain + place for place in range(3) for gain in GAINS]
    names = [f"s{who}" for _ in range(3) for who in range(8)]
    error, freedom = crossed_error(gaps, names, [str(place) for place in range(3) for _ in GAINS])
    assert (one.test, one.seeds, freedom) == (CROSSED, 3, 2)
    right = minimum_detectable(error * 3**0.5, 3, 0.05, 0.8)
    assert one.detectable == pytest.approx(right, rel=1e-5)


def test_one_seed_speaks_of_seekers_alone() -> None:
    """Nobody can say what new seeds do from one; the test says what it clustered by."""
    (one,) = told(arms(), over="seeds")
    assert one.test == "Student, clustered by seeker"


def test_bootstrapped_intervals_are_read_back_with_students_reach() -> None:
    """For a ratio whose counts are all alike the bootstrap finds what the formula finds."""
    who = [f"d{place:02d}" for place in range(12)]
    hits = [(place * 7) % 11 for place in range(12)]
    new = counts({name: (hit, 10) for name, hit in zip(who, hits, strict=True)})
    old = counts(dict.fromkeys(who, (3, 10)))
    (one,) = told(pooled(result("new", new), result("old", old)))
    assert one.test == f"paired bootstrap of clusters, {RESAMPLES} resamples"
    right = minimum_detectable(scipy_stats.tstd([hit / 10 for hit in hits]), 12)
    assert one.detectable == pytest.approx(right, rel=0.05)
    assert one.floor is None


def test_the_floor_is_the_references_own_noise() -> None:
    """From seekers that the reference met more than once; a gain below it is no better."""
    old = {f"s{who}": [40.0, 60.0] for who in range(30)}
    new = {
        name: [one + 1.0 + (place % 2) for one in some]
        for place, (name, some) in enumerate(old.items())
    }
    scores = pooled(result("new", talks(new)), result("old", talks(old)))
    (one,) = told(scores)
    assert one.floor == pytest.approx(noise_floor(200**0.5, 60), abs=1e-6)
    assert one.adjusted < 0.05
    assert 0 < one.value < one.floor
    assert one.verdict == "below the floor"


@pytest.mark.parametrize(
    ("better", "up", "down"),
    [("higher", "better", "worse"), ("lower", "worse", "better"), ("neither", "higher", "lower")],
)
def test_words_follow_the_direction(better: str, up: str, down: str) -> None:
    """Good is what the evaluator calls good."""
    assert told(arms(better=better))[0].verdict == up
    less = tuple(-gain for gain in GAINS)
    assert told(arms(less, better=better))[0].verdict == down


def test_only_seekers_that_both_met_are_paired_and_the_rest_is_told() -> None:
    """A conversation that is lost on one side leaves ``n`` of ``of``."""
    new, old = talks({"s1": [9], "s2": [8], "s3": [7]}), talks({"s2": [3], "s3": [3], "s4": [3]})
    assert [(one.key, two.key) for one, two in paired(new, old)] == [("s2#0",) * 2, ("s3#0",) * 2]
    (one,) = told(pooled(result("new", new, of=4), result("old", old)))
    assert (one.value, one.n, one.of) == (4.5, 2, 4)


def test_what_cannot_be_paired_says_why() -> None:
    """No seeker or no seed in common, nothing scored, no items: four sentences."""
    new, old = talks({"s1": [9]}), talks({"s2": [3]})
    (strangers,) = told(pooled(result("new", new), result("old", old)))
    (apart,) = told(pooled(result("new", new), result("old", new, 14)))
    assert apart.why == "no seed in common"
    (empty,) = told(pooled(result("new", (), value=None), result("old", old)))
    (bare,) = told(pooled(result("new", (), value=1, n=1, of=1), result("old", old)))
    assert strangers.why == "no pairs"
    assert empty.why == "new has nothing that was scored"
    assert bare.why == "the evaluator gives no items"
    assert {one.verdict for one in (strangers, empty, bare)} == {"not compared"}
    assert empty.of == 1


def test_one_seeker_is_too_few() -> None:
    """The difference is shown; nobody knows how sure it is, and no level is spent on it."""
    (one,) = told(pooled(result("new", talks({"s1": [9]})), result("old", talks({"s1": [3]}))))
    assert (one.value, one.low, one.p, one.detectable) == (6, None, None, None)
    assert (one.verdict, one.why, one.family) == ("not compared", "too few seekers", 1)


def test_a_figure_without_its_evaluator_is_not_compared() -> None:
    """Its sums are no mean, and what they are nobody here knows."""
    scores = [result(arm, counts({"d1": (1, 2, 3)})) for arm in ("new", "old")]
    (one,) = told(pooled(*scores))
    assert (one.value, one.why) == (None, "evaluator sage is not installed here")


def test_what_is_not_compared_spends_no_level() -> None:
    """Contrasts without a verdict are no part of the family."""
    scores = (*arms(), *pooled(result("odd", talks({"s0": [1]}), signature="sage:v9")))
    one, other = told(scores, ("new", "old"), ("odd", "old"))
    assert (one.family, one.adjusted) == (1, one.p)
    assert other.why == "signatures differ: sage:v9 against sage:v1, turns=10"


def test_equal_signatures_are_found_among_unlike_ones() -> None:
    """An arm that was scored in two ways is compared in the way that both share."""
    more = pooled(result("new", talks({"s0": [0]}), signature="sage:v9"))
    (one,) = told((*more, *arms()))
    assert one.signature == "sage:v1|turns=10"
    assert one.value is not None


def test_a_measure_that_an_arm_lacks_makes_no_row() -> None:
    """There is nothing to say of it."""
    assert told(arms(), measures=("sage.turns",)) == ()
    assert told(arms(), ("new", "nobody")) == ()


def test_signatures_are_told_apart_by_their_parts() -> None:
    """Three parts a side at most; what both have is left out."""
    assert unlike("a|b|c", "a|b|d") == "c against d"
    assert unlike("a|1|2|3|4", "a") == "1, 2, 3 against nothing"
