"""Final emotion by kind of seeker, arm beside arm."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills.model import Part, Score
from esc_skills_plugins.reports import curves
from esc_skills_plugins.reports.figures import ARMS, ArmFigures

SCALE = curves.Scale(low=0.0, high=100.0)
"""Emotion, 0-100."""
TITLES = {"persona_type": "persona type", "intention": "hidden intention"}
"""What seekers are grouped by, in words; other groups keep their whole name."""


@attrs.frozen(kw_only=True)
class Spot:
    """One arm's figure of one kind of seeker."""

    look: str
    """Class of the arm's line."""
    part: Part | None
    """The figure; None where the arm has none."""
    lane: curves.Lane
    """Where it stands."""


@attrs.frozen(kw_only=True)
class Kind:
    """A group of seekers."""

    name: str
    """Value, such as ``negative``; a group of another form as it is."""
    spots: tuple[Spot, ...]
    """One an arm, in the order of the arms."""

    @property
    def pairs(self) -> tuple[tuple[str, curves.Lane], ...]:
        """Class and place of each spot, for a drawing."""
        return tuple((spot.look, spot.lane) for spot in self.spots)


@attrs.frozen(kw_only=True)
class Kinds:
    """All groups by one quality of seekers."""

    title: str
    """What they are grouped by, in words."""
    kinds: tuple[Kind, ...]
    """In the evaluator's order."""


def main_score(arm: ArmFigures) -> Score | None:
    """The score that the page is about: SAGE's final emotion; None where it was not measured."""
    return next(
        (one for one in arm.scores if (one.evaluator, one.name) == ("sage", "emotion")), None
    )


def by_kind(arms: Sequence[ArmFigures]) -> tuple[Kinds, ...]:
    """Final emotion by persona type, by hidden intention and by whatever else was broken down."""
    tables = [
        {part.group: part for part in score.breakdown} if (score := main_score(arm)) else {}
        for arm in arms
    ]
    looks = [f"a{ARMS.index(arm.arm)}" for arm in arms]
    found: dict[str, list[Kind]] = {}
    for group in dict.fromkeys(name for table in tables for name in table):
        quality, _, value = group.partition("=")
        quality, value = (quality, value) if quality in TITLES else ("", group)
        spots = [_spot(look, table.get(group)) for look, table in zip(looks, tables, strict=True)]
        found.setdefault(quality, []).append(Kind(name=value, spots=tuple(spots)))
    return tuple(
        Kinds(title=TITLES.get(name, "group"), kinds=tuple(inside))
        for name, inside in found.items()
    )


def _spot(look: str, part: Part | None) -> Spot:
    if part is None:
        return Spot(look=look, part=None, lane=curves.Lane(dot=None, bar=None))
    place = curves.lane(SCALE, part.value, part.low, part.high)
    return Spot(look=look, part=part, lane=place)
