"""Numbers made ready for pages: arms, curves and counts, without any markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from esc_skills.model import Score, Trace, short_hash
from esc_skills.spec import RunRecord

ARMS: tuple[str, ...] = ("none", "static", "evolved")
"""The three arms, in the order they are shown."""

UNLIKE = "signature {}; compare with no other"
"""Note on a line whose score was measured otherwise than another line's of the same name."""


@attrs.frozen(kw_only=True)
class ArmFigures:
    """What a page says of one arm."""

    arm: str
    """Arm name."""
    scores: tuple[Score, ...]
    """Its scores, as evaluators gave them."""
    faults: int
    """Conversations that ended in a fault."""
    lost: str = ""
    """The same by whose fault and of what kind, such as ``guard: guard-failed 1``."""


def arms_of(record: RunRecord) -> tuple[ArmFigures, ...]:
    """Figures of every arm that has scores or traces."""
    made = []
    for arm in ARMS:
        traces = [trace for trace in record.traces if trace.arm == arm]
        scores = tuple(score for score in record.scores if score.arm == arm)
        if traces or scores:
            made.append(
                ArmFigures(
                    arm=arm,
                    scores=scores,
                    faults=sum(trace.ending == "fault" for trace in traces),
                    lost=_lost(traces),
                )
            )
    return tuple(made)


def _lost(traces: Sequence[Trace]) -> str:
    counts = Counter(
        f"{trace.fault or 'unknown'}: {trace.state or 'failed'}"
        for trace in traces
        if trace.ending == "fault"
    )
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


def mean_curve(curves: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Mean emotion by exchange, ended talks carried on at their last value."""
    if not curves:
        return ()
    longest = max(len(curve) for curve in curves)
    columns = ([curve[min(place, len(curve) - 1)] for curve in curves] for place in range(longest))
    return tuple(round(sum(column) / len(curves), 3) for column in columns)


@attrs.frozen(kw_only=True)
class Line:
    """One score over all arms."""

    evaluator: str
    """Evaluator name."""
    name: str
    """Score name."""
    cells: tuple[Score | None, ...]
    """One score an arm, in the order of the arms; None where an arm has none."""
    note: str = ""
    """Says that the score has another signature than a line of the same name; empty when not."""


def lines(arms: Sequence[ArmFigures]) -> tuple[Line, ...]:
    """Scores side by side: a line a score and signature, a cell an arm.

    What has unlike signatures is not comparable, so it never shares a line, and the line says so.
    """
    tables = [{_kind(score): score for score in arm.scores} for arm in arms]
    kinds = dict.fromkeys(kind for table in tables for kind in table)
    signed = Counter((evaluator, name) for evaluator, name, _ in kinds)
    return tuple(
        Line(
            evaluator=kind[0],
            name=kind[1],
            cells=tuple(table.get(kind) for table in tables),
            note=UNLIKE.format(short_hash(kind[2])[:6]) if signed[kind[0], kind[1]] > 1 else "",
        )
        for kind in kinds
    )


def _kind(score: Score) -> tuple[str, str, str]:
    return score.evaluator, score.name, score.signature


def others(record: RunRecord) -> tuple[Score, ...]:
    """Scores that compare arms."""
    return tuple(score for score in record.scores if score.arm not in ARMS)


def figure(value: float | None) -> str:
    """A figure with as many digits as it can bear; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 2 else f"{value:.2f}"


def interval(low: float | None, high: float | None) -> str:
    """An interval in brackets; empty for none."""
    return "" if low is None or high is None else f"[{figure(low)}, {figure(high)}]"
