"""Is one arm better than the other, when the same seekers met both?"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Literal

from esc_skills.stats.means import Interval, mean_interval

EXACT = 12
"""Up to so many clusters all sign patterns are counted; above, a seeded sample of them."""


def paired_difference(
    current: Sequence[float],
    candidate: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> Interval:
    """Mean of ``candidate - current`` with Student's interval.

    Args:
        current: Outcomes of one arm.
        candidate: Outcomes of the other, in the same order of seeker and repeat.
        clusters: One name a pair, such as the seeker's profile id.
        level: Confidence, between 0 and 1.
    """
    differences = [new - old for old, new in zip(current, candidate, strict=True)]
    return mean_interval(differences, clusters, level=level)


def paired_permutation(
    differences: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    alternative: Literal["two-sided", "greater"] = "two-sided",
    repeats: int = 10_000,
    seed: int = 13,
) -> float:
    """p-value of the sign-flip test that the differences are symmetric around 0.

    Args:
        differences: Candidate minus current.
        clusters: One name a difference; a cluster's signs flip together.
        alternative: ``greater`` asks for a gain alone.
        repeats: Random sign patterns where there are too many to count them all.
        seed: Seed of the sample of patterns.

    Returns:
        p in 0-1, never 0; 1 without differences.
    """
    if not differences:
        return 1.0
    import numpy as np

    names = clusters if clusters is not None else [f"{i:09d}" for i in range(len(differences))]
    sums: dict[str, list[float]] = {}
    for name, difference in zip(names, differences, strict=True):
        sums.setdefault(name, []).append(difference)
    totals = np.sort(np.array([fsum(group) for group in sums.values()]))
    if len(totals) <= EXACT:
        bits = np.arange(2 ** len(totals))[:, None] >> np.arange(len(totals)) & 1
    else:
        bits = np.random.default_rng(seed).integers(0, 2, size=(repeats, len(totals)))
    flipped = (2 * bits - 1) @ totals
    seen = totals.sum()
    slack = 1e-9 * float(np.abs(totals).sum())
    if alternative == "two-sided":
        flipped, seen = np.abs(flipped), abs(seen)
    extreme = int((flipped >= seen - slack).sum())
    if len(totals) <= EXACT:
        return extreme / len(bits)
    return (extreme + 1) / (repeats + 1)
