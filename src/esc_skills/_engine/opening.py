"""The gateway of an experiment: its models under its budget, limits and patience."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.crew import Crew
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.limits import Limits
from esc_skills._engine.sending import Patience
from esc_skills._engine.signals import Signals
from esc_skills._store.journal import Journal


@attrs.frozen(kw_only=True)
class Shared:
    """What the runs of a study have in common, so that a call common to two is made once."""

    journal: Path
    """The file that holds the calls of all of them."""
    nonce: str
    """Of the study: equal questions must have equal marks."""
    lane: str = ""
    """Which sample of the study a run belongs to; answers are shared within one only."""
    offline: bool = False
    """Whether the journal alone answers: a replay."""
    data: Mapping[str, str] = attrs.field(factory=dict)
    """Where a corpus lies now, by the path that the experiment names."""


def open_gateway(
    experiment: Experiment,
    crew: Crew,
    signals: Signals,
    journal: Journal | None = None,
    shared: Shared | None = None,
) -> Gateway:
    """The way to the models of an experiment, under its budget and limits.

    Args:
        experiment: Says caps, limits and patience.
        crew: Brings models and prices.
        signals: Told of every question that ended.
        journal: Calls that earlier processes of this run have paid for; None keeps nothing.
        shared: The study that the run is a part of.
    """
    run = experiment.run
    caps = Caps(
        calls=run.budget.calls,
        tokens=run.budget.tokens,
        usd=run.budget.usd,
        seconds=run.budget.seconds,
    )
    return Gateway(
        models=crew.models,
        nonce=shared.nonce if shared else experiment.hash,
        lane=shared.lane if shared else "",
        journal=journal,
        offline=shared is not None and shared.offline,
        told=signals.call_done,
        budget=Budget.resumed(caps, journal, crew.prices) if journal else Budget(caps=caps),
        limits=Limits(
            most=run.limits.at_once,
            calls_per_minute=run.limits.calls_per_minute,
            tokens_per_minute=run.limits.tokens_per_minute,
        ),
        patience=Patience(
            tries=run.limits.tries,
            each=run.limits.each,
            deadline=run.limits.deadline,
            component=run.limits.component,
        ),
    )
