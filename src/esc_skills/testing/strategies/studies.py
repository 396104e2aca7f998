"""Strategies for what studies find: contrasts, costs, tables, whole records."""

from __future__ import annotations

from functools import cache
from typing import get_args

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy as Strategy

from esc_skills import model as m
from esc_skills.model.study import WORDS
from esc_skills.testing.strategies.judgements import scores
from esc_skills.testing.strategies.words import (
    counts,
    filled_texts,
    maybe,
    numbers,
    several,
    shares,
    texts,
)

DIRECTIONS = get_args(m.score.Direction)


@cache
def items() -> Strategy[m.Item]:
    """Items with one sum or some."""
    return st.builds(
        m.Item, key=filled_texts(), cluster=filled_texts(), sums=several(numbers(), 1, 4)
    )


@st.composite
def itemised_scores(draw: st.DrawFn) -> m.Score:
    """Scores with the items that they are made of."""
    return attrs.evolve(
        draw(scores()),
        arm=draw(filled_texts()),
        better=draw(st.sampled_from(DIRECTIONS)),
        items=draw(several(items())),
    )


@st.composite
def contrasts(draw: st.DrawFn) -> m.Contrast:
    """Contrasts; ``of`` is never less than ``n``."""
    n = draw(counts())
    figure, word = maybe(numbers()), filled_texts()
    return m.Contrast(
        evaluator=draw(word),
        name=draw(word),
        arm=draw(word),
        against=draw(word),
        value=draw(figure),
        low=draw(figure),
        high=draw(figure),
        floor=draw(figure),
        detectable=draw(figure),
        p=draw(maybe(shares())),
        adjusted=draw(maybe(shares())),
        family=draw(st.integers(1, 99)),
        n=n,
        of=n + draw(st.integers(0, 9)),
        clusters=draw(counts()),
        test=draw(texts()),
        better=draw(st.sampled_from(DIRECTIONS)),
        verdict=draw(st.sampled_from(WORDS)),
        why=draw(texts()),
        signature=draw(texts()),
    )


@cache
def costs() -> Strategy[m.Cost]:
    """What arms took."""
    price = maybe(st.floats(0, 1e4))
    return st.builds(
        m.Cost,
        arm=filled_texts(),
        questions=counts(),
        tokens_in=counts(),
        tokens_out=counts(),
        usd=price,
        seconds=price,
    )


@cache
def cells() -> Strategy[m.StudyCell]:
    """Cells with figures, words, both or nothing."""
    end = maybe(numbers())
    return st.builds(
        m.StudyCell,
        text=texts(),
        value=end,
        low=end,
        high=end,
        n=maybe(counts()),
        of=maybe(counts()),
        mark=st.sampled_from(("", *WORDS)),
        digits=st.integers(0, 4),
    )


@st.composite
def study_tables(draw: st.DrawFn) -> m.StudyTable:
    """Tables of any width whose rows are as wide as their heads."""
    head = draw(several(texts(), 1, 5))
    row = several(cells(), len(head), len(head))
    return m.StudyTable(
        name=draw(filled_texts()),
        caption=draw(filled_texts()),
        head=head,
        rows=draw(several(row)),
        notes=draw(several(texts())),
    )


@cache
def studies() -> Strategy[m.StudyRecord]:
    """Whole studies, a few of everything."""
    return st.builds(
        m.StudyRecord,
        name=filled_texts(),
        kind=st.sampled_from(("ablate", "bench", "noise", "power", "compare", "reproduce")),
        methods=texts(),
        tables=several(study_tables(), most=2),
        scores=several(itemised_scores(), most=2),
        contrasts=several(contrasts(), most=2),
        costs=several(costs(), most=2),
        lost=several(texts(), most=2),
        facts=st.dictionaries(texts(), texts() | counts(), max_size=2),
    )
