"""A tally as lines for a terminal: pure text, so that golden lines can hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from esc_skills._cli.bills import count, dollars
from esc_skills._cli.tables import clean

if TYPE_CHECKING:
    from esc_skills._cli.tally import Tally

ROAD = ("extract", "distil", "converse", "evolve", "score", "report")
"""Stages in the order of the road; ``respond`` is a part of ``score``."""
RECENT = 20
"""Conversations that the curve of emotions shows."""
BAR = 20
"""Signs of the bar."""
ARMS = 3
"""Arms that are shown, the latest ones."""
NAMES = 14
"""Width of the first column."""
FINE = "▁▂▃▄▅▆▇█"
COARSE = "_.-=+*#@"


def sparkline(values: Sequence[float], *, coarse: bool = False, top: float = 100) -> str:
    """Values from 0 to ``top`` as little bars; ``coarse`` ones are ASCII."""
    signs = COARSE if coarse else FINE
    last = len(signs) - 1
    return "".join(signs[min(last, max(0, int(value / top * len(signs))))] for value in values)


def duration(seconds: float) -> str:
    """A time in words that are as exact as it matters."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def road(tally: Tally, *, coarse: bool = False) -> str:
    """All stages: those behind, the one under way, those to come."""
    here = tally.stage.name.partition("/")[0].replace("respond", "score")
    at = ROAD.index(here) if here in ROAD else -1
    done, now = ("+", ">") if coarse else ("✓", "▶")
    parts = [f"{name} {done}" for name in ROAD[: max(at, 0)]]
    if at >= 0:
        parts.append(f"{now} {here}{_round(tally) if here == 'evolve' else ''}")
    return "  ".join([*parts, *ROAD[at + 1 :]])


def _round(tally: Tally) -> str:
    if tally.experiment is None:
        return ""
    rounds = tally.experiment.evolve.rounds
    return f", round {min(len(tally.rounds) + 1, rounds)} of {rounds}"


def stage_line(tally: Tally, now: float) -> str:
    """How far the stage is, and when it ends if it goes on so."""
    stage = tally.stage
    left = stage.left(now)
    rest = f", about {duration(max(1, left))} left" if left is not None else ""
    return f"{count(stage.done)} of {count(max(stage.total, stage.done))}{rest}"


def emotion_line(tally: Tally) -> str:
    """Mean final emotion by arm, those that speak now last."""
    arms = list(dict(tally.arms).items())[-ARMS:]
    return ", ".join(
        f"{arm} {total / number:.1f} ({count(number)})" for arm, (number, total) in arms
    )


def talks_line(tally: Tally) -> str:
    """Conversations, exchanges, faults."""
    said = f"{count(tally.talks)} talks, {count(tally.exchanges)} exchanges"
    return f"{said}, {count(tally.faults)} fault{'' if tally.faults == 1 else 's'}"


def models_line(tally: Tally, rate: float, *, coarse: bool = False) -> str:
    """Questions, tokens and money, against what may be spent."""
    budget = tally.budget
    money = dollars(tally.usd, lower=tally.unpriced > 0)
    parts = [f"{count(tally.calls)} calls", f"{rate:.1f}/s", f"{count(tally.tokens)} tokens"]
    parts.append(f"US$ {money.replace('≥', '>=') if coarse else money}")
    if budget is not None:
        caps = budget.caps
        if caps.usd is not None:
            parts.append(f"budget US$ {budget.usd:,.2f} of {caps.usd:,.2f}")
        if caps.calls is not None:
            parts.append(f"budget {count(budget.calls)} of {count(caps.calls)} calls")
        if caps.tokens is not None:
            parts.append(f"budget {count(budget.tokens)} of {count(caps.tokens)} tokens")
        if caps.seconds is not None:
            parts.append(f"budget {duration(budget.elapsed)} of {duration(caps.seconds)}")
    return ", ".join(parts)


def _bar(done: int, total: int, *, coarse: bool) -> str:
    full = min(BAR, BAR * done // total) if total else 0
    return ("#" * full + "." * (BAR - full)) if coarse else ("━" * full + "╌" * (BAR - full))


def frame(tally: Tally, *, rate: float, study: str = "", coarse: bool = False) -> Iterator[str]:
    """The lines of the panel; what has not begun has no line.

    Args:
        tally: What happened so far.
        rate: Questions a second, lately.
        study: How many shards are done; empty for a run that is no part of a study.
        coarse: Whether signs must be ASCII.
    """
    yield f"{road(tally, coarse=coarse)}   {duration(tally.elapsed)}"
    for name, text in _rows(tally, rate, study, coarse=coarse):
        yield f"{name:<{NAMES}}{text}"


def _rows(tally: Tally, rate: float, study: str, *, coarse: bool) -> Iterator[tuple[str, str]]:
    if study or tally.shard:
        yield "study", "; ".join(part for part in (study, tally.shard) if part)
    stage = tally.stage
    if stage.name:
        bar = _bar(stage.done, stage.total, coarse=coarse)
        yield stage.name, f"{bar} {stage_line(tally, tally.clock())}"
    if tally.talks:
        yield "talks", talks_line(tally)
    if tally.felt:
        spark = sparkline(tally.felt[-RECENT:], coarse=coarse)
        yield "emotion", f"{spark} {emotion_line(tally)}"
    if tally.calls:
        yield "models", models_line(tally, rate, coarse=coarse)
    if tally.verdict:
        yield "verdict", tally.verdict


def fitted(line: str, width: int, *, coarse: bool = False) -> str:
    """A line that cannot leave its row: no control signs, cut to the window."""
    from rich.cells import cell_len, set_cell_size

    shown = clean(line).replace("\n", " ")
    if coarse:
        shown = shown.encode("ascii", "replace").decode("ascii")
    if cell_len(shown) <= width:
        return shown
    mark = "..." if coarse else "…"
    return set_cell_size(shown, max(0, width - len(mark))) + mark[:width]
