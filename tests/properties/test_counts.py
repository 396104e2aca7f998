"""Whatever is lost, and however: every denominator is exact, and nobody forgets."""

from __future__ import annotations

import pytest
from counted import EVALUATORS, drawn, scored, shown, wrong
from forgetful import WEAK, weakened


def test_patterns_of_failure_are_counted_exactly() -> None:
    """S18: in safety, sage, judge and report ``n of``, faults, floor, and lost crises by name.

    ``make soak`` does five hundred, and two dozen whole runs.
    """
    for seed in range(20):
        plans = drawn(seed)
        scores = scored(plans)
        found = [*wrong(plans, scores), *shown(plans, scores, page=seed == 3)]
        assert not found, f"seed {seed}: {found}"


@pytest.mark.parametrize("name", WEAK)
def test_an_evaluator_that_forgets_is_caught(name: str) -> None:
    """S18, negative control: who drops or whitewashes what was lost is found."""
    patterns = [plans for plans in map(drawn, range(20)) if WEAK[name].matters(plans)]
    assert len(patterns) >= 3
    for plans in patterns[:3]:
        assert wrong(plans, scored(plans, weakened(name, EVALUATORS)))
