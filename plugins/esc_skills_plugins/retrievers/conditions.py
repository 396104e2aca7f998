"""Offers the skills whose structured conditions describe the seeker's state most closely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import attrs

from esc_skills.model import Match, Moment, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl
from esc_skills_plugins.retrievers.ranking import Entry, because, entry, offer


@attrs.frozen(kw_only=True)
class ConditionsIndex:
    """Active skills of one bank, with their records."""

    entries: tuple[Entry, ...]
    """Active skills."""
    k: int
    """Most offers."""
    floor: float
    """Least score."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer what fits the state; an empty tuple when nothing does."""
        found = []
        for item in self.entries:
            close = item.closest(moment.state)
            if close is not None:
                points, test = close
                phrases = partial(because, test, moment.state, item.effect)
                found.append((item.skill, points + item.effect, partial(_why, phrases)))
        return offer(found, self.k, self.floor)


def _why(phrases: Callable[[], list[str]]) -> str:
    return "; ".join(phrases()) or "applies to every state"


@attrs.frozen(kw_only=True)
class ConditionsRetriever:
    """Scores by how many condition fields hold and by measured effects; looks at no words."""

    name: ClassVar[str] = "conditions"
    summary: ClassVar[str] = "skills whose conditions fit the seeker's state, closest first"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "measured effects": {"effect_weight": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    floor: float = attrs.field(default=0.0, validator=between(-100, 100))
    """Least score offered. At 0, a skill that fits any state is offered unless its measured
    effect is negative; at 1, at least one condition field must hold."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect; 0 leaves the record out."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Take the active skills."""
        entries = tuple(entry(skill, self.effect_weight) for skill in bank.active)
        return ConditionsIndex(entries=entries, k=self.k, floor=self.floor)


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [ConditionsRetriever]
