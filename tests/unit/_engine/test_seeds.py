"""Chance by place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills._engine.contexts import Lender
from esc_skills._engine.gateway import Gateway
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


def lender() -> Lender:
    return Lender(seed=1, gateway=Gateway(models={}), note=lambda *facts: None)


def test_one_actor_never_shifts_another() -> None:
    """Draws of the responder leave the seeker's numbers alone: arms stay paired."""
    quiet, noisy = lender().at("talk", "p1", 0), lender().at("talk", "p1", 0)
    for _ in range(5):
        noisy("responder").rng.random()
    assert quiet("seeker").rng.random() == noisy("seeker").rng.random()


def test_repeats_have_seeds_of_their_own() -> None:
    """The second repeat of a seeker is another draw."""
    first, second = lender().at("talk", "p1", 0), lender().at("talk", "p1", 1)
    assert first("seeker").rng.random() != second("seeker").rng.random()


def test_actor_keeps_its_context_for_one_item() -> None:
    """Within an item an actor goes on drawing, it does not start again."""
    lend = lender().at("talk", "p1", 0)
    assert lend("seeker").rng.random() != lend("seeker").rng.random()
    assert lend("seeker").place == "talk/p1/0/seeker"
