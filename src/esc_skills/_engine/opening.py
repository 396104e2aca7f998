"""The gateway of an experiment: its models under its budget, limits and patience."""

from __future__ import annotations

from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.crew import Crew
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.limits import Limits
from esc_skills._engine.sending import Patience
from esc_skills._engine.signals import Signals
from esc_skills._store.journal import Journal


def open_gateway(
    experiment: Experiment, crew: Crew, signals: Signals, journal: Journal | None = None
) -> Gateway:
    """The way to the models of an experiment, under its budget and limits.

    Args:
        experiment: Says caps, limits and patience.
        crew: Brings models and prices.
        signals: Told of every question that ended.
        journal: Calls that earlier processes of this run have paid for; None keeps nothing.
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
        nonce=experiment.hash,
        journal=journal,
        told=signals.call_done,
        budget=Budget.resumed(caps, journal, crew.prices) if journal else Budget(caps=caps),
        limits=Limits(
            most=run.limits.at_once,
            calls_per_minute=run.limits.calls_per_minute,
            tokens_per_minute=run.limits.tokens_per_minute,
        ),
        patience=Patience(
            tries=run.limits.tries, each=run.limits.each, deadline=run.limits.deadline
        ),
    )
