"""Whom a model is asked to write, and which seekers may not be played."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES
from esc_skills.testing import context
from esc_skills_plugins.profiles.casting import WrittenProfile, fault, leaks, marks, parts, seeds

GOOD = WrittenProfile(
    persona="Ada, 30, cook.", scene="The oven broke.", opening="The oven broke again today."
)


def cast(seed=1, per_cell=1):
    return tuple(parts(PURPOSES, PERSONA_TYPES, INTENTIONS, per_cell, context(seed).rng))


def test_every_cell_has_a_life_of_its_own():
    """No two seekers, and so no two purposes, share topic and work."""
    made = cast(per_cell=6)
    assert len({part.id for part in made}) == 432
    assert len({(part.scenario, part.work) for part in made}) == 432


def test_chance_is_the_contexts():
    """Equal seeds deal equally, other seeds otherwise."""
    assert cast(1) == cast(1)
    assert cast(1) != cast(2)


def test_more_seekers_than_seeds_are_dealt_too():
    """After the last life the first one comes again."""
    assert len(cast(per_cell=7)) == 504


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_wish_type_and_fault_has_words(language):
    """Both languages say the same things."""
    words = seeds(language)
    assert set(words["intention"]) == set(words["leak"]) == set(INTENTIONS)
    assert set(words["persona"]) == set(PERSONA_TYPES)
    assert set(words["again"]) == {"empty", "long", "leak", "twin", "unusable"}
    slots = cast()[0].slots(language)
    assert all(slots.values())


@pytest.mark.parametrize("intention", INTENTIONS)
def test_an_opening_that_names_the_wish_leaks(intention):
    """R37: the wish's own words, in English or Chinese and in any case, are found."""
    assert leaks(f"I want {intention.upper()} from you.", intention)
    for language in ("en", "zh"):
        for word in seeds(language)["leak"][intention]:
            assert leaks(f"Well — {word}, please.", intention)
    assert not leaks("The oven broke again today.", intention)


def test_parts_of_words_do_not_leak():
    """Only whole English words count."""
    assert not leaks("We were at the venture fund.", "attentive-listening")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, ""),
        ({"persona": " "}, "empty"),
        ({"opening": "?!"}, "empty"),
        ({"scene": ""}, "empty"),
        ({"opening": "a " * 400}, "long"),
        ({"lines": ("b " * 400,)}, "long"),
        ({"opening": "Please give me some advice."}, "leak"),
    ],
)
def test_what_may_not_be_played(change, found):
    """Empty, overlong and leaking seekers are refused by name of the rule."""
    part = next(part for part in cast() if part.intention == "practical-advice")
    assert fault(attrs.evolve(GOOD, **change), part, ()) == found


def test_twins_are_refused():
    """Case and punctuation do not make another opening, nor another scene."""
    taken = set(marks(GOOD))
    part = cast()[0]
    loud = attrs.evolve(GOOD, opening="THE OVEN broke again today!!", scene="Other.")
    assert fault(loud, part, taken) == "twin"
    assert fault(attrs.evolve(GOOD, opening="Other words."), part, taken) == "twin"
    assert fault(attrs.evolve(loud, opening="Other words."), part, taken) == ""
