"""Strategies for texts, names and numbers, with what has bitten some format."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy as Strategy

ORDINARY = (
    "Name the feeling before anything else.",
    "Ask one open question, then wait.",
    "先说出对方的感受，再问一个问题。",
    "- not a list",
    "1. not a step",
    "## Guidance",
    "*(none)*",
    "&#32; stays",
    "two\nlines",
    "a\n\n\nb\n",
    "tab\tand\r\nreturn",
    "---",
    "{{7*7}} $(x) %(y)s",
    "no",
    "👩‍👩‍👧 zwj",
)
"""Texts that have bitten some file format."""


@cache
def texts() -> Strategy[str]:
    """Any text a file can hold: no lone surrogates, everything else."""
    tricky = st.text("ab \n-#*&;\\1.()'\":中", max_size=12)
    return st.sampled_from(ORDINARY) | tricky | st.text(max_size=40)


@cache
def filled_texts() -> Strategy[str]:
    """Text with something in it besides blanks."""
    return texts().filter(lambda text: bool(text.strip()))


@cache
def names() -> Strategy[str]:
    """Names of skills and labels."""
    part = st.text("abyz019", min_size=1, max_size=6)
    return st.lists(part, min_size=1, max_size=3).map("-".join)


@cache
def several(each: Strategy[Any], least: int = 0, most: int = 3) -> Strategy[tuple[Any, ...]]:
    """A tuple of a few."""
    return st.lists(each, min_size=least, max_size=most).map(tuple)


@cache
def maybe(each: Strategy[Any]) -> Strategy[Any]:
    """Nothing, or one of ``each``."""
    return st.none() | each


@cache
def numbers() -> Strategy[float]:
    """Finite numbers."""
    return st.floats(-1e6, 1e6) | st.integers(-100, 100)


@cache
def counts() -> Strategy[int]:
    """How many."""
    return st.integers(0, 10**6)


@cache
def percents() -> Strategy[int]:
    """Whole numbers 0-100."""
    return st.integers(0, 100)


@cache
def shares() -> Strategy[float]:
    """Numbers 0-1."""
    return st.floats(0, 1)
