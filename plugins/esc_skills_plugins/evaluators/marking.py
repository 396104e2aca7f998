"""One question to a judge, and what its answer is worth: a number on the scale or a reason."""

from __future__ import annotations

import json
from collections.abc import Sequence

import attrs

from esc_skills.errors import BackendError, ReplyError
from esc_skills.model import Trace, short_hash
from esc_skills.spec import Context, Prompt
from esc_skills_plugins._shared.promptfiles import prompt, spoken
from esc_skills_plugins._shared.together import together
from esc_skills_plugins.evaluators.rubric import Item


@attrs.frozen(kw_only=True)
class Mark:
    """A judge's answer, as the model writes it."""

    trace: str
    """Echo of the conversation's label."""
    item: str
    """Echo of the item's id."""
    reason: str
    """One or two sentences, written before the number."""
    value: int | None
    """A number of the item's scale; None when there is nothing to judge."""


@attrs.frozen(kw_only=True)
class Marked:
    """One reading of one conversation on one item."""

    value: int | None = None
    """A whole number on the scale; None when unscored, never 0 for a fault."""
    reason: str = ""
    """Why it is unscored; empty when it has a value."""
    fault: BackendError | None = None
    """The provider's failure, when that was the reason."""


def talk(trace: Trace) -> str:
    """The conversation as the judge reads it: one JSON object a turn, both sides' words alone.

    Neither arm, skills, emotions nor the hidden intention are shown, and a message cannot
    pretend to be another turn.
    """
    rows: list[dict[str, object]] = []
    for item in trace.exchanges:
        rows.append({"turn": len(rows) + 1, "speaker": "seeker", "text": item.seeker})
        rows.append({"turn": len(rows) + 1, "speaker": "supporter", "text": item.reply.text})
    last = trace.exchanges[-1].reaction if trace.exchanges else None
    if last and last.text:
        rows.append({"turn": len(rows) + 1, "speaker": "seeker", "text": last.text})
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def label(words: str) -> str:
    """Name of a conversation in a question; it says nothing of arm, seeker or bank."""
    return "t-" + short_hash(words)


def wording(item: Item, language: str, name: str) -> Prompt:
    """The question about a conversation of that name, without the conversation."""
    words = item.wordings[spoken(language)]
    return prompt(
        "evaluators",
        "judge",
        "mark",
        language=language,
        slots={
            "item": item.id,
            "question": words.question,
            "anchors": words.lines,
            "least": str(item.least),
            "most": str(item.most),
            "trace": name,
        },
    )


def question(item: Item, trace: Trace, reading: int) -> Prompt:
    """Put the question; ``reading`` counts from 0, each is a call of its own."""
    words = talk(trace)
    asked = wording(item, trace.profile.language, label(words))
    return attrs.evolve(asked, data=(("conversation", words),), repeat=reading)


def checked(mark: Mark, item: Item, expected: str) -> Marked:
    """Take a number only when it answers this question on this scale."""
    if mark.trace != expected or mark.item != item.id:
        return Marked(reason="mismatch")
    if mark.value is None:
        return Marked(reason="cannot-tell")
    if type(mark.value) is not int:
        return Marked(reason="no-number")
    if not item.least <= mark.value <= item.most:
        return Marked(reason="off-scale")
    return Marked(value=mark.value)


async def marked(item: Item, trace: Trace, reading: int, ctx: Context) -> Marked:
    """Ask for one reading; an answer that cannot be used leaves it unscored."""
    asked = question(item, trace, reading)
    try:
        answer = await ctx.ask("judge", asked, into=Mark)
    except ReplyError as unread:
        return Marked(reason=unread.state)
    except BackendError as fault:
        reason = fault.state if fault.state in {"refused", "stalled"} else "service"
        return Marked(reason=reason, fault=fault)
    return checked(answer, item, label(talk(trace)))


async def panel(
    item: Item, traces: Sequence[Trace], repeats: int, ctx: Context
) -> list[tuple[Marked, ...]]:
    """All readings of an item, in trace order; the gateway bounds how many are in flight.

    Raises:
        BudgetExceeded: The run's budget ended.
        ConfigError: No model is configured for the role ``judge``.
    """
    jobs = (marked(item, trace, at, ctx) for trace in traces for at in range(repeats))
    readings = await together(jobs)
    return [readings[at : at + repeats] for at in range(0, len(readings), repeats)]
