"""Offers skills by lot: what a retriever must beat to be worth its name."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Match, Moment, Skill, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl
from esc_skills_plugins.retrievers.ranking import offer


@attrs.frozen(kw_only=True)
class RandomIndex:
    """Active skills of one bank."""

    drawn: tuple[Skill, ...]
    """Skills that the lot may fall on, by name."""
    protected: tuple[Skill, ...]
    """Skills that are offered whenever they fit, and never by lot."""
    k: int
    """Most offers."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Draw from ``ctx.rng``; conditions are not looked at."""
        lot = ctx.rng.sample(self.drawn, min(self.k, len(self.drawn)))
        found = [(skill, float(-place), lambda: "drawn by lot") for place, skill in enumerate(lot)]
        fitting = [skill for skill in self.protected if skill.fits(moment.state)]
        found += [(skill, 0.0, lambda: "protected, its conditions fit") for skill in fitting]
        return offer(found, self.k, -self.k)


@attrs.frozen(kw_only=True)
class RandomRetriever:
    """Draws ``k`` active skills for every moment: an ablation floor."""

    name: ClassVar[str] = "random"
    summary: ClassVar[str] = "k active skills by lot"

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Skills offered at each moment, fewer in a smaller bank."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Take the active skills."""
        drawn = tuple(skill for skill in bank.active if not skill.protected)
        protected = tuple(skill for skill in bank.active if skill.protected)
        return RandomIndex(drawn=drawn, protected=protected, k=self.k)


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [RandomRetriever]
