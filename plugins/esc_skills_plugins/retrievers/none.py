"""Offers nothing: the arm without skills, and the floor of every comparison."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Match, Moment, SkillsBank
from esc_skills.spec import Context, Index, Retriever, hookimpl


@attrs.frozen(kw_only=True)
class NoIndex:
    """Knows no skill."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Abstain."""
        return ()


@attrs.frozen(kw_only=True)
class NoRetriever:
    """Always abstains; switches retrieval off for an ablation."""

    name: ClassVar[str] = "none"
    summary: ClassVar[str] = "offers no skill at all"
    absent: ClassVar[bool] = True
    """It does without retrieval: an ablation may put it in the place of any other."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Look at no skill."""
        return NoIndex()


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [NoRetriever]
