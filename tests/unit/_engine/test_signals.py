"""What watchers are told, and in which words."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from esc_skills._engine.signals import Signals
from esc_skills._host.hooks import PROVIDERS, SPECS
from esc_skills.errors import PluginError
from esc_skills.model import Alarm, Edit, Proposal, Verdict
from esc_skills.spec import Usage, hookspecs
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile

TRACE = trace(profile(), 5)
PROPOSAL = Proposal(bank="b", edits=(Edit(kind="retire", targets=("x",), reason="r"),))
VERDICT = Verdict(decision="reject", gate="g")

EVENTS: dict[str, tuple[Any, ...]] = {
    "call_done": ("seeker", "talk/p1/0/seeker", "done", Usage(model="m", tokens_in=3)),
    "exchange_done": ("t", TRACE.exchanges[0]),
    "crisis": ("t", Alarm(rule="crisis.self-harm", speaker="seeker")),
    "trace_done": (TRACE,),
    "verdict": (PROPOSAL, VERDICT),
    "bank_promoted": (bank(), 0),
    "stage_started": ("extract", 3),
    "item_done": ("extract",),
}


@pytest.mark.parametrize("event", EVENTS)
def test_event_speaks_the_words_of_its_hook(event: str) -> None:
    """Hook name and arguments are those that the specification documents, every one of them."""
    heard: list[tuple[str, dict[str, Any]]] = []
    signals = Signals(calls=[lambda hook, **facts: heard.append((hook, facts))])
    getattr(signals, event)(*EVENTS[event])
    ((hook, facts),) = heard
    wanted = inspect.signature(getattr(hookspecs, hook)).parameters
    assert list(facts) == list(wanted)
    assert tuple(facts.values()) == EVENTS[event]


def test_every_watcher_hook_is_told() -> None:
    """No hook is documented that nobody ever calls."""
    assert {f"esc_skills_{event}" for event in EVENTS} == set(SPECS) - set(PROVIDERS.values())


def test_everyone_is_told_in_order() -> None:
    """All callers hear of an event, the run's own counter first."""
    heard: list[str] = []
    signals = Signals(
        calls=[lambda hook, **_: heard.append("one"), lambda hook, **_: heard.append("two")]
    )
    signals.item_done("extract")
    assert heard == ["one", "two"]


def test_dropped_watcher_is_told_to_the_caller() -> None:
    """A watcher that raised is named, with its error; that is no hook of the plug-ins."""
    heard: list[tuple[str, dict[str, Any]]] = []
    fault = PluginError("raised", hint="mend it", plugin="watcher.x")
    Signals(calls=[lambda hook, **facts: heard.append((hook, facts))]).watcher_dropped(fault)
    assert heard == [("esc_skills_watcher_dropped", {"fault": fault})]


def test_nobody_has_to_listen() -> None:
    """Without watchers every event is said into the air."""
    signals = Signals()
    for event, facts in EVENTS.items():
        assert getattr(signals, event)(*facts) is None


def test_the_caller_is_told_what_can_be_watched() -> None:
    """A walk that begins brings experiment, budget and finished rounds; no plug-in hears of it."""
    heard: list[tuple[str, dict[str, Any]]] = []
    signals = Signals(calls=[lambda hook, **facts: heard.append((hook, facts))])
    signals.walk_opened(budget=None, rounds=[])
    assert heard == [("esc_skills_walk_opened", {"budget": None, "rounds": []})]
    assert not hasattr(hookspecs, "esc_skills_walk_opened")
