"""How many seekers does it take? Sizes of fixed-size comparisons of means.

Student's quantiles stand in for the noncentral t distribution; from ten pairs on the two agree
within two per cent.
"""

from __future__ import annotations

from math import sqrt

MOST = 10**9
"""Pairs beyond which no answer is sought."""


def minimum_detectable(
    sd: float,
    n: int,
    alpha: float = 0.05,
    power: float = 0.8,
    *,
    sides: int = 2,
    paired: bool = True,
) -> float | None:
    """Least true difference that a comparison of this size finds with this power.

    Args:
        sd: Spread of the paired differences; of one arm when not paired.
        n: Pairs; seekers in each arm when not paired.
        alpha: Error rate of the test.
        power: Wanted chance to find the difference.
        sides: 2 for a test of any difference, 1 for a gain.
        paired: Whether each seeker meets both arms.

    Returns:
        Difference in the unit of ``sd``; None with fewer than two pairs.
    """
    if n < 2:
        return None
    from scipy.special import stdtrit

    freedom = n - 1 if paired else 2 * n - 2
    reach = float(stdtrit(freedom, 1 - alpha / sides)) + float(stdtrit(freedom, power))
    return reach * sd * sqrt((1 if paired else 2) / n)


def pairs_needed(
    sd: float,
    effect: float,
    alpha: float = 0.05,
    power: float = 0.8,
    *,
    sides: int = 2,
    paired: bool = True,
) -> int:
    """Fewest pairs that find a difference of ``effect``; the inverse of minimum_detectable.

    Args:
        sd: Spread of the paired differences; of one arm when not paired.
        effect: Difference to find, above 0, in the unit of ``sd``.
        alpha: Error rate of the test.
        power: Wanted chance to find the difference.
        sides: 2 for a test of any difference, 1 for a gain.
        paired: Whether each seeker meets both arms.

    Returns:
        Pairs (seekers in each arm when not paired), at least 2.
    """
    if effect <= 0:
        raise ValueError(f"effect = {effect}: must be above 0")

    def enough(n: int) -> bool:
        found = minimum_detectable(sd, n, alpha, power, sides=sides, paired=paired)
        return found is not None and found <= effect

    high = 2
    while not enough(high):
        if high > MOST:
            raise ValueError(f"effect = {effect}: more than {MOST} pairs at a spread of {sd}")
        high *= 2
    low = max(2, high // 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high
