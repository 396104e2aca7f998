"""Reciprocal rank fusion of two scored lists (Cormack, Clarke and Büttcher, SIGIR 2009).

Each list gives a skill ``weight / (constant + rank)``; the sum orders them. Skills that tie in a
list share the middle of their ranks, so a list that says nothing moves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@attrs.frozen(kw_only=True, eq=False)
class Ranking:
    """Ranks in one list of scores; what may not be offered stands at -inf and has no rank."""

    scores: Floats
    """Scores, rounded so that ties are ties."""
    ordered: Floats
    """The finite ones, ascending."""

    def ranks(self, places: Places) -> Floats:
        """Ranks of some places, from 1; ties share their middle."""
        import numpy as np

        asked = self.scores[places]
        below = np.searchsorted(self.ordered, asked, "left")
        upto = np.searchsorted(self.ordered, asked, "right")
        ranks: Floats = len(self.ordered) - (below + upto) / 2 + 0.5
        return ranks

    def first(self, depth: int) -> Places:
        """Places whose rank is ``depth`` or less."""
        import numpy as np

        count = len(self.ordered)
        if count <= depth:
            return np.flatnonzero(np.isfinite(self.scores))
        least = self.ordered[count - depth]
        near = np.flatnonzero(self.scores > least)
        equal = np.flatnonzero(self.scores == least)
        # The block at the edge is in only where the middle of its ranks is.
        return np.concatenate([near, equal]) if len(near) + len(equal) / 2 < depth else near


def ranking(scores: Floats) -> Ranking:
    """Put a list in order."""
    import numpy as np

    kept = np.round(scores, 6)
    return Ranking(scores=kept, ordered=np.sort(kept[np.isfinite(kept)]))


def fuse(
    lists: Sequence[tuple[float, Ranking]], able: NDArray[np.bool_], *, constant: float, most: int
) -> tuple[Places, Floats]:
    """Find the places that lead the fused list, and their sums as shares of the best possible.

    Only places near the top of some list can lead. Which depth is enough follows from the
    weights; where ties make it too little, every able place is looked at. So the result is that
    of fusing whole lists.

    Args:
        lists: Weight and ranking of each list.
        able: Places that may be offered.
        constant: Added to every rank; the larger, the less the first ranks stand out.
        most: How many leading places must be among those returned.
    """
    import numpy as np

    whole = sum(weight for weight, _ in lists)
    heaviest = max(weight for weight, _ in lists)
    depth = ceil(whole / heaviest * (constant + most) - constant) + 1

    def summed(places: Places) -> Floats:
        shares = (weight / (constant + one.ranks(places)) for weight, one in lists)
        total: Floats = sum(shares) * ((constant + 1) / whole)  # type: ignore[assignment]
        return total

    near = np.unique(np.concatenate([one.first(depth) for _, one in lists]))
    near = near[able[near]]
    sums = summed(near)
    bound = (constant + 1) / (constant + depth)
    if len(near) >= most and np.partition(sums, -most)[-most] >= bound:
        return near, sums
    near = np.flatnonzero(able)
    return near, summed(near)
