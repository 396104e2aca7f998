"""Safe names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.reports.naming import MOST, natural, safe

IDS = st.one_of(st.text(st.characters()), st.from_regex(r"[a-z~_/.-]{0,6}", fullmatch=True))


@given(IDS)
def test_any_id_becomes_a_safe_name(name: str) -> None:
    """O07: nothing but plain signs, no folder, no dot, and not too long."""
    assert re.fullmatch(r"[A-Za-z0-9_~-]+", safe(name))
    assert len(safe(name)) <= MOST


@given(IDS, IDS)
def test_unlike_ids_have_unlike_names(one: str, two: str) -> None:
    """O07: no two conversations share an anchor."""
    assert (safe(one) == safe(two)) == (one == two)


@pytest.mark.parametrize("name", ["../x", "a\0b", "x" * 300, "~abc", "a_b", "", "é", "a//b", "a/"])
def test_strange_ids_are_hashed(name: str) -> None:
    """O07: what is no row of plain words is a hash."""
    assert safe(name).startswith("~")


def test_plain_ids_stay_readable() -> None:
    """A person can tell from a link where it leads."""
    assert safe("evolved/grid-report-2/0") == "evolved_grid-report-2_0"


def test_numbers_in_names_sort_as_numbers() -> None:
    """``p2`` comes before ``p10``, and digits of any length do no harm."""
    names = ["p10", "p2", "p2b", "q1", "p" + "9" * 5000]
    assert sorted(names, key=natural) == ["p2", "p2b", "p10", "p" + "9" * 5000, "q1"]
