"""Do two arms lose conversations at the same rate? If not, what is left cannot be compared."""

from __future__ import annotations

from math import comb


def losses_differ(lost: int, of: int, others_lost: int, others_of: int) -> float:
    """p-value that two arms lose at the same rate: Fisher's exact test, two-sided.

    Worked out in whole numbers, so equally likely tables are counted as equal.

    Args:
        lost: Conversations of one arm that came to nothing.
        of: Conversations of that arm.
        others_lost: Conversations of the other arm that came to nothing.
        others_of: Conversations of the other arm.

    Returns:
        p in 0-1, above 0; 1 where an arm has none.
    """
    if not (0 <= lost <= of and 0 <= others_lost <= others_of):
        raise ValueError(f"lost {lost} of {of} and {others_lost} of {others_of}")
    total = lost + others_lost
    least = max(0, total - others_of)
    ways = comb(of, least) * comb(others_of, total - least)
    tables = []
    for here in range(least, min(of, total) + 1):
        tables.append(ways)
        ways = ways * (of - here) * (total - here)
        ways //= (here + 1) * (others_of - total + here + 1)
    seen = tables[lost - least]
    return sum(one for one in tables if one <= seen) / sum(tables)
