"""Do marked items differ from the others, when one seeker may have both kinds?"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

from esc_skills.stats.means import Interval


def contrast_interval(
    values: Sequence[float],
    marks: Sequence[bool],
    clusters: Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> Interval:
    """Mean of the marked values minus mean of the others, with a cluster-robust interval.

    A description of what was seen, not of what the mark caused: nobody drew the marks by lot.

    Args:
        values: Finite numbers.
        marks: Whether each value belongs to the first group.
        clusters: One name a value, such as the seeker's profile id; None for independent values.
        level: Confidence, between 0 and 1.

    Returns:
        Difference, ends, and count of marked values; the difference is None when a group is
        empty, the ends when there are fewer than three clusters.
    """
    names = clusters if clusters is not None else [str(place) for place in range(len(values))]
    inside = [value for value, mark in zip(values, marks, strict=True) if mark]
    outside = [value for value, mark in zip(values, marks, strict=True) if not mark]
    if not inside or not outside:
        return Interval(value=None, low=None, high=None, n=len(inside))
    means = {True: fsum(inside) / len(inside), False: fsum(outside) / len(outside)}
    shares = {True: 1 / len(inside), False: -1 / len(outside)}
    pulls: dict[str, list[float]] = {}
    for value, mark, name in zip(values, marks, names, strict=True):
        pulls.setdefault(name, []).append((value - means[mark]) * shares[mark])
    gap, count = means[True] - means[False], len(pulls)
    if count < 3:
        return Interval(value=gap, low=None, high=None, n=len(inside))
    from scipy.special import stdtrit

    error = sqrt(fsum(fsum(pull) ** 2 for pull in pulls.values()) * count / (count - 1))
    half = float(stdtrit(count - 2, (1 + level) / 2)) * error
    return Interval(value=gap, low=gap - half, high=gap + half, n=len(inside))
