"""All hooks of the framework, in road order: the constitution.

Two kinds, no third. *Provider hooks* return component classes; the kernel collects, the
experiment chooses by name. *Watcher hooks* are told what happened, return nothing and can
change nothing; a watcher that raises is reported and dropped.
A watcher with settings is an attrs class ``Watcher`` in its module: its fields are the settings,
its methods the hooks, and ``watchers = [{ use = "NAME", … }]`` makes one for every run.

Every docstring has five parts: what the kernel asks · When · Args · Returns · Determinism.
"""

from __future__ import annotations

from collections.abc import Iterable

from esc_skills.model import Alarm, Exchange, Proposal, SkillsBank, Trace, Verdict
from esc_skills.spec.asks import Usage
from esc_skills.spec.markers import hookspec
from esc_skills.spec.roles import (
    Backend,
    Corpus,
    Distiller,
    Evaluator,
    Executor,
    Extractor,
    Gate,
    Guard,
    Profiles,
    Refiner,
    Report,
    Responder,
    Retriever,
    Seeker,
)


@hookspec
def esc_skills_corpora() -> Iterable[type[Corpus]]:  # type: ignore[empty-body]
    """Which corpora can you read?

    When: before a file is read,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``corpus``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_extractors() -> Iterable[type[Extractor]]:  # type: ignore[empty-body]
    """Which extractors do you bring?

    When: before the arrow extract, and before a conversation,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``extractor``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_distillers() -> Iterable[type[Distiller]]:  # type: ignore[empty-body]
    """Which distillers do you bring?

    When: before the arrow distil,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``distiller``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_retrievers() -> Iterable[type[Retriever]]:  # type: ignore[empty-body]
    """Which retrievers do you bring?

    When: before a conversation or a response-level score,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``retriever``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_responders() -> Iterable[type[Responder]]:  # type: ignore[empty-body]
    """Which responders do you bring?

    When: before a conversation or a response-level score,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``responder``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_profiles() -> Iterable[type[Profiles]]:  # type: ignore[empty-body]
    """Which sets of seeker profiles do you bring?

    When: before the first conversation,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``profiles``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_seekers() -> Iterable[type[Seeker]]:  # type: ignore[empty-body]
    """Which simulated seekers do you bring?

    When: before the first conversation,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``seeker``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_evaluators() -> Iterable[type[Evaluator]]:  # type: ignore[empty-body]
    """Which evaluators do you bring?

    When: before scores are made,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``evaluator``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_refiners() -> Iterable[type[Refiner]]:  # type: ignore[empty-body]
    """Which refiners do you bring?

    When: before the first round of evolution,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``refiner``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_gates() -> Iterable[type[Gate]]:  # type: ignore[empty-body]
    """Which gates do you bring?

    When: before the first verification,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``gate``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_guards() -> Iterable[type[Guard]]:  # type: ignore[empty-body]
    """Which guards do you bring?

    When: before any message is shown to anyone,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``guard``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_backends() -> Iterable[type[Backend]]:  # type: ignore[empty-body]
    """Which model backends do you bring?

    When: before the first model call,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``backend``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_executors() -> Iterable[type[Executor]]:  # type: ignore[empty-body]
    """Which executors do you bring?

    When: before independent conversations are run,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``executor``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_reports() -> Iterable[type[Report]]:  # type: ignore[empty-body]
    """Which reports do you bring?

    When: after a run, or when a person asks for one,
        if the experiment names a component of this module.
    Args: none.
    Returns: Component classes of the role ``report``; answers of all
        plug-ins are joined, and two components of one name are an error that names both owners.
    Determinism: the same classes at every call; nothing is read from clock, network or disk.
    """


@hookspec
def esc_skills_call_done(role: str, place: str, outcome: str, usage: Usage) -> None:
    """A model call has ended; do you want to know?

    When: after every call, also one answered from the journal.

    Args:
        role: model role, such as ``seeker``.
        place: where in the run; ``talk/PROFILE/REPEAT/ACTOR`` inside a conversation.
        outcome: ``done``, ``replayed``, ``refused`` or another state; never a number.
        usage: model, tokens, price and time.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_exchange_done(trace: str, exchange: Exchange) -> None:
    """One exchange of a conversation is complete; do you want to see it?

    When: after the seeker's reaction, or after the last reply.

    Args:
        trace: trace id.
        exchange: the frozen exchange.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_crisis(trace: str, alarm: Alarm) -> None:
    """A guard raised a high alarm at a seeker's message; do you want somebody to be called?

    When: in the same turn, once, before the reply is written; in simulated conversations too.

    Args:
        trace: trace id.
        alarm: the first high alarm; it names a rule, never the words.
    Returns: nothing; every watcher is told on its own and has two seconds. One that raises or takes
        longer is reported and dropped, and keeps neither the others nor the reply.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_trace_done(trace: Trace) -> None:
    """A conversation has ended; do you want to see it?

    When: after every conversation, in the order they end.

    Args:
        trace: the frozen trace.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_verdict(proposal: Proposal, verdict: Verdict) -> None:
    """A gate has decided; do you want to know?

    When: after the last pair of a verification.

    Args:
        proposal: what was verified.
        verdict: accept, reject or inconclusive.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_bank_promoted(bank: SkillsBank, number: int) -> None:
    """A bank has been promoted; do you want to see it?

    When: after bank 0 is assembled and after every accepted proposal.

    Args:
        bank: the new bank.
        number: 0 for the first.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_stage_started(stage: str, items: int) -> None:
    """A stage begins; do you want to show progress?

    When: before the first item of a stage.

    Args:
        stage: such as ``extract`` or ``converse/static``.
        items: how many items it has; 0 when unknown.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """


@hookspec
def esc_skills_item_done(stage: str) -> None:
    """One item of a stage is complete; do you want to show progress?

    When: after every item, in the order they end.

    Args:
        stage: the stage's name.
    Returns: nothing; an answer is ignored, an exception is reported once and the watcher dropped.
    Determinism: a watcher changes no result; what it does is its own affair.
    """
