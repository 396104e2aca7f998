"""The watcher ``otel``: hears what happens in a run and sends it as spans.

A conversation's spans are made when it has ended, from the frozen trace and from the times at
which things were heard; ids are random, so that two runs never share a trace.
"""

from __future__ import annotations

import time

import attrs
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

from esc_skills import hookimpl
from esc_skills.model import Alarm, Exchange, Proposal, SkillsBank, Trace, Verdict
from esc_skills.spec import Usage
from esc_skills_otel.loom import Facts, Loom
from esc_skills_otel.outbox import Outbox
from esc_skills_otel.talks import Call, Course, write_call, write_talk

TALK = "talk/"
"""Places inside conversations begin with it; profile, repeat and actor follow."""


def open_outbox(endpoint: str, timeout: float, most: int, patience: float) -> Outbox:
    """A box that sends over OTLP and HTTP; nothing is sent before the first span.

    Args:
        endpoint: Address with its path; empty for the environment's, or this machine's.
        timeout: Most seconds of a request with its repeats.
        most: Spans that may wait.
        patience: Most seconds that the end waits.
    """
    exporter = OTLPSpanExporter(endpoint=endpoint or None, timeout=timeout)
    receiver = endpoint or "the receiver of OTEL_EXPORTER_OTLP_ENDPOINT"
    return Outbox(exporter=exporter, receiver=receiver, most=most, patience=patience)


@attrs.define(eq=False, kw_only=True)
class Watcher:
    """Settings of the watcher, and what it has heard of conversations under way."""

    endpoint: str = ""
    """Address of an OTLP receiver with its path, such as ``http://127.0.0.1:4318/v1/traces``;
    empty for ``OTEL_EXPORTER_OTLP_ENDPOINT``, else port 4318 of this machine."""
    service: str = "esc-skills"
    """``service.name`` of the spans."""
    content: bool = False
    """Whether what people said is exported, too: it leaves the run folder for good."""
    timeout: float = attrs.field(default=5.0, validator=attrs.validators.gt(0))
    """Seconds that one request may take, with its repeats; the run never waits for one."""
    patience: float = attrs.field(default=3.0, validator=attrs.validators.ge(0))
    """Most seconds that the end of the program waits for the receiver."""
    queue: int = attrs.field(default=4096, validator=attrs.validators.ge(1))
    """Spans that may wait; more are dropped."""
    outbox: Outbox = attrs.field(init=False, repr=False)
    """Where spans wait."""
    _loom: Loom = attrs.field(init=False, repr=False)
    _courses: dict[str, Course] = attrs.field(factory=dict, init=False)

    @outbox.default
    def _make_outbox(self) -> Outbox:
        return open_outbox(self.endpoint, self.timeout, self.queue, self.patience)

    @_loom.default
    def _make_loom(self) -> Loom:
        return Loom(out=self.outbox, service=self.service, content=self.content)

    @hookimpl
    def esc_skills_call_done(self, role: str, place: str, outcome: str, usage: Usage) -> None:
        """Keep a call of a conversation until that ends; send any other at once."""
        end = time.time_ns()
        start = end - int(usage.seconds * 1e9)
        call = Call(role=role, place=place, outcome=outcome, usage=usage, start=start, end=end)
        if place.startswith(TALK):
            course = self._course(place.removeprefix(TALK).rpartition("/")[0], start)
            course.calls.append((len(course.ends), call))
        else:
            write_call(self._loom, call, None)

    @hookimpl
    def esc_skills_exchange_done(self, trace: str, exchange: Exchange) -> None:
        """Keep the time."""
        now = time.time_ns()
        self._course(_seat(trace), now).ends[exchange.index] = now

    @hookimpl
    def esc_skills_crisis(self, trace: str, alarm: Alarm) -> None:
        """Keep the alarm; it names a rule, never the words."""
        now = time.time_ns()
        self._course(_seat(trace), now).crises.append((now, alarm))

    @hookimpl
    def esc_skills_trace_done(self, trace: Trace) -> None:
        """Make the spans of a conversation."""
        now = time.time_ns()
        course = self._courses.pop(_seat(trace.id), None) or Course(began=now)
        write_talk(self._loom, trace, course, now)

    @hookimpl
    def esc_skills_verdict(self, proposal: Proposal, verdict: Verdict) -> None:
        """Send a gate's decision."""
        facts = {
            "esc_skills.gate": verdict.gate,
            "esc_skills.decision": verdict.decision,
            "esc_skills.pairs": verdict.pairs,
            "esc_skills.effect": verdict.effect,
            "esc_skills.vetoed": bool(verdict.vetoes),
            "esc_skills.edits": [edit.kind for edit in proposal.edits],
        }
        self._mark("verdict", facts)

    @hookimpl
    def esc_skills_bank_promoted(self, bank: SkillsBank, number: int) -> None:
        """Send that there is a new bank."""
        facts = {
            "esc_skills.bank": bank.behaviour,
            "esc_skills.bank.number": number,
            "esc_skills.bank.skills": len(bank.skills),
        }
        self._mark("bank promoted", facts)

    def close(self) -> None:
        """Send what waits; the program's end does it, too."""
        self.outbox.shutdown()

    def _mark(self, name: str, facts: Facts) -> None:
        now = time.time_ns()
        self._loom.end(self._loom.begin(name, now, facts), now)

    def _course(self, seat: str, began: int) -> Course:
        return self._courses.setdefault(seat, Course(began=began))


def _seat(trace: str) -> str:
    """Profile and repeat of a trace id; what the places of its calls hold."""
    return trace.partition("/")[2]
