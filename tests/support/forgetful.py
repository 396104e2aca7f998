"""Evaluators that make a run look better than it was, for negative controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from counted import Plan

from esc_skills.model import Evidence, Score, Trace
from esc_skills.spec import Context, Evaluator

Blind = Callable[[Sequence[Trace]], Sequence[Trace]]


@attrs.frozen
class Forgetful:
    """An evaluator that is shown less, or better, than what happened."""

    inner: Evaluator
    blind: Blind

    def __getattr__(self, name: str) -> Any:
        """Everything else is as it was."""
        return getattr(self.inner, name)

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score what is left."""
        left = tuple(self.blind(evidence.traces))
        return await self.inner.score(attrs.evolve(evidence, traces=left), ctx)


@attrs.frozen
class Weakness:
    """A way to forget."""

    blind: Blind
    matters: Callable[[Sequence[Plan]], bool]
    """Whether a pattern has something to forget in this way."""


def _dropped(traces: Sequence[Trace]) -> list[Trace]:
    return [trace for trace in traces if trace.ending != "fault"]


def _whitewashed(traces: Sequence[Trace]) -> list[Trace]:
    return [
        attrs.evolve(trace, ending="limit", fault="", state="") if trace.fault else trace
        for trace in traces
    ]


def _calm(traces: Sequence[Trace]) -> list[Trace]:
    """Crises that were lost are left out, all else stays."""
    return [
        trace
        for trace in traces
        if trace.ending != "fault"
        or not (trace.profile.safety or any(item.alarms for item in trace.exchanges))
    ]


def _lost(plans: Sequence[Plan]) -> bool:
    return any(plan.lost and plan.fault for plan in plans)


WEAK: Mapping[str, Weakness] = {
    "drops what was lost": Weakness(_dropped, _lost),
    "takes what was lost for sound": Weakness(_whitewashed, _lost),
    "drops crises that were lost": Weakness(
        _calm, lambda plans: any(plan.lost and plan.troubled for plan in plans)
    ),
}


def weakened(name: str, evaluators: Sequence[Evaluator]) -> tuple[Evaluator, ...]:
    """The same evaluators, each with this weakness."""
    return tuple(Forgetful(one, WEAK[name].blind) for one in evaluators)  # type: ignore[misc]
