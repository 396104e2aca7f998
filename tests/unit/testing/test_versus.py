"""A component against the default of its role, without files, models and keys."""

from __future__ import annotations

from typing import Any

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.wrapping import unwrapped
from esc_skills.spec import ROLES
from esc_skills.testing.versus import ALONE, TASKS, Effort, Versus, versus

SMALL = Effort(seeds=1, rounds=20)


def held(key: str, **settings: Any) -> Versus:
    role, _, name = key.partition(".")
    made = unwrapped(Host(Catalogue.read()).component(role, name, settings))
    return versus(role, made, settings, effort=SMALL)


def test_roles_that_cannot_be_compared_say_why() -> None:
    """Every role is compared, or has a sentence."""
    assert set(ALONE) <= set(ROLES)
    assert not set(ALONE) & set(TASKS)
    for role in ALONE:
        assert versus(role, object()) == Versus(why=ALONE[role])


def test_the_default_is_not_compared_with_itself() -> None:
    """With other settings it is another one."""
    assert held("gate.paired") == Versus(default="paired", why="it is the default")
    assert held("gate.paired", alpha=0.2).contrasts


def test_gates_are_compared_where_the_truth_is_known() -> None:
    """One that always accepts makes an error each time, and finds every gain."""
    found = held("gate.always")
    error, power = found.contrasts
    assert (found.default, found.why, found.broke) == ("paired", "", False)
    assert (error.verdict, power.value is not None and power.value >= 0) == ("worse", True)
    assert error.n == SMALL.rounds
    assert "20 simulated rounds" in found.task


@pytest.mark.slow
def test_a_retriever_is_swapped_into_a_run() -> None:
    """The same seekers, pair by pair, under one seed; the main measure has an interval."""
    found = held("retriever.none")
    (gap,) = found.contrasts
    assert (gap.evaluator, gap.name, gap.arm, gap.against) == (
        "sage",
        "emotion",
        "none",
        "baseline",
    )
    assert gap.n == gap.of >= 24
    assert gap.low is not None
    assert gap.high is not None
    assert gap.low <= (gap.value or 0) <= gap.high


@pytest.mark.slow
def test_evaluators_are_ranked_not_judged() -> None:
    """Two measures of the same conversations have a rank correlation, and no verdict."""
    found = held("evaluator.safety")
    assert not found.contrasts
    assert found.rank or found.why
    other = held("evaluator.overlap")
    assert "has no items that are conversations" in other.why


def test_who_asks_a_model_is_not_compared() -> None:
    """The reason says what would be needed."""
    assert "[models]" in held("responder.plain").why
