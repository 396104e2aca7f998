"""Do repeated readings agree? Krippendorff's alpha, with an interval.

Krippendorff, "Content Analysis", 2004, ch. 11: one minus observed disagreement over the
disagreement that chance would give. Readings may be missing; a unit read once says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from esc_skills.stats.means import Interval
from esc_skills.stats.resampled import outer_share

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
Reading = float | str | None


def krippendorff_alpha(
    units: Sequence[Sequence[Reading]], metric: Metric = "interval"
) -> float | None:
    """Agreement of readings beyond chance.

    Args:
        units: Readings of each unit, None where one is missing; words under ``nominal`` only.
        metric: How far two readings are apart: ``nominal`` equal or not, ``ordinal`` readings
            that lie between, ``interval`` squared difference, ``ratio`` squared difference over
            sum, for numbers from 0 on.

    Returns:
        1 for perfect agreement, 0 for chance, below 0 for worse; None where it is undefined:
        no unit was read twice, or all readings are one and the same.
    """
    table, values = _counts(units, metric)
    return _alpha(table, values, metric)


def alpha_interval(
    units: Sequence[Sequence[Reading]],
    metric: Metric = "interval",
    *,
    repeats: int = 1000,
    seed: int = 13,
    level: float = 0.95,
) -> Interval:
    """Alpha with the percentile interval of a bootstrap over units, corrected for few of them.

    Args:
        units: Readings of each unit, as for ``krippendorff_alpha``.
        metric: How far two readings are apart.
        repeats: Resamples.
        seed: Seed of the resamples.
        level: Confidence, between 0 and 1.

    Returns:
        Alpha, ends, and count of units that were read at least twice. Resamples without alpha
        are left out; where they are more than ``1 - level`` of all, the ends are None.
    """
    table, values = _counts(units, metric)
    value, count = _alpha(table, values, metric), len(table)
    if value is None or count < 2:
        return Interval(value=value, low=None, high=None, n=count)
    import numpy as np

    draws = np.random.default_rng(seed).integers(0, count, size=(repeats, count))
    seen = _resampled(table, values, metric, draws)
    if len(seen) < level * repeats:
        return Interval(value=value, low=None, high=None, n=count)
    share = outer_share(level, count)
    low, high = np.quantile(seen, [share, 1 - share]).tolist()
    return Interval(value=value, low=low, high=high, n=count)


def _counts(units: Sequence[Sequence[Reading]], metric: Metric) -> tuple[Floats, Floats]:
    """How often each unit was read as each value, and the values; units read once are left out."""
    import numpy as np

    read = [[one for one in unit if one is not None] for unit in units]
    read = [unit for unit in read if len(unit) > 1]
    scale: list[float | str] = list(dict.fromkeys(one for unit in read for one in unit))
    numbers = [float(place) for place, _ in enumerate(scale)]
    if metric != "nominal":
        numbers = sorted(_number(one, metric) for one in scale)
        scale = list(numbers)
    places = {one: place for place, one in enumerate(scale)}
    table = np.zeros((len(read), len(scale)))
    for row, unit in enumerate(read):
        for one in unit:
            table[row, places[one]] += 1
    return table, np.array(numbers)


def _number(reading: float | str, metric: Metric) -> float:
    if isinstance(reading, str):
        raise ValueError(f"{reading!r}: words have no {metric} distance; use the nominal metric")
    if metric == "ratio" and reading < 0:
        raise ValueError(f"{reading}: the ratio metric needs numbers from 0 on")
    return float(reading)


def _alpha(table: Floats, values: Floats, metric: Metric) -> float | None:
    totals = table.sum(axis=0)
    distance = _distance(values, totals, metric)
    expected = float(totals @ distance @ totals)
    if expected == 0:
        return None
    apart = ((table @ distance) * table).sum(axis=1)
    observed = float((apart / (table.sum(axis=1) - 1)).sum())
    return 1 - observed * (float(totals.sum()) - 1) / expected


def _resampled(
    table: Floats, values: Floats, metric: Metric, draws: np.ndarray[tuple[int, ...], Any]
) -> list[float]:
    """Alpha of every draw of units, as ``_alpha`` has it; draws without one are left out."""
    import numpy as np

    if metric == "ordinal":  # how far two ranks are apart hangs on what was drawn
        found = (_alpha(table[draw], values, metric) for draw in draws)
        return [one for one in found if one is not None]
    distance = _distance(values, values, metric)
    apart = ((table @ distance) * table).sum(axis=1) / (table.sum(axis=1) - 1)
    times = np.array([np.bincount(draw, minlength=len(table)) for draw in draws])
    totals, observed = times @ table, times @ apart
    expected = ((totals @ distance) * totals).sum(axis=1)
    told = expected > 0
    pairs = totals[told].sum(axis=1) - 1
    alphas: list[float] = (1 - observed[told] * pairs / expected[told]).tolist()
    return alphas


def _distance(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Squared distances of all values from each other."""
    import numpy as np

    if metric == "nominal":
        return 1 - np.eye(len(values))
    # Readings that lie between two values, half of their own included: ranks tell how many.
    place = values if metric != "ordinal" else totals.cumsum() - totals / 2
    gaps: Floats = (place[:, None] - place) ** 2
    if metric == "ratio":
        sums = (place[:, None] + place) ** 2
        gaps = np.divide(gaps, sums, out=np.zeros_like(gaps), where=sums > 0)
    return gaps
