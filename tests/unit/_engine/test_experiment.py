"""What an experiment holds, and when two are the same."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._engine.experiment import (
    LIST_ROLES,
    SINGLE_ROLES,
    Budget,
    Choice,
    Evolve,
    Experiment,
    Limits,
    Running,
    Talk,
)
from esc_skills.spec import ROLES


def experiment(**changes: object) -> Experiment:
    single = {role: Choice(use="x") for role in SINGLE_ROLES}
    return Experiment(**{**single, **changes})


def test_every_component_key_is_a_role() -> None:
    """Keys that name one component are role names; lists say which role they fill."""
    names = {field.name for field in attrs.fields(Experiment)}
    assert set(SINGLE_ROLES) | set(LIST_ROLES) <= names
    assert set(SINGLE_ROLES) <= set(ROLES)
    assert set(LIST_ROLES.values()) <= {*ROLES, "watcher"}
    assert {*SINGLE_ROLES, *LIST_ROLES.values(), "backend"} >= set(ROLES)


def test_equal_experiments_share_a_hash() -> None:
    """The order in which a table's keys were written does not matter; the values do."""
    one = experiment(gate=Choice(use="g", settings={"a": 1, "b": 2}))
    two = experiment(gate=Choice(use="g", settings={"b": 2, "a": 1}))
    other = experiment(gate=Choice(use="g", settings={"a": 1, "b": 3}))
    assert one.hash == two.hash != other.hash


@pytest.mark.parametrize(
    "changes",
    [
        {"retriever": Choice(use="y")},
        {"corpus": (Choice(use="c", path="p"),)},
        {"evolve": Evolve(rounds=3)},
        {"talk": Talk(score_last=True)},
        {"run": Running(seed=14)},
        {"models": {"default": Choice(use="m")}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_part_enters_the_hash(changes: dict[str, object]) -> None:
    """Experiments that differ anywhere never share a run folder."""
    assert experiment(**changes).hash != experiment().hash


def test_protocol_of_sage_is_the_default() -> None:
    """Ten supporter turns, the last one never read: as released, unless a key says otherwise."""
    assert experiment().talk == Talk(limit=10, score_last=False)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        (Running, "concurrency", 0),
        (Running, "concurrency", 4097),
        (Running, "holdout", 0.95),
        (Running, "repeats", 0),
        (Evolve, "rounds", -1),
        (Evolve, "batch", 0),
        (Talk, "limit", 0),
        (Budget, "usd", -0.01),
        (Budget, "calls", -1),
    ],
)
def test_number_out_of_range_is_refused(section: type, key: str, value: float) -> None:
    """C02: each number has a range; the message names the key."""
    with pytest.raises(ValueError, match=key):
        section(**{key: value})


def test_effort_is_no_part_of_an_experiment() -> None:
    """R39: a higher cap, another pace or more at once finds the run folder of the old one."""
    one = experiment()
    effort = Running(concurrency=3, budget=Budget(calls=9), limits=Limits(tries=1))
    assert attrs.evolve(one, run=effort).hash == one.hash
    assert attrs.evolve(one, run=attrs.evolve(effort, seed=14)).hash != one.hash


def test_watchers_are_no_part_of_an_experiment() -> None:
    """They change no result: a run is found again whoever watches it."""
    assert experiment(watchers=(Choice(use="w", settings={"a": 1}),)).hash == experiment().hash
