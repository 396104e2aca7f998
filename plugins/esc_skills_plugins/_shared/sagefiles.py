"""SAGE's words for seekers (arXiv 2505.02847; Tencent digitalhuman, MIT), read into profiles.

The files are Chinese. A hidden intention is known by the one phrase that sets it apart from the
other seven; a text with none of the phrases, or with several, is refused and never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

from esc_skills.model import INTENTIONS, PERSONA_TYPES, SeekerProfile
from esc_skills_plugins._shared.fields import Node

LICENCE = "MIT"
LANGUAGE = "zh"
START_EMOTION = 40
"""Emotion before the first reply, in the released protocol."""

TYPES: Mapping[str, str] = {
    "负面型": "negative",
    "被动型": "passive",
    "回避型": "avoidant",
    **{name: name for name in PERSONA_TYPES},
}
"""Persona type as written to the model's word."""

PHRASES: Mapping[str, str] = {
    "辩证": "dialectical-analysis",
    "建议": "practical-advice",
    "其他人物": "others-motives",
    "自我反思": "guided-reflection",
    "夸奖": "sincere-praise",
    "用心倾听": "attentive-listening",
    "共情": "deep-empathy",
    "没有错": "not-my-fault",
}
"""Phrase inside ``task`` to intention."""


def persona_type(found: Node) -> str:
    """Persona type behind a field.

    Raises:
        DataError: It is none of the three.
    """
    name = TYPES.get(found.text())
    if name is None:
        raise found.fault(
            f"is {found.shown()}, no known persona type", f"known: {', '.join(TYPES)}"
        )
    return name


def intention(found: Node) -> str:
    """Hidden intention behind a task.

    Raises:
        DataError: None of the eight fits, or more than one.
    """
    text = found.text()
    if text in INTENTIONS:
        return text
    fitting = [name for phrase, name in PHRASES.items() if phrase in text]
    if len(fitting) != 1:
        what = f"fits {len(fitting)} hidden intentions" if fitting else "is no hidden intention"
        raise found.fault(
            f"is {found.shown()}, which {what}", f"phrases that tell them: {', '.join(PHRASES)}"
        )
    return fitting[0]


def seeker(record: Node, *, type_key: str, opening: Node, start_emotion: int) -> SeekerProfile:
    """Profile in a record of either file.

    Args:
        record: A line of profiles.jsonl or of a transcript file.
        type_key: Field of the persona type: ``main_cha`` or ``character``.
        opening: The seeker's first message.
        start_emotion: Emotion before the first reply.

    Raises:
        DataError: A field is missing or wrong.
    """
    name, first = record.at("id"), opening.text()
    if not first:
        raise opening.fault("is blank; a seeker needs a first message")
    if not name.text():
        raise name.fault("is blank")
    return SeekerProfile(
        id=name.text(),
        persona=record.at("player").text(),
        scene=record.at("scene").text(),
        persona_type=persona_type(record.at(type_key)),
        intention=intention(record.at("task")),
        opening=first,
        language=LANGUAGE,
        start_emotion=start_emotion,
    )
