"""Spread of repeats and spread of seekers, against scipy and by simulation."""

from __future__ import annotations

from itertools import combinations
from math import sqrt
from pathlib import Path

import numpy as np
import orjson
import pytest
from scipy import stats as theirs

from esc_skills.stats import (
    Components,
    components,
    interaction,
    minimum_detectable,
    noise_floor,
    paired_student,
    seekers_needed,
)

SAGE = Path(__file__).resolve().parents[4] / "shared" / "data" / "sage"


def drawn(within: float, between: float, repeats: list[int], chance: int) -> dict[str, list[float]]:
    """Seekers with a level of their own, each met so many times."""
    rng = np.random.default_rng(chance)
    return {
        f"s{place:05d}": (rng.normal(50, between) + rng.normal(0, within, count)).tolist()
        for place, count in enumerate(repeats)
    }


@pytest.mark.parametrize("repeats", [[2] * 12, [1, 2, 3, 4, 5, 6] * 4], ids=["even", "uneven"])
def test_the_split_is_that_of_the_analysis_of_variance(repeats):
    """F of scipy's one-way analysis, turned into variances, is what comes out."""
    groups = drawn(10, 30, repeats, 1)
    found = components(groups)
    total, count = sum(repeats), len(repeats)
    noise = sum(np.var(one) * len(one) for one in groups.values()) / (total - count)
    typical = (total - sum(n * n for n in repeats) / total) / (count - 1)
    ratio = theirs.f_oneway(*groups.values()).statistic
    assert found.within == pytest.approx(sqrt(noise))
    assert found.between == pytest.approx(sqrt(noise * (ratio - 1) / typical))
    assert (found.values, found.clusters) == (total, count)


@pytest.mark.parametrize("between", [0.0, 5.0, 30.0])
def test_known_spreads_are_found_again(between):
    """Many seekers with unequal repeats: both spreads come out as they were drawn."""
    found = components(drawn(20, between, [1, 2, 2, 5] * 2000, 2))
    assert found.within == pytest.approx(20, rel=0.03)
    assert found.between**2 == pytest.approx(between**2, rel=0.06, abs=9)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, (None, None, 0, 0)),
        ({"a": [3.0], "b": [4.0], "c": []}, (None, None, 2, 2)),
        ({"a": [3.0, 5.0]}, (sqrt(2), None, 2, 1)),
        ({"a": [3.0, 3.0], "b": [3.0]}, (0.0, 0.0, 3, 2)),
        ({"a": [0.0, 8.0], "b": [1.0, 7.0]}, (5.0, 0.0, 4, 2)),
    ],
    ids=["nobody", "once-each", "one-seeker", "no-spread", "less-than-chance"],
)
def test_what_cannot_be_split(values, found):
    """Where nobody came twice nothing is known; a spread is never below 0."""
    within, between, total, count = found
    assert components(values) == Components(
        within=pytest.approx(within) if within else within,
        between=between,
        values=total,
        clusters=count,
    )


def test_two_runs_of_one_configuration_stay_below_the_floor():
    """The same seekers twice: 95 in 100 differences of means are below it, whatever seekers are."""
    rng = np.random.default_rng(3)
    level = rng.normal(50, 30, (4000, 24, 1))
    first, second = ((level + rng.normal(0, 12, (4000, 24, 2))).mean(axis=(1, 2)) for _ in range(2))
    below = (abs(first - second) < noise_floor(12, 48)).mean()
    assert below == pytest.approx(0.95, abs=0.014)
    assert noise_floor(12, 48, level=0.5) < noise_floor(12, 48)


def test_the_seekers_that_are_asked_for_are_enough():
    """As many seekers as it says find the difference in four studies of five."""
    count = seekers_needed(12, 20, 9, repeats=2)
    rng = np.random.default_rng(4)
    leaning = rng.normal(9, 20, (2000, count))
    gaps = leaning + rng.normal(0, sqrt(2 * 12**2 / 2), (2000, count))
    found = np.mean([paired_student(row.tolist()) < 0.05 for row in gaps])
    assert found == pytest.approx(0.8, abs=0.03)


def test_facts_of_the_released_transcripts():
    """At a spread of 42: 100 seekers find 12 points, 5 points need about 550, 3 about 1,500."""
    assert seekers_needed(42 / sqrt(2), 0, 5) == pytest.approx(550, rel=0.02)
    assert seekers_needed(42 / sqrt(2), 0, 3) == pytest.approx(1500, rel=0.03)
    assert minimum_detectable(42, 100) == pytest.approx(12, abs=0.2)
    assert noise_floor(42 / sqrt(2), 100) == pytest.approx(8.2, abs=0.1)


def test_repeats_help_against_chance_alone():
    """Repeats average chance away, what seekers are like stays."""
    assert seekers_needed(20, 0, 5, repeats=4) < seekers_needed(20, 0, 5) / 3
    assert seekers_needed(0, 20, 5, repeats=4) == seekers_needed(0, 20, 5)
    assert seekers_needed(20, 10, 5, power=0.9) > seekers_needed(20, 10, 5)
    assert seekers_needed(20, 10, 5, alpha=0.01) > seekers_needed(20, 10, 5)


@pytest.mark.parametrize("within", [14.0, None], ids=["told", "from-repeats"])
@pytest.mark.parametrize("leaning", [0.0, 25.0])
def test_unlike_gains_are_found_again(within, leaning):
    """Differences of unequally many repeats: the seekers' own part comes out as drawn."""
    gaps = drawn(14 * sqrt(2), leaning, [1, 2, 3] * 2500, 5)
    assert interaction(gaps, within) ** 2 == pytest.approx(leaning**2, rel=0.06, abs=16)


def test_unlike_gains_of_seekers_who_came_once():
    """Without repeats the whole spread counts, unless the noise is told from elsewhere."""
    gaps = {"a": [0.0], "b": [6.0], "c": [12.0]}
    assert interaction(gaps, None) == pytest.approx(6)
    assert interaction(gaps, 3.0) == pytest.approx(sqrt(36 - 18))
    assert interaction(gaps, 30.0) == 0


def test_what_cannot_be_answered():
    """No conversations, no repeats, one seeker: refused, not guessed."""
    with pytest.raises(ValueError, match="at least 1"):
        noise_floor(10, 0)
    with pytest.raises(ValueError, match="at least 1"):
        seekers_needed(10, 10, 5, repeats=0)
    with pytest.raises(ValueError, match="at least 2"):
        interaction({"a": [1.0, 2.0], "b": []}, 3.0)


@pytest.mark.development_data
@pytest.mark.skipif(not SAGE.is_dir(), reason="released transcripts are not here")
def test_paired_agents_of_the_released_transcripts_spread_as_stated():
    """Any two agents differ by 39 to 46 points a seeker, so 5 points need 480 to 670 seekers."""
    felt = []
    for path in sorted(SAGE.glob("*_result.jsonl")):
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        felt.append({row["id"]: row["emo_point"] for row in rows})
    for one, two in combinations(felt, 2):
        spread = interaction({name: [one[name] - two[name]] for name in one}, None)
        assert 38 < spread < 47
        assert 470 < seekers_needed(spread / sqrt(2), 0, 5) < 690
