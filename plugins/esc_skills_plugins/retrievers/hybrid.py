"""Offers what shared words and meaning agree on: the lists of ``bm25`` and ``dense``, fused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import Match, Moment, SkillsBank, Taxonomy
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Index, Retriever, hookimpl
from esc_skills_plugins.retrievers.dense import bank_vectors
from esc_skills_plugins.retrievers.encoder import check
from esc_skills_plugins.retrievers.fusion import Ranking, fuse, ranking
from esc_skills_plugins.retrievers.lexicon import Lexicon, lexicon
from esc_skills_plugins.retrievers.standing import Standing, standing
from esc_skills_plugins.retrievers.vectors import Vectors
from esc_skills_plugins.retrievers.views import moment_views

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@attrs.frozen(kw_only=True, eq=False)
class HybridIndex:
    """Words and vectors of all active skills of one bank."""

    settings: HybridRetriever
    """Settings of the component."""
    standing: Standing
    """Conditions and records."""
    vectors: Vectors
    """What the skills mean."""
    lexicon: Lexicon
    """Which words they have."""
    taxonomy: Taxonomy | None
    """Says what a label of the state's reading means."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer by the sum of both ranks, best first; abstain where both lists do."""
        import numpy as np

        settings, state = self.settings, moment.state
        base = self.standing.base(state, settings)
        words = self.lexicon.asked(moment, settings.window)
        texts = moment_views(
            moment, self.taxonomy, window=settings.window, state_weight=settings.state_weight
        )
        dense = ranking(base + settings.similarity_weight * self.vectors.cosines(texts))
        lexical = ranking(base + self.lexicon.scores(words))
        places, sums = self._fused(dense, lexical)
        scores = np.full(len(base), -np.inf)
        scores[places] = sums
        say = partial(self._say, dense, lexical, words)
        return self.standing.offer(scores, state, say, k=settings.k, floor=0.0)

    def _fused(
        self, dense: Ranking, lexical: Ranking
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        import numpy as np

        settings, protected = self.settings, self.standing.protected
        reached = (dense.scores >= settings.floor) & (settings.dense_weight > 0)
        reached |= (lexical.scores >= settings.lexical_floor) & (settings.lexical_weight > 0)
        able = (reached | protected) & np.isfinite(dense.scores)
        weighed = (settings.dense_weight, dense), (settings.lexical_weight, lexical)
        lists = [item for item in weighed if item[0] > 0]
        most = settings.k + int(np.count_nonzero(able & protected))
        if not able.any():
            return np.flatnonzero(able), np.zeros(0)
        return fuse(lists, able, constant=settings.constant, most=most)

    def _say(self, dense: Ranking, lexical: Ranking, words: Mapping[str, str], place: int) -> str:
        import numpy as np

        here = np.array([place])
        shared = self.lexicon.shared(words, place)
        named = f" ({', '.join(shared)})" if shared else ""
        return (
            f"rank {dense.ranks(here)[0]:g} by meaning, "
            f"rank {lexical.ranks(here)[0]:g} by words{named}"
        )


@attrs.frozen(kw_only=True)
class HybridRetriever:
    """Score = sum of weight / (``constant`` + rank) over both lists; 1 is first in both.

    Both lists count conditions and measured effects as ``bm25`` and ``dense`` do alone.
    """

    name: ClassVar[str] = "hybrid"
    summary: ClassVar[str] = "skills by rank fusion of shared words (bm25) and meaning (dense)"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "conditions while searching": {"respect_conditions": False, "condition_weight": 0.0},
        "measured effects": {"effect_weight": 0.0},
        "state while searching": {"state_weight": 0.0},
        "shared words": {"lexical_weight": 0.0},
        "meaning": {"dense_weight": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    k: int = attrs.field(default=3, validator=between(1, 1000))
    """Most skills offered."""
    constant: float = attrs.field(default=60.0, validator=between(1, 10_000))
    """Added to every rank; the larger, the less the first ranks stand out."""
    dense_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Weight of the list by meaning; 0 leaves it out."""
    lexical_weight: float = attrs.field(default=0.1, validator=between(0, 100))
    """Weight of the list by shared words; 0 leaves it out."""
    floor: float = attrs.field(default=1.0, validator=between(-100, 1000))
    """Least score in the list by meaning; a skill below it is offered for its words alone."""
    lexical_floor: float = attrs.field(default=1.0, validator=between(-100, 1000))
    """Least score in the list by words; what reaches neither floor is not offered."""
    window: int = attrs.field(default=2, validator=between(1, 100))
    """Last seeker messages that are searched with."""
    state_weight: float = attrs.field(default=0.5, validator=between(0, 100))
    """Weight of the state's reading in the meaning of what is asked."""
    similarity_weight: float = attrs.field(default=10.0, validator=between(0, 1000))
    """Points for a cosine of one, in the list by meaning."""
    respect_conditions: bool = True
    """False offers also skills whose conditions forbid them, for an ablation; protected skills
    always keep to their conditions."""
    condition_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Weight of the conditions' points in both lists."""
    effect_weight: float = attrs.field(default=1.0, validator=between(0, 100))
    """Points for one SAGE point of measured effect, in both lists."""
    cache: bool = True
    """Keep vectors of banks under ``XDG_CACHE_HOME/esc-skills/vectors``."""

    def __attrs_post_init__(self) -> None:
        """Refuse to fuse nothing.

        Raises:
            ConfigError: Both lists are left out.
        """
        check()
        if not self.dense_weight and not self.lexical_weight:
            raise ConfigError(
                "retriever.hybrid: dense_weight and lexical_weight are both 0",
                hint='leave one above 0, or take retriever = "conditions"',
            )

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Weigh the words and make or find the vectors of the active skills."""
        return HybridIndex(
            settings=self,
            standing=standing(bank, self.effect_weight),
            vectors=await bank_vectors(bank, cache=self.cache),
            lexicon=lexicon(bank),
            taxonomy=bank.taxonomy,
        )


@hookimpl
def esc_skills_retrievers() -> list[type[Retriever]]:
    """Offer the component of this file."""
    return [HybridRetriever]
