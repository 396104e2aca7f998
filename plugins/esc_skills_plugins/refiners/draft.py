"""What every maker of edits works from, and what it hands back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from esc_skills.model import Edit, FailureReport, Skill, SkillsBank
from esc_skills.model.skill import NAME_LIMIT
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins.refiners.diagnosis import Split
from esc_skills_plugins.refiners.outcomes import Figures, Outcome
from esc_skills_plugins.refiners.wording import Wording


@attrs.frozen(kw_only=True)
class Limits:
    """How sure a measurement must be before it changes a bank."""

    least: int
    """Fewest replies behind a change."""
    gain: float
    """Least expected gain in SAGE points for a change of actions."""
    level: float
    """Confidence of intervals, 0-1."""
    idle: int
    """Replies that a skill fitted without ever being used before it is retired."""


@attrs.frozen(kw_only=True)
class Desk:
    """All that lies on the refiner's desk for one round."""

    bank: SkillsBank
    """The bank in use."""
    rows: tuple[Outcome, ...]
    """All replies."""
    figures: Figures
    """Figures over the ordinary ones."""
    report: FailureReport
    """What was diagnosed, kinds that are switched off left out."""
    splits: tuple[Split, ...]
    """Skills and actions that are right only for some."""
    limits: Limits
    """Thresholds."""
    wording: Wording
    """Words for new lines."""

    @property
    def open(self) -> tuple[Skill, ...]:
        """Active skills that may be changed."""
        fixed = self.bank.pinned
        return tuple(
            skill for skill in self.bank.active if not skill.protected and skill.name not in fixed
        )

    def used(self, name: str) -> tuple[Outcome, ...]:
        """Ordinary replies that a skill shaped; one that did something else tells nothing of it."""
        skill = self.bank.skill(name)
        meant = skill.actions if skill else ()
        return tuple(
            row
            for row in self.figures.rows
            if name in row.used and (not meant or not row.action or row.action in meant)
        )

    def seen_states(self) -> tuple[str, ...]:
        """State labels of ordinary replies, sorted; unclear states left out."""
        labels = {row.state.label for row in self.figures.rows}
        return tuple(sorted(labels - {"", CRISIS}))


@attrs.frozen(kw_only=True)
class Draft:
    """An edit with what it is expected to be worth."""

    edit: Edit
    """The edit."""
    worth: float
    """SAGE points it would have gained or spared over all replies looked at."""


def states_of(skill: Skill) -> tuple[str, ...]:
    """States a skill is for, in order of first mention; empty when it is for all."""
    if not skill.applies or any(not test.states for test in skill.applies):
        return ()
    named = (state for test in skill.applies for state in test.states)
    return tuple(dict.fromkeys(named))


def total(rows: Iterable[Outcome]) -> float:
    """Sum of emotion changes."""
    return sum(row.points for row in rows)


def free_name(wish: str, taken: Sequence[str]) -> str:
    """A skill name that is not taken, also not by a retired skill."""
    base = wish[:NAME_LIMIT].strip("-")
    name, number = base, 2
    while name in taken:
        tail = f"-{number}"
        name, number = base[: NAME_LIMIT - len(tail)].strip("-") + tail, number + 1
    return name
