"""Where does the spread come from: from repeats of one seeker, or from the seekers?

One-way random effects, method of moments for unequal numbers of repeats (Searle, Casella &
McCulloch, "Variance Components", 1992, ch. 3). All spreads are standard deviations, in the unit
of the values, such as points of final emotion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, sqrt
from statistics import NormalDist

import attrs

from esc_skills.stats.power import pairs_needed


@attrs.frozen(kw_only=True)
class Components:
    """Spread inside and between clusters."""

    within: float | None
    """Standard deviation of repeats of one seeker; None where nobody came twice."""
    between: float | None
    """Standard deviation of the seekers' true means, at least 0; None where ``within`` is, or
    with fewer than two seekers."""
    values: int
    """Values behind it."""
    clusters: int
    """Seekers behind it."""


def components(values: Mapping[str, Sequence[float]]) -> Components:
    """Split the spread of repeated values into that of repeats and that of seekers.

    Args:
        values: Values of each seeker, one a repeat; seekers without any are left out.
    """
    groups = [list(values[name]) for name in sorted(values) if values[name]]
    total, count = sum(map(len, groups)), len(groups)
    if total == count:
        return Components(within=None, between=None, values=total, clusters=count)
    rest = fsum(fsum((one - _mean(group)) ** 2 for one in group) for group in groups)
    noise = rest / (total - count)
    between = sqrt(max(0.0, _beyond(groups, noise))) if count > 1 else None
    return Components(within=sqrt(noise), between=between, values=total, clusters=count)


def noise_floor(within: float, values: int, *, level: float = 0.95) -> float:
    """Difference that two runs of one configuration on the same seekers stay below by chance.

    Args:
        within: Standard deviation of repeats of one seeker.
        values: Conversations behind each of the two means, at least 1.
        level: How often the difference stays below, between 0 and 1.

    Returns:
        ``z * within * sqrt(2 / values)``: the seekers are the same, so their spread cancels.
    """
    if values < 1:
        raise ValueError(f"values = {values}: must be at least 1")
    return NormalDist().inv_cdf((1 + level) / 2) * within * sqrt(2 / values)


def interaction(differences: Mapping[str, Sequence[float]], within: float | None) -> float:
    """Standard deviation of the seekers' true differences of two arms, by moments, at least 0.

    How unlike seekers are in what they gain: no number of repeats averages it away.

    Args:
        differences: Candidate minus current of each seeker, one a repeat.
        within: Standard deviation of repeats of one seeker under one arm. None takes the noise
            from the repeats of the differences; where nobody came twice the whole spread counts,
            so that what is planned with it is not too small.

    Raises:
        ValueError: Fewer than two seekers: they cannot be unlike.
    """
    groups = [list(differences[name]) for name in sorted(differences) if differences[name]]
    if len(groups) < 2:
        raise ValueError(f"{len(groups)} seekers: differences between them need at least 2")
    noise = components(differences).within if within is None else sqrt(2) * within
    return sqrt(max(0.0, _beyond(groups, (noise or 0.0) ** 2)))


def seekers_needed(
    within: float,
    interaction: float,
    effect: float,
    *,
    repeats: int = 1,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """Fewest seekers that show a difference of ``effect`` when each meets both arms.

    Args:
        within: Standard deviation of repeats of one seeker under one arm.
        interaction: Standard deviation of the seekers' true differences.
        effect: Difference to find, above 0, in the same unit.
        repeats: Times that each seeker meets each arm.
        alpha: Error rate of the two-sided test.
        power: Wanted chance to find the difference.

    Returns:
        Seekers, at least 2, for a spread of ``sqrt(interaction**2 + 2 * within**2 / repeats)``.
    """
    if repeats < 1:
        raise ValueError(f"repeats = {repeats}: must be at least 1")
    return pairs_needed(sqrt(interaction**2 + 2 * within**2 / repeats), effect, alpha, power)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _beyond(groups: Sequence[Sequence[float]], noise: float) -> float:
    """Variance of the groups' true means: what their spread has beyond the noise of a value."""
    sizes = [len(group) for group in groups]
    total = sum(sizes)
    centre = _mean([one for group in groups for one in group])
    squares = fsum(len(group) * (_mean(group) - centre) ** 2 for group in groups)
    weight = total - fsum(size**2 for size in sizes) / total
    return (squares - (len(groups) - 1) * noise) / weight
