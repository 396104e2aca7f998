"""One record of ESConv.json or FailedESConv.json (Liu et al., ACL 2021) to a draft dialogue."""

from __future__ import annotations

from esc_skills.model import Turn
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
    name = message.said("speaker")
    speaker = speaker_of(name)
    if speaker is None:
        role = message.at("speaker")
        raise role.fault(f"is {role.shown()}, no known speaker", role_hint(name))
    if name != speaker:
        message.tally.add(f"role {name} → {speaker}", message.at("speaker").place)
    text = message.said("content")
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
    turns = [read_turn(message) for message in record.at("dialog").items()]
    if not any(turn.feedback for turn in turns):
        record.tally.add("dialogue without any feedback", record.place)
    intensities = {
        "intensity_before": _intensity(record, "initial"),
        "intensity_after": _intensity(record, "final"),
    }
    return Draft(id=f"{corpus}-{position:04d}", turns=turns, facts={**facts, **intensities})
