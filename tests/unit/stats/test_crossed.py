"""Errors clustered by seeker and by seed, against the formula written out and by simulation."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats as theirs

from esc_skills.stats import crossed_difference, crossed_error, mean_interval
from esc_skills.stats.means import standard_error

SEEKERS, SEEDS = 24, 12
NAMES = [f"s{place:02d}" for place in range(SEEKERS) for _ in range(SEEDS)]
DRAWS = [f"{seed}" for _ in range(SEEKERS) for seed in range(SEEDS)]


def written_out(values, first, second) -> float:
    """Cameron, Gelbach & Miller's sums over all pairs of values that share a cluster."""
    rest = np.array(values) - np.mean(values)
    cells = [f"{one} {two}" for one, two in zip(first, second, strict=True)]
    parts = []
    for names in (first, second, cells):
        same = np.array(names)[:, None] == np.array(names)
        count = len(set(names))
        parts.append(float(rest @ same @ rest) * count / (count - 1) / len(values) ** 2)
    return sqrt(max(parts[0] + parts[1] - parts[2], parts[0], parts[1]))


@pytest.mark.parametrize("leaning", [(0, 0), (30, 0), (0, 30), (20, 20)], ids=str)
@pytest.mark.parametrize("kept", [40, 288])
def test_error_is_the_published_formula(leaning, kept):
    """Any mix of both leanings, with pairs missing and without."""
    rng = np.random.default_rng([7, *leaning])
    by_seeker, by_seed = rng.normal(0, leaning[0], SEEKERS), rng.normal(0, leaning[1], SEEDS)
    grid = (by_seeker[:, None] + by_seed + rng.normal(5, 20, (SEEKERS, SEEDS))).ravel()
    places = sorted(rng.permutation(len(grid))[:kept].tolist())
    held = [[column[place] for place in places] for column in (grid.tolist(), NAMES, DRAWS)]
    error, freedom = crossed_error(*held)
    assert error == pytest.approx(written_out(*held))
    assert freedom == len(set(held[2])) - 1


def test_never_below_one_way():
    """Where seekers even each other out within a seed, the error stays that of the seekers."""
    values = [10.0, -10.0, -10.0, 10.0, 10.0, -9.0]
    names, seeds = list("aabbcc"), list("121212")
    one = standard_error(values, names)[0], standard_error(values, seeds)[0]
    assert crossed_error(values, names, seeds)[0] >= max(one)


def test_coverage_for_new_seekers_and_new_seeds():
    """Both lean: 93 to 97 of 100 intervals hold the truth, where clusters of seekers alone fail."""
    rng = np.random.default_rng(8)
    held = alone = 0
    for _ in range(1000):
        by_seeker, by_seed = rng.normal(0, 15, (SEEKERS, 1)), rng.normal(0, 10, SEEDS)
        gaps = (by_seeker + by_seed + rng.normal(0, 25, (SEEKERS, SEEDS))).ravel().tolist()
        found, plain = crossed_difference(gaps, NAMES, DRAWS), mean_interval(gaps, NAMES)
        held += found.low <= 0 <= found.high
        alone += plain.low <= 0 <= plain.high
        assert (found.p < 0.05) == (not found.low <= 0 <= found.high)
    assert 930 <= held <= 970
    assert alone < 900


def test_p_and_ends_are_students():
    """As many degrees of freedom as the fewer clusters have, less one."""
    rng = np.random.default_rng(9)
    gaps = rng.normal(6, 25, SEEKERS * SEEDS).tolist()
    found, (error, freedom) = (
        crossed_difference(gaps, NAMES, DRAWS),
        crossed_error(gaps, NAMES, DRAWS),
    )
    assert found.p == pytest.approx(2 * theirs.t.sf(found.value / error, freedom))
    wide = crossed_difference(gaps, NAMES, DRAWS, level=0.99)
    assert wide.high == pytest.approx(found.value + theirs.t.ppf(0.995, freedom) * error)
    assert wide.n == len(gaps)


def test_too_little_to_test():
    """One seed or one seeker speaks of no other; no spread leaves no doubt."""
    nothing = crossed_difference([], [], [])
    assert (nothing.value, nothing.n, nothing.p) == (None, 0, None)
    for names, seeds in ((list("ab"), list("11")), (list("aa"), list("12"))):
        found = crossed_difference([1.0, 3.0], names, seeds)
        assert (found.value, found.low, found.high, found.p) == (2.0, None, None, None)
    assert crossed_difference([3.0] * 4, list("aabb"), list("1212")).p == 0.0
    assert crossed_difference([0.0] * 4, list("aabb"), list("1212")).p == 1.0
    with pytest.raises(ValueError, match="names"):
        crossed_error([1.0, 2.0], ["a"], ["1", "2"])
