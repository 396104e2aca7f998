"""Krippendorff's alpha, against the krippendorff package, values by hand and the published one."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from esc_skills.stats import alpha_interval, krippendorff_alpha

OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""The example of Krippendorff's own introduction: four observers, twelve units, with gaps."""
UNITS = [
    [None if value == "." else int(value) for value in column]
    for column in zip(*(row.split() for row in OBSERVERS), strict=True)
]


METRICS = ("nominal", "ordinal", "interval", "ratio")


@pytest.mark.parametrize(
    ("metric", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_published_example(metric, alpha) -> None:
    """The four alphas of the textbook example."""
    assert krippendorff_alpha(UNITS, metric) == pytest.approx(alpha, abs=0.0005)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("scale", [2, 5, 40])
@pytest.mark.parametrize("missing", [0.0, 0.3, 0.6])
def test_alpha_is_that_of_the_package(metric, scale, missing) -> None:
    """Random readings with gaps under every metric: equal to nine digits."""
    rng = np.random.default_rng([scale, round(10 * missing)])
    for _ in range(10):
        truth = rng.integers(0, scale, (15, 1))
        read = np.where(rng.random((15, 4)) < 0.6, truth, rng.integers(0, scale, (15, 4)))
        gaps = rng.random((15, 4)) < missing
        units = [
            [None if gap else float(one) for one, gap in zip(*pair, strict=True)]
            for pair in zip(read, gaps, strict=True)
        ]
        theirs = krippendorff.alpha(np.where(gaps, np.nan, read).T, level_of_measurement=metric)
        assert krippendorff_alpha(units, metric) == pytest.approx(theirs, abs=1e-9)


def test_words_have_a_nominal_distance_alone() -> None:
    """Labels agree as their numbers do; any other distance between words is refused."""
    words = [[None if one is None else f"label {one}" for one in unit] for unit in UNITS]
    assert krippendorff_alpha(words, "nominal") == krippendorff_alpha(UNITS, "nominal")
    with pytest.raises(ValueError, match="use the nominal metric"):
        krippendorff_alpha(words, "ordinal")
    with pytest.raises(ValueError, match="from 0 on"):
        krippendorff_alpha([[-1, 1]], "ratio")


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([(1, 1), (2, 2), (5, 5)], 1.0),
        # Observed disagreement 1, expected 8/12: 1 - 12/8.
        ([(1, 2), (1, 2)], -0.5),
        # Observed (0 + 2) / 4 = 1/2; expected over 1,1,1,2: 6/12.
        ([(1, 1), (1, 2)], 0.0),
        # Readings 1,1,5,4: observed 2/4; expected 2 * (4 * 43 - 121) / 12 = 102/12.
        ([(1, 1), (5, 4)], 1 - 0.5 / (102 / 12)),
        ([(1, 1), (2, 2), (3,)], 1.0),
    ],
)
def test_values_by_hand(units, expected) -> None:
    """Small cases come out as worked out on paper; a unit read once says nothing."""
    assert krippendorff_alpha(units) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("units", [[], [()], [(3,), (4,)], [(3, 3), (3, 3, 3)]])
def test_undefined_is_none(units) -> None:
    """Without two readings of a unit, or without any difference, there is no alpha."""
    assert krippendorff_alpha(units) is None


@given(st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=6), st.integers(-3, 3))
def test_moving_the_scale_changes_nothing(units, shift) -> None:
    """Alpha is at most 1 and does not depend on where the scale begins."""
    found = krippendorff_alpha(units)
    assert found == krippendorff_alpha([[value + shift for value in unit] for unit in units])
    assert found is None or found <= 1


@pytest.mark.parametrize("metric", METRICS)
def test_the_interval_is_that_of_resampled_units(metric) -> None:
    """Its ends are percentiles of the package's alpha over units drawn again and again."""
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 6, (40, 1))
    read = np.where(rng.random((40, 3)) < 0.7, truth, rng.integers(1, 6, (40, 3)))
    found = alpha_interval(read.tolist(), metric)
    seen = [
        krippendorff.alpha(read[rng.integers(0, 40, 40)].T, level_of_measurement=metric)
        for _ in range(1000)
    ]
    share = stats.norm.cdf(stats.t.ppf(0.025, 39) * np.sqrt(40 / 39))
    ends = np.quantile(seen, [share, 1 - share])
    assert found.value == krippendorff_alpha(read.tolist(), metric)
    assert found.n == 40
    assert (found.low, found.high) == pytest.approx(ends, abs=0.35 * float(np.std(seen)))


def test_coverage_of_the_interval() -> None:
    """Fifty units, three readers: about 95 of 100 intervals hold the alpha of very many units."""
    rng = np.random.default_rng(4)

    def drawn(count: int) -> list[list[float]]:
        truth = rng.normal(0, 1, (count, 1))
        return np.clip(np.rint(3 + truth + rng.normal(0, 0.8, (count, 3))), 1, 5).tolist()

    true = krippendorff_alpha(drawn(200_000))
    found = [alpha_interval(drawn(50), repeats=200) for _ in range(300)]
    held = sum(one.low <= true <= one.high for one in found)
    assert 0.90 <= held / 300 <= 0.98


def test_an_interval_that_cannot_be_known() -> None:
    """One unit, or resamples that mostly have no alpha: the ends are None."""
    assert alpha_interval([]).value is None
    assert alpha_interval([[1, 2]]).low is None
    rare = alpha_interval([[1, 1]] * 9 + [[1, 2]])
    assert rare.value is not None
    assert (rare.low, rare.high, rare.n) == (None, None, 10)
