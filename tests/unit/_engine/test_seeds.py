"""Chance by place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills._engine.seeds import generator

WORDS = st.lists(st.text(max_size=8), max_size=4)


@given(seed=st.integers(0, 2**63), place=WORDS)
def test_equal_places_give_equal_numbers(seed: int, place: list[str]) -> None:
    """Seed and place alone decide; whatever ran before does not matter."""
    assert generator(seed, *place).random() == generator(seed, *place).random()


def test_numbers_are_the_same_in_every_process() -> None:
    """A fixed figure: no hash randomisation, no platform in it."""
    assert round(generator(13, "talk", "p1", 0).random(), 12) == 0.55400443


@given(one=WORDS, two=WORDS)
def test_other_places_give_other_numbers(one: list[str], two: list[str]) -> None:
    """Different places have different chance, also when their words join to one text."""
    if one != two:
        assert generator(1, *one).random() != generator(1, *two).random()
