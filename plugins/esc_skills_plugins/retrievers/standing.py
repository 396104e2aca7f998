"""Conditions and records of a whole bank at once, for retrievers that score every skill.

Skills with equal conditions stand and fall together, so each kind of conditions is looked at once
a question: a bank of a hundred thousand skills has some hundreds of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import attrs

from esc_skills.model import Condition, Match, SeekerState, Skill, SkillsBank
from esc_skills_plugins.retrievers.ranking import Entry, because, entry, offer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Weights(Protocol):
    """Settings of a retriever that say what conditions are worth."""

    @property
    def respect_conditions(self) -> bool:
        """Whether conditions bar."""

    @property
    def condition_weight(self) -> float:
        """Weight of their points."""


@attrs.frozen(kw_only=True, eq=False)
class Standing:
    """Active skills of one bank."""

    entries: tuple[Entry, ...]
    """Skills in the bank's order; every array has their places."""
    kinds: tuple[Entry, ...]
    """One skill for each kind of conditions."""
    kind: NDArray[np.intp]
    """Place in ``kinds`` of each skill's conditions."""
    effects: NDArray[np.float64]
    """Points that each record is worth."""
    protected: NDArray[np.bool_]
    """Whether a skill is protected."""

    def base(self, state: SeekerState, weights: Weights) -> NDArray[np.float64]:
        """Points by conditions and record; -inf where a skill may not be offered."""
        import numpy as np

        closest = (item.closest(state) for item in self.kinds)
        points = np.array([close[0] if close else -np.inf for close in closest], dtype=np.float64)
        barred = np.isneginf(points)
        worth = weights.condition_weight * np.where(barred, 0.0, points)
        if weights.respect_conditions:
            worth[barred] = -np.inf
        gained: NDArray[np.float64] = worth[self.kind]
        gained += self.effects
        guarded = np.flatnonzero(self.protected)
        gained[guarded[barred[self.kind[guarded]]]] = -np.inf
        return gained

    def offer(
        self,
        scores: NDArray[np.float64],
        state: SeekerState,
        say: Callable[[int], str],
        *,
        k: int,
        floor: float,
    ) -> tuple[Match, ...]:
        """Offer the best; what ``say`` adds of a place is the end of its why."""
        import numpy as np

        able = np.flatnonzero(np.isfinite(scores) & ((scores >= floor) | self.protected))
        if len(able) > k:
            least = np.partition(scores[able], -k)[-k]
            # Scores are compared at six digits: what ties with the last place may be offered.
            able = able[(scores[able] >= least - 1e-6) | self.protected[able]]
        places = [int(place) for place in able]
        return offer(((*self._said(at, state, say, float(scores[at])),) for at in places), k, floor)

    def _said(
        self, place: int, state: SeekerState, say: Callable[[int], str], score: float
    ) -> tuple[Skill, float, Callable[[], str]]:
        return self.entries[place].skill, score, partial(self._why, place, state, say)

    def _why(self, place: int, state: SeekerState, say: Callable[[int], str]) -> str:
        item = self.entries[place]
        close = item.closest(state)
        phrases = because(close[1] if close else None, state, item.effect)
        return "; ".join([*phrases, say(place)])


def _tests(tests: Sequence[Condition]) -> tuple[object, ...]:
    return tuple(
        (one.scenarios, one.states, one.emotions, one.intensity_min, one.intensity_max)
        for one in tests
    )


def standing(bank: SkillsBank, effect_weight: float) -> Standing:
    """Prepare the active skills of a bank."""
    import numpy as np

    entries = tuple(entry(skill, effect_weight) for skill in bank.active)
    keys = [(_tests(item.skill.applies), _tests(item.skill.not_when)) for item in entries]
    kinds = dict(zip(keys, entries, strict=True))
    places = {key: place for place, key in enumerate(kinds)}
    return Standing(
        entries=entries,
        kinds=tuple(kinds.values()),
        kind=np.array([places[key] for key in keys], dtype=np.intp),
        effects=np.array([item.effect for item in entries], dtype=np.float64),
        protected=np.array([item.skill.protected for item in entries], dtype=np.bool_),
    )
