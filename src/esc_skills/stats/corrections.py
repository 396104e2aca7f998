"""How sure is one finding among many? Corrections of p-values for the size of a table."""

from __future__ import annotations

from collections.abc import Sequence


def bonferroni(pvalues: Sequence[float]) -> tuple[float, ...]:
    """Multiply each p-value by their number, capped at 1; in the order given."""
    return tuple(min(1.0, p * len(pvalues)) for p in pvalues)


def holm(pvalues: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values step down (Holm 1979); never above Bonferroni's; in the order given."""
    adjusted = [0.0] * len(pvalues)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(pvalues)), key=lambda item: pvalues[item])):
        highest = max(highest, min(1.0, pvalues[place] * (len(pvalues) - rank)))
        adjusted[place] = highest
    return tuple(adjusted)
