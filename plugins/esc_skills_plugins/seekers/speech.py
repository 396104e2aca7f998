"""What a seeker says and thinks: its own lines, and wordings by change, wish and emotion."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.model import SeekerProfile
from esc_skills_plugins.seekers.appraising import Judgement

BANDS: tuple[tuple[int, str], ...] = ((100, "S"), (70, "A"), (40, "B"), (10, "C"))
"""SAGE's emotion bands: least emotion and letter; below the last it is F."""

_CHANGES = {
    "advises": "accepts-suggestion",
    "praises": "regains-confidence",
    "encourages": "finds-hope",
    "explains-others": "gains-insight",
    "weighs": "gains-insight",
    "guides": "gains-insight",
    "informs": "gains-insight",
    "asks": "opens-up",
    "discloses": "calms",
}
_REFUSED = frozenset({"advises", "informs", "encourages"})
_THANKFUL, _LOW = 90, 25


@cache
def _wordings() -> Mapping[str, Any]:
    source = files("esc_skills_plugins.seekers").joinpath("speech.toml").read_text("utf-8")
    return tomllib.loads(source)


def band(emotion: int) -> str:
    """SAGE's letter for an emotion of 0-100."""
    return next((letter for least, letter in BANDS if emotion >= least), "F")


def change_of(judged: Judgement, delta: int, emotion: int) -> str:
    """Change label of the default taxonomy for what a reply did."""
    if delta > 0:
        thankful = emotion >= _THANKFUL
        return "thanks" if thankful else _CHANGES.get(judged.act, "feels-understood")
    if delta == 0:
        return "continues"
    if judged.reason == "lectured":
        return "feels-judged"
    if judged.reason == "early" or (not judged.reason and judged.act in _REFUSED):
        return "rejects-advice"
    return "more-distressed" if emotion < _LOW and not judged.reason else "withdraws"


@attrs.define
class Speech:
    """The words of one seeker; nothing is said twice before the list is through."""

    profile: SeekerProfile
    """Whom it speaks for."""
    offset: int
    """Where lists begin, so that two seekers differ."""
    told: int = 0
    """Lines told so far."""
    counts: dict[str, int] = attrs.field(factory=dict)
    """How often each list was used."""

    def _next(self, key: str, phrases: Sequence[str]) -> str:
        if not phrases:
            return ""
        used = self.counts.get(key, 0)
        self.counts[key] = used + 1
        return phrases[(self.offset + used) % len(phrases)]

    def _line(self) -> str:
        lines = self.profile.lines
        if self.told >= len(lines):
            return ""
        self.told += 1
        return lines[self.told - 1]

    def answer(
        self, change: str, delta: int, emotion: int, *, reason: str = "", hint: bool = False
    ) -> str:
        """Say something back.

        Args:
            change: Change label.
            delta: Emotion change, points.
            emotion: Emotion now, 0-100.
            reason: What was wrong with the reply; empty when nothing was.
            hint: Whether the words hint at the wish.
        """
        words = _wordings()
        kind = self.profile.persona_type
        key = reason if delta < 0 and reason in words["react"] else change
        reactions = words["react"][key]
        first = self._next(key, [*reactions.get(kind, ()), *reactions["any"]])
        if emotion >= BANDS[0][0]:
            return f"{first} {words['band']['S'][0]}"
        withheld = kind == "avoidant" and delta < 0
        line = "" if withheld else self._line()
        if not line:
            line = self._next("band", words["band"][band(emotion)])
        wish = self._next("hint", words["hint"][self.profile.intention]) if hint else ""
        return " ".join(part for part in (first, line, wish) if part)

    def goodbye(self) -> str:
        """Take leave."""
        return self._next("bye", _wordings()["bye"]["any"])

    def thought(self, judged: Judgement, delta: int) -> str:
        """Say in one sentence what was felt and why; for traces, never for the supporter."""
        words = _wordings()["thought"]
        act = words["acts"].get(judged.act, "said nothing I could hold on to")
        why = words["why"].get(judged.reason, "")
        feel = "better" if delta > 0 else "worse" if delta < 0 else "the same"
        wish = words["wishes"][self.profile.intention]
        because = f", and {why}" if why else ""
        return f"They {act}{because}; I wanted {wish}, so I feel {feel} ({delta:+d})."
