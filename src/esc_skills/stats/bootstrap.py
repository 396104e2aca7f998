"""How sure is a figure that has no formula? Resampling whole clusters.

Cluster bootstrap: dialogues or seekers are drawn with replacement, never single turns, since
turns of one talk are alike (Field & Welsh, JRSS B 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from math import fsum, sqrt
from statistics import NormalDist
from typing import Literal, TypeVar

from esc_skills.stats.means import Interval
from esc_skills.stats.resampled import outer_share

T = TypeVar("T")
Method = Literal["percentile", "bca"]


def bootstrap_interval(
    items_by_cluster: Mapping[str, Sequence[T]],
    statistic: Callable[[Sequence[T]], float],
    *,
    repeats: int = 1000,
    seed: int = 13,
    level: float = 0.95,
    method: Method = "percentile",
) -> Interval:
    """Interval of any statistic over items that come in clusters.

    Args:
        items_by_cluster: Items under the name of their cluster; the order of names has no effect.
        statistic: Figure of a non-empty list of items; finite.
        repeats: Resamples.
        seed: Seed of the resamples.
        level: Confidence, between 0 and 1.
        method: ``percentile``, or ``bca`` (bias-corrected and accelerated, Efron 1987).

    Returns:
        Statistic of all items, ends, and count of items. No items: all None.
        One cluster: the ends are None.
    """
    groups = [list(items_by_cluster[name]) for name in sorted(items_by_cluster)]
    groups = [group for group in groups if group]
    items = list(chain.from_iterable(groups))
    if not items:
        return Interval(value=None, low=None, high=None, n=0)
    value = statistic(items)
    if len(groups) < 2:
        return Interval(value=value, low=None, high=None, n=len(items))
    import numpy as np

    draws = np.random.default_rng(seed).integers(0, len(groups), size=(repeats, len(groups)))
    seen = [
        statistic(list(chain.from_iterable(groups[place] for place in draw)))
        for draw in draws.tolist()
    ]
    left_out = [
        statistic(list(chain.from_iterable(groups[:place] + groups[place + 1 :])))
        for place in (range(len(groups)) if method == "bca" else ())
    ]
    low, high = _ends(seen, value, left_out, level, len(groups))
    return Interval(value=value, low=low, high=high, n=len(items))


def bootstrap_sums(
    rows: Mapping[str, Sequence[float]],
    statistic: Callable[[Sequence[float]], float],
    *,
    repeats: int = 1000,
    seed: int = 13,
    level: float = 0.95,
) -> Interval:
    """Percentile interval of a statistic that needs sums alone; fast at any number of items.

    Args:
        rows: For each cluster the sums of what the statistic needs, in one order for all.
        statistic: Figure of the summed row, such as ``hits / tries``; finite.
        repeats: Resamples.
        seed: Seed of the resamples.
        level: Confidence, between 0 and 1.

    Returns:
        Statistic of all clusters, ends, and count of clusters; ends None with fewer than two.
    """
    if not rows:
        return Interval(value=None, low=None, high=None, n=0)
    import numpy as np

    table = np.array([list(rows[name]) for name in sorted(rows)], dtype=float)
    value = float(statistic(table.sum(axis=0).tolist()))
    count = len(table)
    if count < 2:
        return Interval(value=value, low=None, high=None, n=count)
    weights = np.random.default_rng(seed).multinomial(count, [1 / count] * count, size=repeats)
    seen = [float(statistic(row)) for row in (weights @ table).tolist()]
    low, high = _ends(seen, value, [], level, count)
    return Interval(value=value, low=low, high=high, n=count)


def jackknife_interval(value: float, left_out: Sequence[float], *, level: float = 0.95) -> Interval:
    """Interval of a statistic that duplicates would distort, such as a count of distinct words.

    Args:
        value: Statistic of all clusters.
        left_out: The statistic again, each time without one cluster.
        level: Confidence, between 0 and 1.

    Returns:
        Value, value ± z x the jackknife's standard error (Quenouille-Tukey), count of clusters;
        ends None with fewer than two.
    """
    count = len(left_out)
    if count < 2:
        return Interval(value=value, low=None, high=None, n=count)
    middle = fsum(left_out) / count
    error = sqrt((count - 1) / count * fsum((item - middle) ** 2 for item in left_out))
    half = NormalDist().inv_cdf((1 + level) / 2) * error
    return Interval(value=value, low=value - half, high=value + half, n=count)


def _ends(
    seen: Sequence[float], value: float, left_out: Sequence[float], level: float, count: int
) -> tuple[float, float]:
    """Percentiles, the further out the fewer clusters there are."""
    import numpy as np

    share = outer_share(level, count)
    shares = [share, 1 - share]
    if left_out:
        shares = _corrected(seen, value, left_out, shares)
    low, high = np.quantile(np.array(seen), shares).tolist()
    return float(low), float(high)


def _corrected(
    seen: Sequence[float], value: float, left_out: Sequence[float], shares: list[float]
) -> list[float]:
    """Shift the percentiles for bias and skew (Efron 1987, eq. 6.8)."""
    normal = NormalDist()
    below = sum(item < value for item in seen) + sum(item == value for item in seen) / 2
    middle = fsum(left_out) / len(left_out)
    gaps = [middle - item for item in left_out]
    spread = fsum(gap**2 for gap in gaps)
    # A constant, or a value outside all resamples, has no bias that could be corrected.
    if spread == 0 or not 0 < below < len(seen):
        return shares
    bias = normal.inv_cdf(below / len(seen))
    skew = fsum(gap**3 for gap in gaps) / (6 * spread**1.5)
    moved = [bias + normal.inv_cdf(share) for share in shares]
    return [normal.cdf(bias + z / (1 - skew * z)) for z in moved]
