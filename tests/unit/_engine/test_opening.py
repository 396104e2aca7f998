"""The gateway of an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.crew import hire
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.signals import Signals
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._store.journal import Ending, Intent, Journal


def opened(journal: Journal | None = None, **run: Any) -> Gateway:
    catalogue = Catalogue.read()
    models = {"default": {"use": "scripted", "model": "m"}}
    experiment = make_experiment({"models": models, "run": run}, preset(catalogue, "default"))
    return open_gateway(experiment, hire(experiment, catalogue), Signals(), journal)


def test_caps_limits_and_patience_come_from_the_experiment() -> None:
    """Every key of run.budget and run.limits arrives where it acts."""
    made = opened(
        budget={"calls": 7, "tokens": 70, "usd": 0.5, "seconds": 9.0},
        limits={
            "at_once": 3,
            "calls_per_minute": 60.0,
            "tokens_per_minute": 600.0,
            "tries": 2,
            "each": 4.0,
            "deadline": 8.0,
        },
    )
    caps = made.budget.caps
    assert (caps.calls, caps.tokens, caps.usd, caps.seconds) == (7, 70, 0.5, 9.0)
    limits = made.limits
    assert (limits.most, limits.calls_per_minute, limits.tokens_per_minute) == (3, 60.0, 600.0)
    assert (made.patience.tries, made.patience.each, made.patience.deadline) == (2, 4.0, 8.0)


def test_what_earlier_processes_spent_counts(tmp_path: Path) -> None:
    """R39: a cap holds for the run, not for each process that works on it."""
    journal = Journal(tmp_path / "journal.sqlite")
    (row,) = journal.write([Intent(key="k" * 64, role="judge", place="p", model="m")])
    journal.write([], [Ending(id=row, state="done", tokens_in=5, tokens_out=2)])
    made = opened(journal, budget={"calls": 3})
    assert (made.budget.calls, made.budget.tokens) == (1, 7)
