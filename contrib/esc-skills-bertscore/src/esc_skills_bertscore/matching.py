"""Greedy matching of token embeddings (Zhang et al., ICLR 2020), as the authors' code has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
else:
    Vectors = Any


@attrs.frozen(eq=False)
class Embedded:
    """A text as an encoder sees it."""

    ids: tuple[int, ...]
    """Token ids, special ones included."""
    special: tuple[bool, ...]
    """Which of them the tokenizer added; they weigh nothing, but may be matched."""
    vectors: Vectors
    """One row a token, each of length 1."""
    cut: bool = False
    """Whether the text was longer."""

    @property
    def empty(self) -> bool:
        """Whether nothing was said: no token beside the special ones."""
        return all(self.special)


@attrs.frozen
class Match:
    """How near a reply is to its reference; cosines, so that -1 to 1 without a baseline."""

    precision: float
    """Mean nearness of the reply's tokens."""
    recall: float
    """Mean nearness of the reference's tokens."""
    f1: float
    """Harmonic mean of both."""


UNSEEN = -1
"""Key of the weight of tokens that no reference holds."""


def weights_of(references: Sequence[Embedded]) -> Mapping[int, float]:
    """Weigh tokens by how few references hold them: ``log((n + 1) / (held + 1))``."""
    held = Counter(token for one in references for token in set(one.ids))
    n = len(references)
    known = {token: log((n + 1) / (count + 1)) for token, count in sorted(held.items())}
    return {**known, UNSEEN: log(n + 1)}


def matched(reply: Embedded, gold: Embedded, weights: Mapping[int, float] | None) -> Match | None:
    """Match each token with the nearest one of the other side.

    Args:
        reply: The candidate.
        gold: The reference.
        weights: Rarity of tokens, or None for equal weights. Tokens that no reference holds
            weigh as much as the rarest can.

    Returns:
        All 0 where a side is empty; None where all tokens of a side weigh nothing.
    """
    if reply.empty or gold.empty:
        return Match(0.0, 0.0, 0.0)
    import numpy as np

    near = reply.vectors @ gold.vectors.T
    sides = ((near.max(axis=1), reply), (near.max(axis=0), gold))
    means = []
    for nearest, side in sides:
        row = np.array(_weights(side, weights))
        if row.sum() <= 0:
            return None
        means.append(float(nearest.astype(float) @ row / row.sum()))
    precision, recall = means
    total = precision + recall
    return Match(precision, recall, 2 * precision * recall / total if total else 0.0)


def _weights(side: Embedded, weights: Mapping[int, float] | None) -> list[float]:
    if weights is None:
        return [0.0 if special else 1.0 for special in side.special]
    return [
        0.0 if special else weights.get(token, weights[UNSEEN])
        for token, special in zip(side.ids, side.special, strict=True)
    ]
