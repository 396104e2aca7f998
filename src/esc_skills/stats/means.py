"""How sure is a mean? Student's interval, clustered by seeker where there are clusters."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

import attrs


@attrs.frozen(kw_only=True)
class Interval:
    """A figure and how sure it is; goes as it is into a Score or a Part."""

    value: float | None
    """The estimate; None when there was nothing to estimate it from."""
    low: float | None
    """Lower end; None when the spread cannot be known (fewer than two clusters)."""
    high: float | None
    """Upper end; None when the spread cannot be known."""
    n: int
    """Items behind it."""

    def rounded(self, digits: int = 6) -> Interval:
        """Copy with stored precision, so that equal runs write equal bytes."""
        ends = (
            None if end is None else round(end, digits) for end in (self.value, self.low, self.high)
        )
        value, low, high = ends
        return Interval(value=value, low=low, high=high, n=self.n)


def mean_interval(
    values: Sequence[float], clusters: Sequence[str] | None = None, *, level: float = 0.95
) -> Interval:
    """Mean with Student's interval.

    Args:
        values: Finite numbers.
        clusters: One name a value, such as the seeker's profile id; values of one cluster are
            not taken for independent. None makes every value its own cluster.
        level: Confidence, between 0 and 1.

    Returns:
        Mean, ends and count. No values: all None. One cluster: the ends are None.
    """
    n = len(values)
    if n == 0:
        return Interval(value=None, low=None, high=None, n=0)
    mean = fsum(values) / n
    spread = standard_error(values, clusters)
    if spread is None:
        return Interval(value=mean, low=None, high=None, n=n)
    from scipy.special import stdtrit

    error, freedom = spread
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Interval(value=mean, low=mean - half, high=mean + half, n=n)


def standard_error(
    values: Sequence[float], clusters: Sequence[str] | None = None
) -> tuple[float, int] | None:
    """Standard error of the mean, cluster-robust, with its degrees of freedom.

    With one value a cluster it is the ordinary ``s / sqrt(n)``.

    Args:
        values: Finite numbers.
        clusters: One name a value; None makes every value its own cluster.

    Returns:
        Error and ``clusters - 1``; None with fewer than two clusters.
    """
    n = len(values)
    if clusters is not None and len(clusters) != n:
        raise ValueError(f"{len(clusters)} cluster names for {n} values")
    if n < 2:
        return None
    mean = fsum(values) / n
    residues: dict[object, list[float]] = {}
    for place, value in enumerate(values):
        key = clusters[place] if clusters is not None else place
        residues.setdefault(key, []).append(value - mean)
    count = len(residues)
    if count < 2:
        return None
    squares = fsum(fsum(group) ** 2 for group in residues.values())
    return sqrt(squares * count / (count - 1)) / n, count - 1
