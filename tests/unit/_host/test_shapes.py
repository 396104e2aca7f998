from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._host.shapes import LONGEST_TEXT, fault_in
from esc_skills.model import Alarm, Match, Reply, Score, Skill, Table
from esc_skills.testing.samples import skill

MATCH = Match(skill="a", score=1.0)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("x", str),
        (3, float),
        (True, bool),
        (None, None),
        (None, Alarm | None),
        ((), tuple[Match, ...]),
        ((MATCH, MATCH), tuple[Match, ...]),
        (("a", 1), tuple[str, int]),
        (frozenset({"a"}), frozenset[str]),
        ("a", Literal["a", "b"]),
        (Path(), Path),
        (object(), Any),
        (skill(), Skill),
    ],
)
def test_what_fits_has_no_fault(value: object, hint: Any) -> None:
    """An answer of the promised type is not complained about."""
    assert fault_in(value, hint) == ""


@pytest.mark.parametrize(
    ("value", "hint", "told"),
    [
        (None, Reply, ": is None, must be Reply"),
        ([MATCH], tuple[Match, ...], ": is list, must be tuple[Match, ...]"),
        ((MATCH, None), tuple[Match, ...], "[1]: is None, must be Match"),
        ((Match(skill="a", score=math.nan),), tuple[Match, ...], "[0].score: nan is no finite"),
        ((Match(skill="a", score=math.inf),), tuple[Match, ...], "[0].score: inf is no finite"),
        (Reply(text=None, strategy=""), Reply, ".text: is None, must be str"),
        (Reply(text="a", strategy="", used=("b", 3)), Reply, ".used[1]: is int, must be str"),
        (True, int, ": is bool, must be int"),
        (True, float, ": is bool, must be float"),
        ("c", Literal["a", "b"], "'c' is none of 'a', 'b'"),
        (("a",), tuple[str, int], ": is tuple, must be a tuple of 2"),
        (("a", "b"), tuple[str, int], "[1]: is str, must be int"),
        ({"a"}, frozenset[str], ": is set, must be frozenset[str, ...]"),
        ("there", Path, ": is str, must be Path"),
        ("x" * (LONGEST_TEXT + 1), str, "characters, at most 1000000"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path(value: object, hint: Any, told: str) -> None:
    """P06: None, wrong noun, NaN, infinity, wrong element, too long: the field is named."""
    assert told in fault_in(value, hint)


def test_the_fault_inside_an_optional_noun_is_told() -> None:
    """Of two alternatives the one that nearly fits is explained."""
    alarm = Alarm(rule="r", speaker="seeker", reason=7)
    assert fault_in(alarm, Alarm | None) == ".reason: is int, must be str"


def test_numpy_numbers_that_are_no_int_are_refused() -> None:
    """A numpy integer would not survive JSON; a numpy float is a float."""
    import numpy

    assert fault_in(numpy.int64(3), int) == ": is int64, must be int"
    assert fault_in(numpy.float64(3), float) == ""


@given(st.floats())
def test_a_number_passes_exactly_when_it_is_finite(value: float) -> None:
    """P06: no NaN and no infinity comes in, wherever it stands."""
    table = Table(name="t", rows=("r",), columns=("c",), values=((value,),))
    assert (fault_in(table, Table) == "") == math.isfinite(value)


@given(st.sampled_from(["value", "n", "of", "low", "signature", "breakdown"]), st.data())
def test_any_field_of_any_kind_is_looked_at(field: str, data: st.DataObject) -> None:
    """P06: a value of a wrong kind in any field is named by that field."""
    good = Score(evaluator="e", name="n", value=1.0, n=1, of=1, signature="s")
    wrong = data.draw(st.sampled_from([b"bytes", {"a": 1}, [1]]))
    object.__setattr__(bad := attrs.evolve(good), field, wrong)
    assert fault_in(bad, Score).startswith(f".{field}:")
