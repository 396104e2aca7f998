"""A conversation as the strategy model sees it: the same from units and from a live history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import attrs

from esc_skills.model import InterventionUnit, Turn
from esc_skills_plugins._shared.cues import READ_LIMIT


@attrs.frozen
class Step:
    """One supporter turn, and what the seeker said since the one before."""

    seeker: str
    """Seeker's words since the last supporter turn; empty when the supporter goes on."""
    supporter: str
    """Supporter's words."""
    strategy: str
    """ESConv strategy; empty when unknown."""


@attrs.frozen
class View:
    """What has been said when a supporter is about to speak."""

    steps: tuple[Step, ...]
    """Earlier supporter turns, oldest first."""
    now: str
    """Seeker's words since the last supporter turn; empty when the supporter goes on."""

    @property
    def heard(self) -> str:
        """The seeker's last words, also when the supporter has spoken since."""
        return self.now or next((step.seeker for step in reversed(self.steps) if step.seeker), "")

    @property
    def said(self) -> str:
        """The supporter's last words; empty before the first ones."""
        return self.steps[-1].supporter if self.steps else ""


def view_of(history: Iterable[Turn]) -> View:
    """See a history of turns; several seeker turns in a row are read as one."""
    steps: list[Step] = []
    heard: list[str] = []
    for turn in history:
        if turn.speaker == "seeker":
            heard.append(turn.text)
        else:
            strategy = turn.strategies[0] if turn.strategies else ""
            steps.append(Step(_plain(" ".join(heard)), _plain(turn.text), strategy))
            heard = []
    return View(tuple(steps), _plain(" ".join(heard)))


def views_of(units: Sequence[InterventionUnit]) -> list[tuple[InterventionUnit, View]]:
    """See what stood before every unit; the units of a dialogue are its whole supporter side."""
    talks: dict[tuple[str, str], list[InterventionUnit]] = defaultdict(list)
    for unit in units:
        talks[unit.source.corpus, unit.source.dialogue].append(unit)
    return [pair for _, talk in sorted(talks.items()) for pair in _views(talk)]


def _views(talk: Iterable[InterventionUnit]) -> Iterable[tuple[InterventionUnit, View]]:
    steps: list[Step] = []
    last = -2
    for unit in sorted(talk, key=lambda unit: unit.source.first):
        goes_on = unit.source.first == last + 1
        now = "" if goes_on else _plain(unit.context)
        yield unit, View(tuple(steps), now)
        steps.append(Step(now, _plain(unit.action.text), unit.action.strategy))
        last = unit.source.first


def _plain(text: str) -> str:
    return " ".join(text[:READ_LIMIT].split())
