"""How sure is a share? Wilson's interval, and the rule of three for events never seen."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

from esc_skills.stats.means import Interval, standard_error


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share (Wilson 1927); keeps its level near 0 and 1, unlike the normal one.

    Args:
        successes: Events seen, 0 to ``n``.
        n: Trials; 0 knows nothing and gives (0, 1).
        level: Confidence, between 0 and 1.

    Returns:
        Lower and upper end, each in 0-1.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes = {successes}: must lie between 0 and n = {n}")
    if n == 0:
        return 0.0, 1.0
    return _ends(successes / n, n, level)


def rule_of_three(n: int) -> float:
    """Upper 95 % limit of a rate whose event was never seen in ``n`` trials.

    Args:
        n: Trials; 0 gives 1.

    Returns:
        ``3 / n``, at most 1 (Hanley & Lippman-Hand, JAMA 1983).
    """
    return min(1.0, 3 / n) if n > 0 else 1.0


def share_interval(
    hits: Sequence[bool], clusters: Sequence[str] | None = None, *, level: float = 0.95
) -> Interval:
    """Share of hits with Wilson's interval on the effective number of trials.

    Trials with one seeker are not independent: n is divided by the design effect, and shrunk for
    few seekers by Student's quantile (Korn & Graubard 1998). Where all trials hit or all miss no
    spread can be seen, and each seeker counts for one trial.

    Args:
        hits: Whether each trial hit.
        clusters: One name a trial, such as the seeker's profile id; None for independent trials.
        level: Confidence, between 0 and 1.

    Returns:
        Share, ends in 0-1, and number of trials; no trials: all None.
    """
    n = len(hits)
    if n == 0:
        return Interval(value=None, low=None, high=None, n=0)
    share = sum(hits) / n
    low, high = _ends(share, _effective(hits, clusters, level), level)
    return Interval(value=share, low=low, high=high, n=n)


def _effective(hits: Sequence[bool], clusters: Sequence[str] | None, level: float) -> float:
    """How many independent trials tell as much as these."""
    n, share = len(hits), sum(hits) / len(hits)
    if clusters is None:
        return n
    spread = standard_error([float(hit) for hit in hits], clusters)
    if spread is None or share in {0.0, 1.0}:
        return len(set(clusters))
    from scipy.special import stdtrit

    error, freedom = spread
    inflated = max(1.0, error**2 * n / (share * (1 - share)))
    few = NormalDist().inv_cdf((1 + level) / 2) / float(stdtrit(freedom, (1 + level) / 2))
    return max(1.0, n / inflated * few**2)


def _ends(share: float, n: float, level: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf((1 + level) / 2)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if share == 0.0 else max(0.0, centre - half)
    high = 1.0 if share == 1.0 else min(1.0, centre + half)
    return low, high
