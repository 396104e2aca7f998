"""The spans of a conversation: a root, a child an exchange, and the model calls below them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import attrs
from opentelemetry.trace import Span, SpanKind

from esc_skills.model import Alarm, Exchange, Trace
from esc_skills.spec import Usage
from esc_skills_otel import names
from esc_skills_otel.loom import Event, Facts, Loom

SOUND = frozenset({"done", "replayed", "shared", "repaired", "shortened"})
"""Outcomes of questions that were answered."""


@attrs.frozen(kw_only=True)
class Call:
    """A question to a model that has ended."""

    role: str
    """Model role."""
    place: str
    """Where in the run."""
    outcome: str
    """What became of it."""
    usage: Usage
    """What it took."""
    start: int
    """Nanoseconds since 1970."""
    end: int
    """Nanoseconds since 1970."""


@attrs.define
class Course:
    """When things happened in a conversation, as far as anybody heard."""

    began: int
    """Nanoseconds since 1970."""
    calls: list[tuple[int, Call]] = attrs.field(factory=list)
    """Each with the number of exchanges that were complete by then."""
    ends: dict[int, int] = attrs.field(factory=dict)
    """End of an exchange by its number."""
    crises: list[tuple[int, Alarm]] = attrs.field(factory=list)
    """High alarms, with their time."""


def write_call(loom: Loom, call: Call, parent: Span | None, talk: str = "") -> None:
    """Make the span of a model call.

    Args:
        loom: Makes spans.
        call: What ended.
        parent: Span that it belongs to; None for a call outside of every conversation.
        talk: Trace id of the conversation.
    """
    usage = call.usage
    facts: Facts = {
        names.OPERATION: "chat",
        names.PROVIDER: usage.backend or None,
        names.MODEL: usage.model or None,
        names.CONVERSATION: talk or None,
        names.TOKENS_IN: usage.tokens_in,
        names.TOKENS_OUT: usage.tokens_out,
        names.TOKENS_CACHED: usage.tokens_cached or None,
        names.ROLE: call.role,
        names.PLACE: call.place,
        names.OUTCOME: call.outcome,
        names.USD: usage.usd,
    }
    name = f"chat {usage.model}".strip()
    span = loom.begin(name, call.start, facts, parent=parent, kind=SpanKind.CLIENT)
    loom.end(span, call.end, error="" if call.outcome in SOUND else call.outcome)


def write_talk(loom: Loom, trace: Trace, course: Course, end: int, **more: str) -> Span:
    """Make the spans of a conversation.

    Args:
        loom: Makes spans.
        trace: What was said and felt.
        course: When, and what was asked.
        end: When it ended, in nanoseconds since 1970.
        **more: Further attributes of the root, by their last word.

    Returns:
        The root.
    """
    name = "invoke_workflow conversation"
    facts = {**_of_talk(trace), **{f"esc_skills.{key}": value for key, value in more.items()}}
    root = loom.begin(name, course.began, facts)
    start = course.began
    for exchange in trace.exchanges:
        until = course.ends.get(exchange.index, start)
        own = [call for done, call in course.calls if done == exchange.index]
        _write_exchange(loom, trace, exchange, root, (start, until), own)
        start = until
    for done, call in course.calls:
        if done >= len(trace.exchanges):
            write_call(loom, call, root, trace.id)
    loom.end(root, end, error=_error(trace), events=list(_alarms(course)))
    return root


def _write_exchange(
    loom: Loom,
    trace: Trace,
    exchange: Exchange,
    root: Span,
    times: tuple[int, int],
    calls: list[Call],
) -> None:
    facts = {names.CONVERSATION: trace.id, **_of_exchange(exchange)}
    if loom.content:
        facts |= _words(exchange)
    span = loom.begin(f"exchange {exchange.index}", times[0], facts, parent=root)
    for call in calls:
        write_call(loom, call, span, trace.id)
    loom.end(span, times[1], events=list(_felt(exchange, times[1])))


def _error(trace: Trace) -> str:
    return (trace.state or trace.fault or "fault") if trace.ending == "fault" else ""


def _of_talk(trace: Trace) -> Facts:
    return {
        names.OPERATION: "invoke_workflow",
        names.WORKFLOW: "conversation",
        names.CONVERSATION: trace.id,
        names.ARM: trace.arm,
        names.BANK: trace.bank or None,
        names.PROFILE: trace.profile.id,
        names.PERSONA: trace.profile.persona_type,
        names.INTENTION: trace.profile.intention,
        names.PURPOSE: trace.profile.purpose,
        names.REPEAT: trace.repeat,
        names.ENDING: trace.ending,
        names.EMOTION: trace.emotion,
    }


def _of_exchange(exchange: Exchange) -> dict[str, object]:
    """Labels, names and numbers; never words of the talk, nor reasons that may quote them."""
    return {
        names.EXCHANGE: exchange.index,
        names.STRATEGY: exchange.reply.strategy or None,
        names.STATE: exchange.state.label or None,
        names.SCENARIO: exchange.state.scenario or None,
        names.OFFERED: [match.skill for match in exchange.matches],
        names.USED: list(exchange.reply.used),
        names.ALARMS: [alarm.rule for alarm in exchange.alarms] or None,
        names.TRIAL: exchange.trial or None,
        names.FIXED: exchange.reply.fixed or None,
        names.DELTA: exchange.reaction.delta if exchange.reaction else None,
        names.EMOTION: exchange.reaction.emotion if exchange.reaction else None,
    }


def _words(exchange: Exchange) -> dict[str, object]:
    heard = [_message("user", exchange.seeker)]
    said = [{**_message("assistant", exchange.reply.text), "finish_reason": "stop"}]
    return {
        names.MESSAGES_IN: json.dumps(heard, ensure_ascii=False),
        names.MESSAGES_OUT: json.dumps(said, ensure_ascii=False),
    }


def _message(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def _felt(exchange: Exchange, at: int) -> Iterator[Event]:
    if exchange.reaction is not None:
        facts = {
            names.EVALUATION_NAME: "emotion",
            names.EVALUATION_VALUE: float(exchange.reaction.emotion),
        }
        yield Event(name=names.EVALUATION, at=at, facts=facts)


def _alarms(course: Course) -> Iterator[Event]:
    for at, alarm in course.crises:
        facts = {names.RULE: alarm.rule, names.SEVERITY: alarm.severity}
        yield Event(name=names.CRISIS, at=at, facts=facts)
