"""How often may a test look, and still err no more than it says? Alpha spending.

Lan & DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 1983: a function
says how much of the error is spent by which share of the pairs; the boundary of each look
follows by the recursion of Armitage, McPherson & Rowe (JRSS A 1969), integrated numerically.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import e, erfc, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

    Grid = np.ndarray[tuple[int], np.dtype[np.float64]]

Spending = Literal["obrien-fleming", "pocock", "power"]
"""``obrien-fleming`` saves the error for the end, ``pocock`` spends it evenly, ``power`` lies
between: error x fraction ** rho (Kim & DeMets, Biometrika 1987)."""

FLOOR = -8.0
"""Standard deviations below which a path is as good as never."""
FINE = 5
"""Grid points for one standard deviation of the shortest step between looks."""
NEVER = 8.0
"""Boundary of a look that spends nothing: no data cross it in practice."""


def spent(fraction: float, alpha: float, spending: Spending = "power", rho: float = 1.0) -> float:
    """Error spent once a share of the pairs has been seen.

    Args:
        fraction: Share of all planned pairs, 0-1; more counts as 1.
        alpha: Whole error, one-sided.
        spending: Form of the spending function.
        rho: Exponent of ``power``; 1 is near Pocock, 3 near O'Brien-Fleming.
    """
    if fraction <= 0:
        return 0.0
    part = min(1.0, fraction)
    if spending == "obrien-fleming":
        return 2 * _beyond(NormalDist().inv_cdf(1 - alpha / 2) / sqrt(part))
    if spending == "pocock":
        return alpha * log(1 + (e - 1) * part)
    return float(alpha * part**rho)


@lru_cache(maxsize=256)
def boundaries(
    fractions: tuple[float, ...], alpha: float, spending: Spending = "power", rho: float = 1.0
) -> tuple[float, ...]:
    """Upper boundaries on the normal scale, one a look, for a one-sided test.

    Args:
        fractions: Shares of all planned pairs at which the test looks, rising, above 0; the whole
            error is spent at the last one.
        alpha: Whole error, one-sided, between 0 and 0.5.
        spending: Form of the spending function.
        rho: Exponent of ``power``.

    Returns:
        Boundaries such that a standard normal sequence with independent increments crosses any
        of them with probability ``alpha``.
    """
    if not fractions or fractions[0] <= 0:
        raise ValueError("fractions must rise from above 0")
    if any(later <= earlier for earlier, later in pairwise(fractions)):
        raise ValueError("fractions must rise from above 0")
    totals = [spent(part, alpha, spending, rho) for part in fractions[:-1]] + [alpha]
    steps = [now - before for before, now in zip([0.0, *totals], totals, strict=False)]
    return _recursion(fractions, steps)


def _recursion(fractions: tuple[float, ...], steps: list[float]) -> tuple[float, ...]:
    """Follow the density of all paths that have not crossed yet, look by look."""
    import numpy as np

    first = sqrt(fractions[0])
    edges = [_quantile(steps[0]) * first]
    grid, weights = _grid(edges[0], first, fractions)
    mass = np.exp(-((grid / first) ** 2) / 2) / (first * sqrt(2 * np.pi)) * weights
    for before, now, step in zip(fractions, fractions[1:], steps[1:], strict=False):
        width = sqrt(now - before)
        edges.append(_edge(grid, mass, width, step, NEVER * sqrt(now)))
        new, weights = _grid(edges[-1], sqrt(now), fractions)
        kernel = np.exp(-(((new[:, None] - grid) / width) ** 2) / 2) / (width * sqrt(2 * np.pi))
        grid, mass = new, (kernel @ mass) * weights
    return tuple(edge / sqrt(part) for edge, part in zip(edges, fractions, strict=True))


def _edge(grid: Grid, mass: Grid, width: float, step: float, most: float) -> float:
    """Find the edge that exactly ``step`` of the paths cross at the next look."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def excess(edge: float) -> float:
        return float(mass @ ndtr((grid - edge) / width)) - step

    return most if excess(most) >= 0 else float(brentq(excess, -most, most, xtol=1e-9))


def _grid(edge: float, scale: float, fractions: tuple[float, ...]) -> tuple[Grid, Grid]:
    """Simpson nodes and weights from where no path is left up to the edge."""
    import numpy as np

    shortest = min(b - a for a, b in zip((0.0, *fractions), fractions, strict=False))
    low = FLOOR * scale
    count = 2 * max(50, round((edge - low) * FINE / sqrt(shortest) / 2)) + 1
    nodes = np.linspace(low, edge, count)
    weights = np.full(count, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return nodes, weights * (edge - low) / (count - 1) / 3


def _quantile(tail: float) -> float:
    """Normal quantile that leaves ``tail`` above it."""
    return min(NEVER, -NormalDist().inv_cdf(tail)) if tail > 0 else NEVER


def _beyond(z: float) -> float:
    """Normal tail above ``z``, exact far out too."""
    return erfc(z / sqrt(2)) / 2
