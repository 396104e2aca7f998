"""How sure is a mean for new seekers and new seeds at once? Two-way clustering.

Cameron, Gelbach & Miller, "Robust inference with multiway clustering", JBES 2011. Pairs of one
seeker are alike whatever the seed, and pairs of one seed (one bank, one evolution) whoever the
seeker. With few seeds it is wide, and rightly so: three seeds leave two degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

from esc_skills.stats.means import standard_error
from esc_skills.stats.resampled import Tested


def crossed_error(
    values: Sequence[float], first: Sequence[str], second: Sequence[str]
) -> tuple[float, int] | None:
    """Standard error of a mean whose values are clustered in two ways.

    Args:
        values: Finite numbers.
        first: One name a value, such as the seeker's profile id.
        second: One name a value in the other way, such as the seed.

    Returns:
        Square root of the first way's variance plus the second's minus that of both together,
        never below the larger of the two ways, and the fewer clusters less 1 as degrees of
        freedom; None where either way has fewer than two clusters.
    """
    one, two = standard_error(values, first), standard_error(values, second)
    both = standard_error(values, [repr(cell) for cell in zip(first, second, strict=True)])
    if one is None or two is None or both is None:
        return None
    variance = max(one[0] ** 2 + two[0] ** 2 - both[0] ** 2, one[0] ** 2, two[0] ** 2)
    return sqrt(variance), min(one[1], two[1])


def crossed_difference(
    differences: Sequence[float],
    seekers: Sequence[str],
    seeds: Sequence[str],
    *,
    level: float = 0.95,
) -> Tested:
    """Mean paired difference that holds for new seekers and new seeds, with Student's test.

    Args:
        differences: Candidate minus current.
        seekers: One name a difference: the profile id.
        seeds: One name a difference: the seed of its pair.
        level: Confidence, between 0 and 1.

    Returns:
        Mean, ends, number of differences and p; ends and p None where seekers or seeds are
        fewer than two.
    """
    n = len(differences)
    if n == 0:
        return Tested(value=None, low=None, high=None, n=0, p=None)
    mean, spread = fsum(differences) / n, crossed_error(differences, seekers, seeds)
    if spread is None:
        return Tested(value=mean, low=None, high=None, n=n, p=None)
    from scipy.special import stdtr, stdtrit

    error, freedom = spread
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    sure = 0.0 if mean else 1.0
    p = 2 * float(stdtr(freedom, -abs(mean) / error)) if error else sure
    return Tested(value=mean, low=mean - half, high=mean + half, n=n, p=p)
