"""One released SAGE transcript to a Trace.

What the file does not say is not made up: no strategy is named, the state is the emotion alone
(distress = 100 - emotion), and the simulator stays ``unstated`` unless a setting names it.
"""

from __future__ import annotations

from typing import Any

from esc_skills.model import Exchange, Reaction, Reply, SeekerState, Trace
from esc_skills.model.trace import Ending
from esc_skills_plugins._shared.fields import Node, optional_text
from esc_skills_plugins._shared.sagefiles import START_EMOTION, seeker

STEP, SUCCESS, FAILURE, LIMIT = 10, 100, 10, 10
"""Clamp of one change, emotion of success (included), emotion of failure (below), most replies."""

GOODBYES = ("再见", "拜拜")
"""The words by which the released code knows that a seeker leaves."""

ROLES = ("user", "assistant")


def signature(start: int, simulator: str) -> str:
    """What must be equal for two transcript scores to be comparable."""
    return (
        f"sage:v1|simulator={simulator}|start={start}|clamp={STEP}|turns={LIMIT}"
        f"|stop={SUCCESS}/{FAILURE}|last=unscored"
    )


def _whole(value: Any) -> int | None:
    """A whole number, also written as text or with a zero fraction; None otherwise."""
    if isinstance(value, str):
        text = value.strip()
        digits = text[1:] if text[:1] in ("-", "+") else text
        return int(text) if digits.isdecimal() and len(digits) <= 4 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if float(value).is_integer() else None


def _emotion(found: Node) -> int:
    """Emotion points, 0 to 100; beyond that they are clamped, as SAGE's code forgets to.

    Raises:
        DataError: Not a number.
    """
    number = _whole(found.value)
    if number is None:
        raise found.fault("is no whole number, expected emotion points from 0 to 100")
    if not 0 <= number <= 100:
        found.tally.add("emotion outside 0-100 clamped", found.place)
    return max(0, min(100, number))


def _delta(message: Node, before: int, after: int) -> int:
    """Change that the seeker stated, within ±10; the difference where none can be read."""
    planning = message.get("planning")
    stated = planning.get("change") if planning else None
    number = _whole(stated.value) if stated else None
    if number is None:
        message.tally.add("change missing or unreadable → difference of emotions", message.place)
        number = after - before
    if abs(number) > STEP:
        message.tally.add(f"change beyond ±{STEP} clamped", message.place)
        number = max(-STEP, min(STEP, number))
    if max(0, min(100, before + number)) != after:
        message.tally.add("emotion does not follow from the change; emotion kept", message.place)
    return number


def _thought(message: Node) -> str:
    """Inner monologue without the heading that the simulator's parser left in front."""
    planning = message.get("planning")
    text = optional_text(planning, "activity") if planning else ""
    head, mark, rest = text.partition("]\n")
    return rest.strip() if mark and "\n" not in head else text


def _reaction(message: Node, before: int) -> Reaction:
    after = _emotion(message.at("emotion-point"))
    text = message.at("content").text()
    return Reaction(
        delta=_delta(message, before, after),
        emotion=after,
        thought=_thought(message),
        text=text,
        leaves=any(word in text for word in GOODBYES),
    )


def _said(message: Node) -> str:
    """What was said; an agent that answered nothing left null, which is as good as blank.

    Raises:
        DataError: The content is missing, or no text.
    """
    content = message.at("content")
    if content.value is None and message.at("role").value == ROLES[1]:
        return ""
    return content.text()


def _alternating(history: Node) -> list[Node]:
    """Messages, seeker first, taking turns.

    Raises:
        DataError: They do not.
    """
    messages = history.items()
    if not messages:
        raise history.fault("is empty, expected messages")
    for number, message in enumerate(messages):
        role, due = message.at("role"), ROLES[number % 2]
        if role.text() != due:
            raise role.fault(f"is {role.shown()}, expected '{due}' in turn")
        if not _said(message):
            message.tally.add(f"blank message of {due} kept", message.place)
        if message.get("think"):
            message.tally.add("hidden thinking of the agent left out", message.place)
    return messages


def _exchanges(messages: list[Node], start: int) -> tuple[Exchange, ...]:
    made = []
    emotion = start
    for at in range(0, len(messages) - 1, 2):
        reaction = _reaction(messages[at + 2], emotion) if at + 2 < len(messages) else None
        made.append(
            Exchange(
                index=at // 2,
                seeker=_said(messages[at]),
                state=SeekerState(scenario="", label="", intensity=100 - emotion),
                reply=Reply(text=_said(messages[at + 1]), strategy=""),
                reaction=reaction,
            )
        )
        emotion = reaction.emotion if reaction else emotion
    return tuple(made)


def _ending(record: Node, exchanges: tuple[Exchange, ...], emotion: int) -> tuple[Ending, str]:
    """How the talk ended by the protocol's rules, and a note where none of them was met."""
    last = exchanges[-1].reaction if exchanges else None
    if emotion >= SUCCESS:
        return "success", ""
    if emotion < FAILURE:
        return "failure", ""
    if last and last.leaves:
        return "farewell", ""
    if len(exchanges) >= LIMIT:
        return "limit", ""
    record.tally.add("transcript stops before any stop rule is met", record.place)
    return "limit", f"stops after {len(exchanges)} replies, before any stop rule"


def sage_trace(record: Node, *, simulator: str) -> Trace:
    """Read one transcript; its id is the profile's.

    Args:
        record: A line of a ``*_result.jsonl`` file.
        simulator: Model that played the seeker, or ``unstated``.

    Raises:
        DataError: A field is missing or wrong.
    """
    messages = _alternating(record.at("history"))
    start = _emotion(messages[0].at("emotion-point"))
    if start != START_EMOTION:
        record.tally.add(f"start emotion is not {START_EMOTION}", record.place)
    profile = seeker(
        record, type_key="character", opening=messages[0].at("content"), start_emotion=start
    )
    exchanges = _exchanges(messages, start)
    felt = [item.reaction.emotion for item in exchanges if item.reaction]
    final = felt[-1] if felt else start
    stated = record.get("emo_point")
    if stated and _emotion(stated) != final:
        record.tally.add(
            "emo_point differs from the last emotion; the last emotion kept", stated.place
        )
    ending, note = _ending(record, exchanges, final)
    return Trace(
        id=profile.id,
        profile=profile,
        arm="",
        exchanges=exchanges,
        ending=ending,
        note=note,
        signature=signature(start, simulator),
    )
