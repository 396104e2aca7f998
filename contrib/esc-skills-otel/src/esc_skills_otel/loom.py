"""Where spans are made: one tracer, with ids that can be told beforehand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, set_span_in_context

from esc_skills_otel import names

Facts = Mapping[str, Any]
"""Attributes; those that are None are left out."""


class NamedIds(IdGenerator):
    """Ids from a name and a count: the same run exported twice gives the same spans."""

    def __init__(self, name: str) -> None:
        """Begin to count.

        Args:
            name: What tells this run from every other.
        """
        self._name, self._count = name, 0

    def _next(self, size: int) -> int:
        self._count += 1
        text = f"{self._name}|{self._count}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=size).digest(), "big") or 1

    def generate_span_id(self) -> int:
        """The next span id."""
        return self._next(8)

    def generate_trace_id(self) -> int:
        """The next trace id."""
        return self._next(16)


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened inside a span."""

    name: str
    """Event name."""
    at: int
    """Nanoseconds since 1970."""
    facts: Facts
    """Attributes."""


@attrs.define(eq=False)
class Loom:
    """Makes finished spans, and gives them to whoever sends them."""

    out: SpanProcessor
    """Who sends."""
    service: str = "esc-skills"
    """``service.name`` of the resource."""
    content: bool = False
    """Whether the words of the talks are exported, too."""
    ids: IdGenerator = attrs.field(factory=RandomIdGenerator)
    """Where ids come from."""
    _provider: TracerProvider = attrs.field(init=False)

    @_provider.default
    def _make_provider(self) -> TracerProvider:
        made = TracerProvider(
            resource=Resource.create({"service.name": self.service}),
            id_generator=self.ids,
            shutdown_on_exit=False,  # the sender ends in its own, bounded, time
        )
        made.add_span_processor(self.out)
        return made

    def begin(
        self,
        name: str,
        start: int,
        facts: Facts,
        *,
        parent: Span | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        links: Sequence[Span] = (),
    ) -> Span:
        """Begin a span; without a parent it is the root of a new trace.

        Args:
            name: Span name.
            start: Nanoseconds since 1970.
            facts: Attributes.
            parent: Span that this one belongs to.
            kind: Whether a call leaves the process.
            links: Spans that it has to do with.
        """
        within = Context() if parent is None else set_span_in_context(parent, Context())
        tracer = self._provider.get_tracer("esc-skills-otel", "0.1.0")
        return tracer.start_span(
            name,
            context=within,
            kind=kind,
            attributes={key: value for key, value in facts.items() if value is not None},
            links=[Link(one.get_span_context()) for one in links],
            start_time=start,
        )

    def end(self, span: Span, at: int, *, error: str = "", events: Sequence[Event] = ()) -> None:
        """End a span.

        Args:
            span: What was begun.
            at: Nanoseconds since 1970.
            error: What went wrong, in a word of ours; empty when nothing did.
            events: What happened inside.
        """
        for event in events:
            span.add_event(event.name, dict(event.facts), event.at)
        if error:
            span.set_attribute(names.ERROR, error)
            span.set_status(Status(StatusCode.ERROR))
        span.end(at)
