"""The refiner's desk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Condition
from esc_skills.model.skill import NAME, NAME_LIMIT
from esc_skills.testing.samples import skill
from esc_skills_plugins.refiners.draft import free_name, states_of


def test_states_of_a_skill():
    """States stand in order of mention; a condition without states means all."""
    two = (Condition(states=("b", "a")), Condition(states=("a", "c")))
    assert states_of(skill(applies=two)) == ("b", "a", "c")
    assert states_of(skill(applies=())) == ()
    assert states_of(skill(applies=(*two, Condition(scenarios=("grief",))))) == ()


@given(
    st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,20}", fullmatch=True),
    st.integers(0, 12),
)
def test_free_names_are_names(wish, doubles):
    """A name is valid, short enough and not taken, however often it was wished for."""
    taken: list[str] = []
    for _ in range(doubles + 1):
        name = free_name(wish, taken)
        assert NAME.fullmatch(name)
        assert len(name) <= NAME_LIMIT
        assert name not in taken
        taken.append(name)
