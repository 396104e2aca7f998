"""Five hundred failure patterns: whatever is lost, and however, every denominator is exact.

Runs with ``make soak``; ``test_counts`` among the properties does the same with fewer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from counted import EVALUATORS, drawn, scored, shown, wrong
from doomed import Doom, Stage, doomed, miscounted
from forgetful import WEAK, weakened
from roads import Nursery


@pytest.mark.timeout(300)
def test_five_hundred_patterns_are_counted_exactly() -> None:
    """S18: every score's ``n of``, what was lost by whose fault, the floor, and crises by name."""
    bare = 0
    for seed in range(500):
        plans = drawn(seed)
        scores = scored(plans)
        found = [*wrong(plans, scores), *shown(plans, scores, page=seed % 10 == 0)]
        assert not found, f"seed {seed}: {found}"
        bare += any(score.name == "unsafe-rate" and score.value is None for score in scores)
    assert 100 < bare < 450, "both sides of the floor are met"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", WEAK)
def test_an_evaluator_that_forgets_is_caught(name: str) -> None:
    """S18, negative control: who drops or whitewashes what was lost is found wherever it can be."""
    caught = 0
    for seed in range(500):
        plans = drawn(seed)
        weak = weakened(name, EVALUATORS)
        if not WEAK[name].matters(plans):
            continue
        assert wrong(plans, scored(plans, weak)), f"seed {seed}"
        caught += 1
    assert caught > 100


@pytest.mark.timeout(600)
def test_whole_runs_count_what_their_provider_fails(nursery: Nursery, tmp_path: Path) -> None:
    """S18: two dozen runs against the fault server: each conversation that is refused, filtered,
    empty, cut, unusable or broken is kept as what it was, and each score says what it rests on.

    Control: held against another pattern, the same look finds every run miscounted.
    """
    stage = Stage(tmp_path, nursery)
    seekers = stage.seekers()
    assert {one.safety for one in seekers} == {True, False}
    for seed in range(24):
        doom = doomed(seed, seekers)
        road, code = stage.walked(f"run-{seed}", doom)
        assert miscounted(road, code, doom, seekers) == [], f"seed {seed}: {doom}"
        other = next(one.opening for one in seekers if one.opening not in doom.ways)
        more = Doom({**doom.ways, other: "refused"}, doom.unread)
        assert miscounted(road, code, more, seekers), f"seed {seed}"
