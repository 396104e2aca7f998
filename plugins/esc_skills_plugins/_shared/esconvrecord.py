"""One record of ESConv.json or FailedESConv.json (Liu et al., ACL 2021) to a draft dialogue."""

from __future__ import annotations

from typing import Any

from esc_skills.model import STRATEGIES, Turn
from esc_skills_plugins._shared.cleaning import suspect
from esc_skills_plugins._shared.fields import Node
from esc_skills_plugins._shared.preparing import Draft
from esc_skills_plugins._shared.ratings import rating
from esc_skills_plugins._shared.speakers import role_hint, speaker_of
from esc_skills_plugins._shared.strategies import strategy_hint, strategy_of

LICENCE = "CC-BY-NC-4.0"
"""Both files; academic use."""


def read_strategy(found: Node) -> str:
    """Strategy of a label, with every change of spelling counted.

    Raises:
        DataError: No strategy goes by that name.
    """
    label = found.text()
    name = strategy_of(label)
    if not name:
        raise found.fault(f"is {found.shown()}, no known strategy", strategy_hint(label))
    if name != label:
        found.tally.add(f"strategy spelling {label} → {name}", found.place)
    return name


def read_turn(message: Node) -> Turn:
    """One message of ``dialog``.

    Raises:
        DataError: A field is missing, of a wrong type, or an unknown label.
    """
    role = message.at("speaker")
    name = role.text()
    speaker = speaker_of(name)
    if speaker is None:
        raise role.fault(f"is {role.shown()}, no known speaker", role_hint(name))
    if name != speaker:
        message.tally.add(f"role {name} → {speaker}", role.place)
    text = message.at("content").text()
    notes = message.at("annotation")
    strategy, feedback = notes.get("strategy"), notes.get("feedback")
    if speaker == "supporter":
        if feedback:
            message.tally.add("feedback on a supporter message ignored", feedback.place)
        if strategy is None:
            message.tally.add("supporter message without a strategy", message.place)
            return Turn(speaker=speaker, text=text)
        return Turn(speaker=speaker, text=text, strategies=(read_strategy(strategy),))
    if strategy:
        message.tally.add("strategy on a seeker message ignored", strategy.place)
    return Turn(speaker=speaker, text=text, feedback=rating(feedback, "feedback"))


def _plain_turn(message: Any) -> Turn | None:
    """The turn of a message about which there is nothing to say; None for every other one.

    Nearly all are so, and are read four times as fast as by ``read_turn``, with the same result.
    """
    if type(message) is not dict:
        return None
    speaker, text = message.get("speaker"), message.get("content")
    notes = message.get("annotation")
    if type(text) is not str or type(notes) is not dict or suspect(text):
        return None
    if notes.get("feedback") is not None:
        return None
    strategy = notes.get("strategy")
    if speaker == "supporter" and strategy in STRATEGIES:
        return Turn(speaker="supporter", text=text.strip(), strategies=(strategy,))
    if speaker == "seeker" and strategy is None:
        return Turn(speaker="seeker", text=text.strip())
    return None


def _intensity(record: Node, which: str) -> int | None:
    """Intensity from the survey; every level of it may be missing."""
    survey = record.get("survey_score")
    seeker = survey.get("seeker") if survey else None
    found = seeker.get(f"{which}_emotion_intensity") if seeker else None
    if found is None:
        record.tally.add(f"{which} emotion intensity missing → unknown", record.place)
    return rating(found, f"{which} emotion intensity")


def esconv_draft(record: Node, corpus: str, position: int) -> Draft:
    """Read one dialogue.

    Args:
        record: An object of the file's list.
        corpus: Component name, which begins the id.
        position: Place in the file, from 0, which ends the id.

    Raises:
        DataError: A field is missing or wrong.
    """
    facts = {
        "emotion": record.at("emotion_type").text(),
        "problem": record.at("problem_type").text(),
        "situation": record.at("situation").text(),
    }
    dialog = record.at("dialog")
    turns = [
        _plain_turn(message) or read_turn(dialog.item(at))
        for at, message in enumerate(dialog.values())
    ]
    if not any(turn.feedback for turn in turns):
        record.tally.add("dialogue without any feedback", record.place)
    intensities = {
        "intensity_before": _intensity(record, "initial"),
        "intensity_after": _intensity(record, "final"),
    }
    return Draft(id=f"{corpus}-{position:04d}", turns=turns, facts={**facts, **intensities})
