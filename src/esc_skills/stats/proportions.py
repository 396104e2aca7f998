"""How sure is a share? Wilson's interval, and the rule of three for events never seen."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


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
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def rule_of_three(n: int) -> float:
    """Upper 95 % limit of a rate whose event was never seen in ``n`` trials.

    Args:
        n: Trials; 0 gives 1.

    Returns:
        ``3 / n``, at most 1 (Hanley & Lippman-Hand, JAMA 1983).
    """
    return min(1.0, 3 / n) if n > 0 else 1.0
