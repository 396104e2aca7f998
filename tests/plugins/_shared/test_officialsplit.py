"""The official split is that of ESConv's own code."""

from __future__ import annotations

import random

from esc_skills_plugins._shared.officialsplit import official_split


def test_it_is_the_shuffle_of_seed_13():
    """Seed 13, shuffle 1,300 in file order, 15 % valid, 15 % test, the rest train."""
    split = official_split()
    state = random.getstate()
    random.seed(13)
    data = list(range(1300))
    random.shuffle(data)
    random.setstate(state)
    assert [split[at] for at in data] == ["valid"] * 195 + ["test"] * 195 + ["train"] * 910


def test_it_leaves_the_shared_generator_alone():
    """Splitting must not change what other code draws."""
    state = random.getstate()
    official_split()
    assert random.getstate() == state
