"""One line of the format ``chat-jsonl`` to a draft dialogue.

An object a line. Only ``messages`` must be there::

    {"id": "a-1",                      text or number; the line number stands in for it
     "messages": [
       {"role": "seeker", "content": "…", "feedback": 4},
       {"role": "supporter", "content": "…", "strategy": "Question"}],
     "emotion": "sadness", "problem": "breakup", "situation": "…",
     "intensity_before": 5, "intensity_after": 2,      1 to 5
     "split": "train"}                                 train, valid or test

``strategy`` is one of ESConv's eight, or a list of them. Role names are those of
``speakers.ROLES``; messages of the role ``system`` are left out and counted.
"""

from __future__ import annotations

from esc_skills.model import Turn
from esc_skills_plugins._shared.esconvrecord import read_strategy
from esc_skills_plugins._shared.fields import Node, optional_text
from esc_skills_plugins._shared.preparing import Draft
from esc_skills_plugins._shared.ratings import rating
from esc_skills_plugins._shared.speakers import role_hint, speaker_of
from esc_skills_plugins._shared.strictjson import joined

FIELDS = frozenset(
    {
        "id",
        "messages",
        "emotion",
        "problem",
        "situation",
        "intensity_before",
        "intensity_after",
        "split",
    }
)
SPLITS = ("", "train", "valid", "test")


def _strategies(message: Node) -> tuple[str, ...]:
    found = message.get("strategy")
    if found is None:
        return ()
    labels = found.items() if isinstance(found.value, list) else [found]
    return tuple(dict.fromkeys(read_strategy(label) for label in labels))


def _turn(message: Node) -> Turn | None:
    """One message; None for a system message."""
    role = message.at("role")
    name = role.text()
    if name.casefold() == "system":
        message.tally.add("system message left out", message.place)
        return None
    speaker = speaker_of(name)
    if speaker is None:
        raise role.fault(f"is {role.shown()}, no known role", role_hint(name))
    if name != speaker:
        message.tally.add(f"role {name} → {speaker}", role.place)
    text = message.at("content").text()
    strategies = _strategies(message)
    feedback = rating(message.get("feedback"), "feedback")
    if speaker == "supporter":
        if feedback:
            message.tally.add("feedback on a supporter message ignored", message.place)
        return Turn(speaker=speaker, text=text, strategies=strategies)
    if strategies:
        message.tally.add("strategy on a seeker message ignored", message.place)
    return Turn(speaker=speaker, text=text, feedback=feedback)


def _id(record: Node, corpus: str) -> str:
    found = record.get("id")
    if found is None:
        return f"{corpus}-{record.where.rpartition(':')[2]:0>4}"
    if isinstance(found.value, int) and not isinstance(found.value, bool):
        return str(found.value)
    name = found.text()
    if not name:
        raise found.fault("is empty", "give it a name, or leave the field out")
    return name


def _split(record: Node) -> str:
    found = record.get("split")
    name = found.text() if found else ""
    if found and name not in SPLITS:
        raise found.fault(f"is {found.shown()}", "write train, valid or test")
    return name


def chat_draft(record: Node, corpus: str) -> Draft:
    """Read one dialogue.

    Raises:
        DataError: A field is missing or wrong.
    """
    read = [_turn(message) for message in record.at("messages").items()]
    for key in sorted(set(record.keys()) - FIELDS):
        record.tally.add(f"unknown field {joined('', key)} ignored", record.place)
    return Draft(
        id=_id(record, corpus),
        turns=[turn for turn in read if turn],
        facts={
            **{key: optional_text(record, key) for key in ("emotion", "problem", "situation")},
            "intensity_before": rating(record.get("intensity_before"), "intensity before"),
            "intensity_after": rating(record.get("intensity_after"), "intensity after"),
            "split": _split(record),
        },
    )
