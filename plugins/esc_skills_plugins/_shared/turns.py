"""From messages as found to the turns of a dialogue: blank ones go, adjacent ones may merge."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from esc_skills.model import Turn
from esc_skills_plugins._shared.tally import Tally

MERGE_SAID = {
    False: "off: adjacent messages of one speaker stay apart, and are counted",
    True: "on: adjacent messages of one speaker are joined by a space; all their strategies are "
    "kept in order without repeats; the last feedback counts",
}
"""What the setting ``merge`` means, for reports."""


def _joined(group: list[Turn]) -> Turn:
    rated = [turn.feedback for turn in group if turn.feedback is not None]
    named = dict.fromkeys(name for turn in group for name in turn.strategies)
    return Turn(
        speaker=group[0].speaker,
        text=" ".join(turn.text for turn in group),
        strategies=tuple(named),
        feedback=rated[-1] if rated else None,
    )


def arranged(turns: list[Turn], place: str, tally: Tally, *, merge: bool) -> tuple[Turn, ...]:
    """Drop blank turns, then count adjacent messages of one speaker or merge them.

    A blank turn takes its strategy or rating with it.
    """
    spoken = [turn for turn in turns if turn.text]
    if len(spoken) < len(turns):
        tally.add("blank turn dropped", place, len(turns) - len(spoken))
    groups = [list(group) for _, group in groupby(spoken, key=attrgetter("speaker"))]
    adjacent = len(spoken) - len(groups)
    if adjacent:
        done = "merged into the one before" if merge else "kept apart"
        tally.add(f"adjacent message of the same speaker {done}", place, adjacent)
    if not merge:
        return tuple(spoken)
    several = sum(len({name for turn in group for name in turn.strategies}) > 1 for group in groups)
    if several:
        tally.add("merged turn holds several strategies", place, several)
    return tuple(_joined(group) if len(group) > 1 else group[0] for group in groups)
