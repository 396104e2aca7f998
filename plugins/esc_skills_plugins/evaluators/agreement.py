"""Do repeated readings agree? Krippendorff's alpha for numbers on an interval scale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def interval_alpha(units: Sequence[Sequence[int]]) -> float | None:
    """Krippendorff's alpha with squared differences; units may have readings missing.

    Args:
        units: The readings of each unit; units with fewer than two say nothing and are left out.

    Returns:
        1 for perfect agreement, 0 for chance, below 0 for worse; None when it is undefined:
        no unit was read twice, or all readings are one and the same number.
    """
    paired = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in paired for value in unit]
    if not paired or not (spread := _squares(pooled)):
        return None
    n = len(pooled)
    observed = sum((Fraction(_squares(unit), len(unit) - 1) for unit in paired), Fraction(0))
    return float(1 - observed * (n - 1) / spread)


def _squares(values: Sequence[int]) -> int:
    """Sum of squared differences over all ordered pairs."""
    total = sum(values)
    return 2 * (len(values) * sum(value * value for value in values) - total * total)
