"""Strategies for texts, names and numbers, with what has bitten some format."""

from __future__ import annotations

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


def texts(min_size: int = 0, max_size: int = 40) -> Strategy[str]:
    """Any text a file can hold: no lone surrogates, everything else."""
    tricky = st.sampled_from(ORDINARY) | st.text("ab \n-#*&;\\1.()'\":中", max_size=12)
    return (tricky | st.text(max_size=max_size)).filter(lambda text: len(text) >= min_size)


def filled_texts() -> Strategy[str]:
    """Text with something in it besides blanks."""
    return texts().filter(lambda text: bool(text.strip()))


def names() -> Strategy[str]:
    """Names of skills and labels."""
    return st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)


def several(each: Strategy[Any], least: int = 0, most: int = 3) -> Strategy[tuple[Any, ...]]:
    """A tuple of a few."""
    return st.lists(each, min_size=least, max_size=most).map(tuple)


def maybe(each: Strategy[Any]) -> Strategy[Any]:
    """Nothing, or one of ``each``."""
    return st.none() | each


def numbers() -> Strategy[float]:
    """Finite numbers."""
    return st.floats(-1e6, 1e6) | st.integers(-100, 100)


def counts() -> Strategy[int]:
    """How many."""
    return st.integers(0, 10**6)


def percents() -> Strategy[int]:
    """Whole numbers 0-100."""
    return st.integers(0, 100)


def shares() -> Strategy[float]:
    """Numbers 0-1."""
    return st.floats(0, 1)
