"""Spans of a run that is over, from what lies in its folder.

The folder keeps no times but those of the whole run, so spans here have an order, not a length:
a microsecond each, from the run's start. A question that several arms asked at the same place is
one row of the journal, so questions are not forced into one conversation: those of a seat (a
profile and a repeat) make a trace of their own, linked to every conversation held on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
from opentelemetry.trace import Span

from esc_skills import Trace, open_run
from esc_skills.errors import DataError
from esc_skills.spec import Usage
from esc_skills_otel import names
from esc_skills_otel.loom import Loom, NamedIds
from esc_skills_otel.outbox import Outbox
from esc_skills_otel.talks import Call, Course, write_call, write_talk

STEP = 1000
"""Nanoseconds that a span of unknown length is given."""
TALK = "talk/"
"""Places inside conversations begin with it."""
SENDS = """SELECT key, role, place, max(model), sum(tokens_in), sum(tokens_out),
    sum(tokens_cached), total(usd), sum(usd IS NULL), max(state = 'done'), max(state)
    FROM sends WHERE state != 'unsent' GROUP BY key, role, place ORDER BY min(id)"""


@attrs.frozen(kw_only=True)
class Told:
    """What was made of a run."""

    talks: int
    """Conversations."""
    calls: int
    """Questions to models."""


def read_facts(run: Path) -> dict[str, Any]:
    """Read ``run.json``.

    Raises:
        DataError: There is no run.
    """
    try:
        facts: dict[str, Any] = json.loads((run / "run.json").read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise DataError(
            "no run lies here", where=str(run), hint="give the folder with run.json"
        ) from fault
    return facts


def export_run(run: Path, outbox: Outbox, *, service: str, content: bool) -> Told:
    """Make the spans of a finished run; the same run gives the same spans.

    Args:
        run: Its folder.
        outbox: Who sends them.
        service: ``service.name`` of the spans.
        content: Whether what was said is exported, too.

    Raises:
        DataError: There is no run, or a file of it is damaged.
    """
    facts = read_facts(run)
    began = int(datetime.fromisoformat(facts["started"]).timestamp() * 1e9)
    ids = NamedIds(f"{run.resolve().name}|{facts['started']}")
    loom = Loom(out=outbox, service=service, content=content, ids=ids)
    record = open_run(run).record
    talks = {trace.id: trace for trace in record.traces}  # one of two arms with equal banks
    roots: dict[str, list[Span]] = {}
    for number, trace in enumerate(talks.values()):
        at = began + number * STEP
        course = Course(began=at, ends={one.index: at for one in trace.exchanges})
        root = write_talk(loom, trace, course, at + STEP, times="order")
        roots.setdefault(_seat(trace), []).append(root)
    calls = list(read_calls(run, began))
    _write_seats(loom, calls, roots)
    for call in calls:
        if not call.place.startswith(TALK):
            write_call(loom, call, None)
    return Told(talks=len(talks), calls=len(calls))


def _seat(trace: Trace) -> str:
    return f"{trace.profile.id}/{trace.repeat}"


def _write_seats(loom: Loom, calls: list[Call], roots: dict[str, list[Span]]) -> None:
    seats: dict[str, list[Call]] = {}
    for call in calls:
        if call.place.startswith(TALK):
            seat = call.place.removeprefix(TALK).rpartition("/")[0]
            seats.setdefault(seat, []).append(call)
    for seat, own in seats.items():
        facts = {names.PLACE: f"{TALK}{seat}", names.TIMES: "order"}
        links = roots.get(seat, ())
        root = loom.begin("questions of a seat", own[0].start, facts, links=links)
        for call in own:
            write_call(loom, call, root)
        loom.end(root, own[-1].end)


def read_calls(run: Path, began: int) -> Iterator[Call]:
    """Read the questions of a run, in the order in which they were first sent.

    Args:
        run: Its folder; one whose run asked no model has no journal.
        began: Time of the first, in nanoseconds since 1970.

    Raises:
        DataError: The journal is damaged.
    """
    file = run / "journal.sqlite"
    if not file.is_file():
        return
    backends = _backends(run)
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as base:
            rows = base.execute(SENDS).fetchall()
    except sqlite3.DatabaseError as fault:
        hint = "restore it from a copy"
        raise DataError(f"journal damaged: {fault}", where=str(file), hint=hint) from fault
    for number, (_, role, place, model, *sums) in enumerate(rows):
        tokens_in, tokens_out, cached, usd, unpriced, done, state = sums
        usage = Usage(
            model=model,
            backend=backends.get(role, backends.get("default", "")),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            tokens_cached=cached,
            usd=None if unpriced else usd,
        )
        at = began + number * STEP
        outcome = "done" if done else state
        yield Call(role=role, place=place, outcome=outcome, usage=usage, start=at, end=at + STEP)


def _backends(run: Path) -> dict[str, str]:
    """Backend by model role, as the experiment chose it."""
    models = read_facts(run)["experiment"].get("models", {})
    return {role: one if isinstance(one, str) else one["use"] for role, one in models.items()}
