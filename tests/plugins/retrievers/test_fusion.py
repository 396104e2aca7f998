"""Reciprocal rank fusion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from esc_skills_plugins.retrievers.fusion import fuse, ranking

SCORES = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(-300, 300), st.booleans()), min_size=1, max_size=400
)


@given(SCORES)
def test_ranks_are_middle_ranks(rows):
    """Ranks are those of an independent library: from the best, ties share their middle."""
    scores = np.array([float(row[0]) for row in rows])
    got = ranking(scores).ranks(np.arange(len(rows)))
    assert got.tolist() == rankdata(-scores).tolist()


@settings(max_examples=200)
@given(SCORES, st.sampled_from([0.1, 1.0, 3.0]), st.integers(1, 5))
def test_the_top_is_that_of_whole_lists(rows, weight, most):
    """What is left out near the bottom of both lists could not have led the fused one."""
    table = np.array([row[:2] for row in rows], dtype=float)
    able = np.array([row[2] for row in rows])
    lists = [(1.0, ranking(table[:, 1])), (weight, ranking(table[:, 0]))]
    if not able.any():
        return
    places, sums = fuse(lists, able, constant=60, most=most)
    every = np.arange(len(rows))
    whole = sum(share / (60 + one.ranks(every)) for share, one in lists) * 61 / (1 + weight)
    best = sorted((-round(whole[at], 9), at) for at in every[able])[:most]
    got = sorted((-round(value, 9), at) for at, value in zip(places, sums, strict=True))[:most]
    assert [value for value, _ in got] == pytest.approx([value for value, _ in best])


def test_first_in_both_lists_is_one():
    """The best possible sum is 1, and a list of ties moves nothing."""
    clear, tied = ranking(np.array([3.0, 2.0, 1.0])), ranking(np.zeros(3))
    able = np.ones(3, dtype=bool)
    _, sums = fuse([(1.0, clear), (0.5, clear)], able, constant=60, most=1)
    assert sums[0] == pytest.approx(1)
    _, both = fuse([(1.0, clear), (1.0, tied)], able, constant=60, most=1)
    assert (np.diff(both) < 0).all()


def test_what_is_barred_has_no_rank():
    """Skills at -inf are not counted in the ranks of others."""
    made = ranking(np.array([-np.inf, 1.0, 5.0]))
    assert made.ranks(np.array([1, 2])).tolist() == [2, 1]
    assert made.first(9).tolist() == [1, 2]
