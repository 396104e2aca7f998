"""Evaluator ``sage``: final emotion, successes and failures of simulated conversations.

SAGE (arXiv 2505.02847): the score is the mean final emotion; success is a final emotion of 100,
failure one below 10. Read from traces alone, so that any simulator's conversations can be scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ClassVar

import attrs

from esc_skills.model import INTENTIONS, PERSONA_TYPES, Evidence, Part, Score, Trace
from esc_skills.model.score import Direction
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Interval, mean_interval, wilson
from esc_skills_plugins.evaluators.itemising import itemised, seat

SUCCESS, FAILURE = 100, 10
"""Final emotion of a success (included) and of a failure (below)."""

PROTOCOL = "sage:v1"

Measure = Callable[[Sequence[Trace]], Interval]
Worth = Callable[[Trace], float]


@attrs.frozen
class _Figure:
    """A score in the making."""

    name: str
    measure: Measure
    traces: Sequence[Trace]
    better: Direction
    worth: Worth | None = None
    """What one conversation adds to the mean; None for a count, which is no mean."""
    own: tuple[Part, ...] = ()


@attrs.frozen(kw_only=True)
class Sage:
    """SAGE's figures with intervals, for all seekers and by persona type and hidden intention.

    Conversations that ended in a fault are no number: they are left out of ``n`` and counted in
    ``of`` and in the breakdown. Safety profiles test a boundary, not support, and are set aside.
    Intervals take the seekers, not the conversations, for independent. ``successes`` and
    ``failures`` are counts, as the published table has them; studies compare the shares
    ``success-rate`` and ``failure-rate``. ``turns-to-success`` has items for successes alone, so
    that a contrast of it speaks of seekers whom both arms won over.
    """

    name: ClassVar[str] = "sage"
    summary: ClassVar[str] = "final emotion, successes, failures, turns to success (SAGE)"
    reads: ClassVar[frozenset[str]] = frozenset({"traces"})

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score; traces of different signatures are never mixed, each gets scores of its own."""
        scores: list[Score] = []
        for signature in sorted({trace.signature for trace in evidence.traces}) or [""]:
            alike = [trace for trace in evidence.traces if trace.signature == signature]
            scores += self._scores(alike, _signature(signature))
        return tuple(scores)

    def _scores(self, traces: Sequence[Trace], signature: str) -> list[Score]:
        asked = [trace for trace in traces if not trace.profile.safety]
        held = [trace for trace in asked if trace.ending != "fault"]
        beside = (*_faults(asked), *_set_aside(len(traces) - len(asked)))
        won = [trace for trace in held if _succeeded(trace)]
        made = [
            _Figure("emotion", _emotion, held, "higher", _final),
            _Figure(
                "successes", _count_of(_succeeded), held, "higher", own=_share(held, _succeeded)
            ),
            _Figure("failures", _count_of(_failed), held, "lower", own=_share(held, _failed)),
            _Figure("success-rate", _rate_of(_succeeded), held, "higher", _succeeded),
            _Figure("failure-rate", _rate_of(_failed), held, "lower", _failed),
            _Figure("turns-to-success", _turns, won, "lower", _replies),
        ]
        return [_score(one, of=len(asked), signature=signature, beside=beside) for one in made]


def _signature(traced: str) -> str:
    """Protocol, then simulator and rules as the traces state them."""
    if traced == PROTOCOL or traced.startswith(f"{PROTOCOL}|"):
        return traced
    return f"{PROTOCOL}|{traced or 'simulator=unstated'}"


def _succeeded(trace: Trace) -> bool:
    return trace.emotion >= SUCCESS


def _failed(trace: Trace) -> bool:
    return trace.emotion < FAILURE


def _final(trace: Trace) -> float:
    return trace.emotion


def _replies(trace: Trace) -> float:
    return len(trace.curve) - 1


def _seekers(traces: Sequence[Trace]) -> list[str]:
    return [trace.profile.id for trace in traces]


def _emotion(traces: Sequence[Trace]) -> Interval:
    return mean_interval([_final(trace) for trace in traces], _seekers(traces))


def _turns(traces: Sequence[Trace]) -> Interval:
    return mean_interval([_replies(trace) for trace in traces], _seekers(traces))


def _share_of(traces: Sequence[Trace], test: Callable[[Trace], bool]) -> Interval:
    """Share with Wilson's interval; repeats of one seeker widen it to the clustered one."""
    n = len(traces)
    if not n:
        return Interval(value=None, low=None, high=None, n=0)
    hits = [float(test(trace)) for trace in traces]
    low, high = wilson(round(sum(hits)), n)
    if len(set(_seekers(traces))) < n:
        wide = mean_interval(hits, _seekers(traces))
        low = low if wide.low is None else max(0.0, min(low, wide.low))
        high = high if wide.high is None else min(1.0, max(high, wide.high))
    return Interval(value=sum(hits) / n, low=low, high=high, n=n)


def _rate_of(test: Callable[[Trace], bool]) -> Measure:
    return lambda traces: _share_of(traces, test)


def _count_of(test: Callable[[Trace], bool]) -> Measure:
    """The same in conversations instead of a share."""

    def measure(traces: Sequence[Trace]) -> Interval:
        share, n = _share_of(traces, test), len(traces)
        ends = (None if end is None else end * n for end in (share.low, share.high))
        low, high = ends
        return Interval(
            value=None if share.value is None else sum(map(test, traces)), low=low, high=high, n=n
        )

    return measure


def _share(traces: Sequence[Trace], test: Callable[[Trace], bool]) -> tuple[Part, ...]:
    found = _share_of(traces, test)
    return () if found.value is None else (_part("share", found),)


def _part(group: str, found: Interval) -> Part:
    even = found.rounded()
    return Part(group=group, value=even.value or 0.0, n=even.n, low=even.low, high=even.high)


def _groups(traces: Sequence[Trace], measure: Measure) -> list[Part]:
    """By persona type, then by intention; groups without a conversation are left out."""
    parts = []
    for field, names in (("persona_type", PERSONA_TYPES), ("intention", INTENTIONS)):
        for name in names:
            group = [trace for trace in traces if getattr(trace.profile, field) == name]
            if group:
                parts.append(_part(f"{field}={name}", measure(group)))
    return parts


def _faults(traces: Sequence[Trace]) -> tuple[Part, ...]:
    """Lost conversations by whose fault it was, then by what kind of fault."""
    lost = [trace for trace in traces if trace.ending == "fault"]
    whose = Counter(f"fault={trace.fault or 'unknown'}" for trace in lost)
    what = Counter(f"state={trace.state}" for trace in lost if trace.state)
    return tuple(
        Part(group=group, value=count, n=len(traces))
        for group, count in (*sorted(whose.items()), *sorted(what.items()))
    )


def _set_aside(count: int) -> tuple[Part, ...]:
    return (Part(group="count=safety-profiles", value=count, n=count),) if count else ()


def _score(figure: _Figure, *, of: int, signature: str, beside: tuple[Part, ...]) -> Score:
    found = figure.measure(figure.traces).rounded()
    worth = figure.worth
    return Score(
        evaluator=Sage.name,
        name=figure.name,
        value=found.value,
        n=found.n,
        of=of,
        low=found.low,
        high=found.high,
        signature=signature,
        breakdown=(*_groups(figure.traces, figure.measure), *figure.own, *beside),
        better=figure.better,
        items=itemised((seat(one), (worth(one), 1)) for one in figure.traces) if worth else (),
    )


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``sage``."""
    return [Sage]
