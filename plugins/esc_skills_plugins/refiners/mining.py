"""Diagnosis by a model: which conversations are shown, how, and what of the answer is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import attrs

from esc_skills.model import FAILURE_KINDS, Exchange, Failure, SkillsBank, Trace, short_hash
from esc_skills.spec import Prompt
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins.refiners.written import WrittenFailure, WrittenFailures

WHY_LIMIT = 300
"""Most characters of a failure's reason."""


def failing(traces: Sequence[Trace], most: int) -> tuple[Trace, ...]:
    """Conversations that did not end well: guards' alarms first, then the saddest ends.

    Returns:
        At most ``most``, in the order they were given.
    """
    bad = [trace for trace in traces if trace.exchanges and _bad(trace)]
    worst = sorted(bad, key=lambda trace: (not _alarmed(trace), trace.emotion, trace.id))[:most]
    names = {trace.id for trace in worst}
    return tuple(trace for trace in bad if trace.id in names)


def _bad(trace: Trace) -> bool:
    return trace.ending != "fault" and (trace.ending != "success" or _alarmed(trace))


def _alarmed(trace: Trace) -> bool:
    return any(alarm.speaker == "supporter" for item in trace.exchanges for alarm in item.alarms)


def label(trace: Trace) -> str:
    """Short name of a conversation in a question."""
    return "t-" + short_hash(trace.id)


def wording(language: str, name: str) -> Prompt:
    """The question about a conversation of that name, without the conversation."""
    slots = {"trace": name, "kinds": ", ".join(FAILURE_KINDS)}
    return prompt("refiners", "paper", "diagnose", language=language, slots=slots)


def diagnosis(trace: Trace, bank: SkillsBank) -> Prompt:
    """Ask what went wrong in one conversation; everything in it is data."""
    return attrs.evolve(
        wording(trace.profile.language, label(trace)),
        data=(
            ("skills", lines(_outline(bank))),
            ("seeker", lines([_seeker(trace)])),
            ("conversation", lines(_told(item) for item in trace.exchanges)),
        ),
    )


def lines(rows: Iterator[object] | Sequence[object]) -> str:
    """One JSON value a line, so that no text can pretend to be another row."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _outline(bank: SkillsBank) -> Iterator[object]:
    for skill in bank.active:
        when = sorted({name for test in skill.applies for name in test.states})
        yield {"name": skill.name, "states": when, "overview": skill.overview}


def _seeker(trace: Trace) -> object:
    who = trace.profile
    return {
        "persona_type": who.persona_type,
        "intention": who.intention,
        "start_emotion": who.start_emotion,
        "final_emotion": trace.emotion,
        "ending": trace.ending,
    }


def _told(item: Exchange) -> object:
    felt = item.reaction
    return {
        "exchange": item.index,
        "seeker": item.seeker,
        "state": item.state.label,
        "offered": [match.skill for match in item.matches],
        "used": list(item.reply.used),
        "action": item.reply.action or item.reply.strategy,
        "reply": item.reply.text,
        "alarms": [alarm.rule for alarm in item.alarms],
        "emotion_change": felt.delta if felt else None,
        "thought": felt.thought if felt else "",
    }


@attrs.frozen(kw_only=True)
class Mined:
    """What was kept of one answer."""

    failures: tuple[Failure, ...] = ()
    """In exchange order."""
    dropped: int = 0
    """Failures that pointed at nothing, or were of no known kind."""


def mined(answer: WrittenFailures, trace: Trace, bank: SkillsBank) -> Mined:
    """Keep failures that point at what happened; places and names are checked, causes are ours."""
    if answer.trace != label(trace):
        return Mined(dropped=max(1, len(answer.failures)))
    exchanges = {item.index: item for item in trace.exchanges}
    kept: dict[tuple[int, str], Failure] = {}
    for found in answer.failures:
        place = found.exchange if type(found.exchange) is int else -1
        item = exchanges.get(place)
        if item is not None and found.kind in FAILURE_KINDS:
            kept.setdefault((place, found.kind), _failure(found, item, trace, bank))
    ordered = tuple(kept[key] for key in sorted(kept))
    return Mined(failures=ordered, dropped=len(answer.failures) - len(ordered))


def _failure(found: WrittenFailure, item: Exchange, trace: Trace, bank: SkillsBank) -> Failure:
    named = tuple(dict.fromkeys(name for name in found.skills if bank.skill(name)))
    offered = {match.skill for match in item.matches}
    return Failure(
        kind=found.kind,  # type: ignore[arg-type] # one of FAILURE_KINDS, checked by the caller
        trace=trace.id,
        exchange=item.index,
        skills=named,
        why=" ".join(found.why.split())[:WHY_LIMIT],
        cause=f"{item.state.label or 'unclear'}/{item.reply.action or 'unnamed'}",
        lapse=bool(found.lapse) and any(name in offered for name in named),
    )
