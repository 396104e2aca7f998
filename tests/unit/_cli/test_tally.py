"""What happened so far, counted."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import attrs

from esc_skills._cli.tally import Tally
from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.running import resolve
from esc_skills.model import Verdict
from esc_skills.spec import Usage
from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.samples import profile

TRACE = attrs.evolve(trace(profile(), 9, 9, -3, 4), arm="none")


def heard(**facts: Any) -> Tally:
    """A tally that has heard of a small stage."""
    tally = Tally(**facts)
    tally("esc_skills_stage_started", stage="score/none", items=4)
    for made in (TRACE, TRACE, fault_trace()):
        tally("esc_skills_exchange_done", trace=made.id, exchange=None)
        tally("esc_skills_trace_done", trace=made)
        tally("esc_skills_item_done", stage="score/none")
    return tally


def test_events_are_counted() -> None:
    """Conversations, faults, exchanges; a lost conversation is in no mean."""
    tally = heard()
    assert (tally.talks, tally.faults, tally.exchanges) == (3, 1, 3)
    assert (tally.stage.done, tally.stage.total) == (3, 4)
    assert tally.arms == {"none": (2, 2.0 * TRACE.emotion)}
    assert tally.felt == [TRACE.emotion] * 2


def test_questions_cost_what_is_known() -> None:
    """Tokens and money are summed; a sent question without a price is told, a replayed one not."""
    tally = Tally()
    used = (Usage(tokens_in=5, tokens_out=1, usd=0.5), Usage(tokens_in=2), Usage(model="m"))
    for usage in used:
        tally("esc_skills_call_done", role="r", place="p", outcome="done", usage=usage)
    assert (tally.calls, tally.tokens, tally.usd, tally.unpriced) == (3, 8, 0.5, 1)


def test_a_stage_in_batches_grows_and_a_new_one_begins_anew() -> None:
    """Batches of one stage are one stage; means begin anew on the next part of the road."""
    tally = heard()
    tally("esc_skills_stage_started", stage="score/none", items=6)
    assert (tally.stage.done, tally.stage.total) == (3, 10)
    tally("esc_skills_stage_started", stage="score/static", items=1)
    assert (tally.stage.done, tally.stage.total, list(tally.arms)) == (0, 1, ["none"])
    tally("esc_skills_stage_started", stage="evolve", items=1)
    assert not tally.arms


def test_shards_do_not_mix() -> None:
    """Of two shards at once, each has a stage of its own; the one that began last is shown."""
    tally = Tally()
    for shard in ("a, seed 1", "b, seed 1"):
        tally("esc_skills_stage_started", stage="evolve", items=2, shard=shard)
    tally("esc_skills_item_done", stage="evolve", shard="a, seed 1")
    assert (tally.shard, tally.stage.done) == ("b, seed 1", 0)
    assert tally.stages["a, seed 1"].done == 1


def test_time_left_is_told_when_somebody_can_say() -> None:
    """Half of the items in ten seconds: ten more; nobody knows at the start and at the end."""
    now = [0.0]
    tally = Tally(clock=lambda: now[0])
    tally("esc_skills_stage_started", stage="evolve", items=2)
    now[0] = 10.0
    assert tally.stage.left(10.0) is None
    tally("esc_skills_item_done", stage="evolve")
    assert tally.stage.left(10.0) == 10.0
    tally("esc_skills_item_done", stage="evolve")
    assert tally.stage.left(10.0) is None
    assert tally.elapsed == 10.0


def test_what_can_be_watched_is_taken_in() -> None:
    """Experiment and budget; decisions in words; unknown events are no news."""
    tally, experiment = Tally(), resolve(None)[0]
    tally("esc_skills_walk_opened", experiment=experiment, budget=Budget(caps=Caps()), rounds=[])
    decided = Verdict(decision="accept", gate="g", pairs=9, reason="a gain")
    tally("esc_skills_verdict", proposal=None, verdict=decided)
    tally("esc_skills_something_new", fact=1)
    assert tally.experiment is experiment
    assert tally.verdict == "accept after 9 pairs; a gain"


def test_watching_costs_next_to_nothing() -> None:
    """An event takes 5 µs on average, drawing left out; the best of many rounds counts."""
    events: list[tuple[str, dict[str, Any]]] = [
        *[("esc_skills_exchange_done", {"trace": "t", "exchange": None})] * 10,
        *[("esc_skills_call_done", {"role": "r", "place": "p", "outcome": "", "usage": Usage()})]
        * 20,
        ("esc_skills_trace_done", {"trace": TRACE}),
        ("esc_skills_item_done", {"stage": "evolve"}),
    ]
    tally, best = Tally(), 1.0
    tally("esc_skills_stage_started", stage="evolve", items=9)
    for _ in range(20):
        begun = perf_counter()
        for _ in range(10):
            for hook, facts in events:
                tally(hook, **facts)
        best = min(best, (perf_counter() - begun) / 10 / len(events))
    assert best < 5e-6, f"{best * 1e6:.1f} µs an event"
