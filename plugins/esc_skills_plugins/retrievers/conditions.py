"""Offers the skills whose structured conditions describe the seeker's state most closely."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Match, Moment, Skill, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl
from esc_skills_plugins.retrievers.ranking import because, offer, record, specificity


@attrs.frozen(kw_only=True)
class ConditionsIndex:
    """Active skills of one bank, with their records."""

    skills: tuple[tuple[Skill, float], ...]
    """Skill and the points its record is worth."""
    k: int
    """Most offers."""
    floor: float
    """Least score."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer what fits the state; an empty tuple when nothing does."""
        found = []
        for skill, points in self.skills:
            if skill.fits(moment.state):
                close, fields = specificity(skill, moment.state)
                why = "; ".join(because(fields, points)) or "applies to every state"
                found.append((skill, close + points, why))
        return offer(found, self.k, self.floor)


@attrs.frozen(kw_only=True)
class ConditionsRetriever:
    """Scores by how many condition fields hold and by measured effects; looks at no words."""

    name: ClassVar[str] = "conditions"
    summary: ClassVar[str] = "skills whose conditions fit the seeker's state, closest first"

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    floor: float = attrs.field(default=0.0, validator=between(-100, 100))
    """Least score offered. At 0, a skill that fits any state is offered unless its measured
    effect is negative; at 1, at least one condition field must hold."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect; 0 leaves the record out."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Take the active skills."""
        weight = self.effect_weight
        skills = tuple((skill, weight * record(skill)) for skill in bank.active)
        return ConditionsIndex(skills=skills, k=self.k, floor=self.floor)


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [ConditionsRetriever]
