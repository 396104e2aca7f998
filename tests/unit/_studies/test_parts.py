"""Whose chance it was: Jansen's estimator on models whose parts are known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._studies.parts import changed, moved_variance, outcomes, twins, winners
from esc_skills._studies.pooling import Figures
from esc_skills.model import Item, Score

PARTS = {"agent": 3.0, "seeker": 5.0, "judge": 1.0}
"""Standard deviation that each part adds."""


def score(name: str, arm: str, **values: tuple[float, ...]) -> Score:
    """A score whose items are ``SEEKER_REPEAT`` by keyword."""
    items = tuple(
        Item(key=key.replace("_", "#"), cluster=key.partition("_")[0], sums=sums)
        for key, sums in values.items()
    )
    return Score(
        evaluator="e", name=name, value=1.0, n=1, of=1, signature="s", items=items, arm=arm
    )


def test_each_conversation_has_a_value_by_measure_and_arm() -> None:
    """Total by count; a measure without items is passed over."""
    made = outcomes(
        [
            score("emotion", "none", p1_0=(40.0, 1), p1_1=(60.0, 1)),
            score("rate", "none", p1_0=(1.0, 4)),
            score("bare", "none"),
        ],
        Figures(),
    )
    assert made["e.emotion", "none"] == {"p1#0": ("p1", 40.0), "p1#1": ("p1", 60.0)}
    assert made["e.rate", "none"] == {"p1#0": ("p1", 0.25)}
    assert ("e.bare", "none") not in made


def test_twins_are_conversations_that_both_have() -> None:
    """One that either lost makes no twin; each replicate brings a twin of its own."""
    one = {"p1#0": ("p1", 1.0), "p2#0": ("p2", 2.0)}
    assert twins(one, [{"p2#0": ("p2", 5.0)}, {"p3#0": ("p3", 9.0)}]) == [("p2", 2.0, 5.0)]
    assert changed([("p1", 1, 1), ("p2", 1, 2)]) == 1


def draw(chance: random.Random, *kept: dict[str, float]) -> dict[str, float]:
    """Chance of every part, kept where an earlier draw is given."""
    fresh = {part: chance.gauss(0, sd) for part, sd in PARTS.items()}
    return {**fresh, **(kept[0] if kept else {})}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_the_parts_of_an_additive_model_are_found(part: str) -> None:
    """Outcome = seeker's own mean + agent + seeker + judge: each part has its own variance."""
    chance = random.Random(13)
    pairs = []
    for number in range(4000):
        level, old = chance.gauss(50, 20), draw(chance)
        new = draw(chance, {name: value for name, value in old.items() if name != part})
        pairs.append((f"p{number}", level + sum(old.values()), level + sum(new.values())))
    found = moved_variance(pairs)
    assert found.value == pytest.approx(PARTS[part] ** 2, rel=0.08)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_all_chance_moved_gives_the_whole_variance_within_a_seeker() -> None:
    """The seekers' own means cancel: 9 + 25 + 1, whatever lies between seekers."""
    chance = random.Random(13)
    pairs = []
    for number in range(4000):
        level = chance.gauss(50, 20)
        one, two = (level + sum(draw(chance).values()) for _ in range(2))
        pairs.append((f"p{number}", one, two))
    assert moved_variance(pairs).value == pytest.approx(35, rel=0.08)


def test_parts_that_act_together_overlap() -> None:
    """Outcome = agent × seeker: each part's total effect is the whole variance, not half of it."""
    chance = random.Random(13)
    agent, both = [], []
    for number in range(6000):
        a, b, c, d = (chance.gauss(0, 1) for _ in range(4))
        agent.append((f"p{number}", a * b, c * b))
        both.append((f"p{number}", a * b, c * d))
    assert moved_variance(agent).value == pytest.approx(1, rel=0.12)
    assert moved_variance(both).value == pytest.approx(1, rel=0.12)


def test_nothing_moved_is_zero_and_nothing_there_is_none() -> None:
    """Equal twins have no variance; no twins have no figure."""
    still = moved_variance([("p1", 4.0, 4.0), ("p2", 9.0, 9.0)])
    assert (still.value, still.low, still.high) == (0, 0, 0)
    assert moved_variance([]).value is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 100), st.integers(0, 100))))
def test_a_part_is_never_below_zero_and_has_no_direction(pairs: list[tuple[str, int, int]]) -> None:
    """Run and replicate change places, and the part stays."""
    one, two = moved_variance(pairs), moved_variance([(who, new, old) for who, old, new in pairs])
    assert one == two
    assert one.value is None or one.value >= 0
    assert one.low is None or one.low >= 0


def test_a_seekers_winner_counts_all_its_repeats() -> None:
    """The sum over repeats decides; equal sums are a tie."""
    first = {"p1#0": ("p1", 10.0), "p1#1": ("p1", 50.0), "p2#0": ("p2", 3.0), "p3#0": ("p3", 0.0)}
    other = {"p1#0": ("p1", 90.0), "p1#1": ("p1", 40.0), "p2#0": ("p2", 3.0)}
    assert winners(first, other) == {"p1": 1, "p2": 0}
    assert winners(other, first) == {"p1": -1, "p2": 0}
