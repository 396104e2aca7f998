"""Boundaries of sequential tests, against published values and simulation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from esc_skills.stats import boundaries, spent

FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        ("obrien-fleming", (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        ("pocock", (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)),
    ],
)
def test_boundaries_of_five_looks_are_the_published_ones(spending, published):
    """Lan-DeMets boundaries for five equal looks, one-sided 0.025, as tables print them."""
    assert boundaries(FIVE, 0.025, spending) == pytest.approx(published, abs=2e-4)


def test_one_look_is_the_ordinary_test():
    """A single look spends all of the error at the normal quantile."""
    assert boundaries((1.0,), 0.05) == pytest.approx((1.6449,), abs=1e-4)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock", "power"])
@pytest.mark.parametrize("looks", [(0.1, 0.15, 0.5, 1.0), tuple(i / 20 for i in range(1, 21))])
def test_the_error_is_kept_under_any_looks(spending, looks):
    """Simulated paths without an effect cross with the stated probability."""
    steps = np.sqrt(np.diff([0.0, *looks]))
    paths = np.random.default_rng(9).normal(size=(60_000, len(looks))) * steps
    z = paths.cumsum(axis=1) / np.sqrt(looks)
    crossed = (z >= np.array(boundaries(looks, 0.05, spending))).any(axis=1).mean()
    assert crossed == pytest.approx(0.05, abs=0.0036)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock", "power"])
def test_spending_starts_at_nothing_and_ends_at_all(spending):
    """Nothing is spent before the first pair, all of it at the last, and never less than before."""
    course = [spent(i / 50, 0.05, spending) for i in range(60)]
    assert course[0] == 0
    assert course[50] == pytest.approx(0.05)
    assert course[-1] == pytest.approx(0.05)
    assert all(before <= after for before, after in pairwise(course))


@pytest.mark.parametrize("fractions", [(), (0.0, 1.0), (0.5, 0.5, 1.0), (0.8, 0.4)])
def test_fractions_must_rise(fractions):
    """Looks that do not move forward are refused."""
    with pytest.raises(ValueError, match="rise"):
        boundaries(fractions, 0.05)
