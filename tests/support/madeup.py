"""Made-up scores of studies, whose figures a test can work out by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from esc_skills._studies.pooling import Figures, Result, pool
from esc_skills.model import Item, Score


def talks(values: Mapping[str, Sequence[float]]) -> tuple[Item, ...]:
    """One item a conversation: values by seeker, one a repeat."""
    return tuple(
        Item(key=f"{seeker}#{repeat}", cluster=seeker, sums=(float(value), 1.0))
        for seeker, some in values.items()
        for repeat, value in enumerate(some)
    )


def counts(sums: Mapping[str, Sequence[float]]) -> tuple[Item, ...]:
    """One item a dialogue, which is a cluster of its own."""
    return tuple(
        Item(key=name, cluster=name, sums=tuple(map(float, some))) for name, some in sums.items()
    )


def result(arm: str, items: Sequence[Item], seed: int = 13, **facts: Any) -> Result:
    """A score of a shard; its value is the mean of its items unless another one is given."""
    total, count = (sum(item.sums[place] for item in items) for place in (0, 1))
    given: dict[str, Any] = {
        "evaluator": "sage",
        "name": "emotion",
        "value": round(total / count, 6) if count else None,
        "n": len(items),
        "of": len(items),
        "signature": "sage:v1|turns=10",
        "arm": "evolved",
        "better": "higher",
    }
    return Result(arm=arm, seed=seed, score=Score(items=tuple(items), **{**given, **facts}))


def pooled(*found: Result) -> tuple[Score, ...]:
    """Pooled scores whose figures are means."""
    return pool(found, Figures())
