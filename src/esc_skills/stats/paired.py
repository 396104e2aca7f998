"""Is one arm better than the other, when the same seekers met both?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Literal

from esc_skills.stats.means import Interval, mean_interval, standard_error

Alternative = Literal["two-sided", "greater"]

EXACT = 12
"""Up to so many clusters all sign patterns are counted; above, a seeded sample of them."""


def paired_difference(
    current: Sequence[float],
    candidate: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> Interval:
    """Mean of ``candidate - current`` with Student's interval.

    Args:
        current: Outcomes of one arm.
        candidate: Outcomes of the other, in the same order of seeker and repeat.
        clusters: One name a pair, such as the seeker's profile id.
        level: Confidence, between 0 and 1.
    """
    differences = [new - old for old, new in zip(current, candidate, strict=True)]
    return mean_interval(differences, clusters, level=level)


def paired_student(
    differences: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    alternative: Alternative = "two-sided",
) -> float:
    """p-value of Student's paired test, cluster-robust, that the mean difference is 0.

    Args:
        differences: Candidate minus current.
        clusters: One name a difference, such as the profile id.
        alternative: ``greater`` asks for a gain alone.

    Returns:
        p in 0-1; 1 where the spread cannot be known (fewer than two clusters).
    """
    spread = standard_error(differences, clusters)
    if spread is None:
        return 1.0
    mean, (error, freedom) = fsum(differences) / len(differences), spread
    if alternative == "two-sided":
        mean = abs(mean)
    if error == 0:
        return 0.0 if mean > 0 else 1.0
    from scipy.special import stdtr

    tail = float(stdtr(freedom, -mean / error))
    return 2 * tail if alternative == "two-sided" else tail


def paired_permutation(
    differences: Sequence[float],
    clusters: Sequence[str] | None = None,
    *,
    alternative: Alternative = "two-sided",
    repeats: int = 10_000,
    seed: int = 13,
) -> float:
    """p-value of the sign-flip test that the differences are symmetric around 0.

    Args:
        differences: Candidate minus current.
        clusters: One name a difference; a cluster's signs flip together.
        alternative: ``greater`` asks for a gain alone.
        repeats: Random sign patterns where there are too many to count them all.
        seed: Seed of the sample of patterns.

    Returns:
        p in 0-1, never 0; 1 without differences.
    """
    if not differences:
        return 1.0
    import numpy as np

    names = clusters if clusters is not None else [f"{i:09d}" for i in range(len(differences))]
    sums: dict[str, list[float]] = {}
    for name, difference in zip(names, differences, strict=True):
        sums.setdefault(name, []).append(difference)
    totals = np.sort(np.array([fsum(group) for group in sums.values()]))
    if len(totals) <= EXACT:
        bits = np.arange(2 ** len(totals))[:, None] >> np.arange(len(totals)) & 1
    else:
        bits = np.random.default_rng(seed).integers(0, 2, size=(repeats, len(totals)))
    flipped = (2 * bits - 1) @ totals
    seen = totals.sum()
    slack = 1e-9 * float(np.abs(totals).sum())
    if alternative == "two-sided":
        flipped, seen = np.abs(flipped), abs(seen)
    extreme = int((flipped >= seen - slack).sum())
    if len(totals) <= EXACT:
        return extreme / len(bits)
    return (extreme + 1) / (repeats + 1)


def pooled_means(groups: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Means of groups, each drawn towards all as far as the groups do not differ.

    Empirical Bayes with the variance between groups after DerSimonian & Laird (Controlled
    Clinical Trials 1986): where groups differ no more than chance makes them, all get one mean;
    where they do, each keeps its own. A group of few does not look bad by bad luck.

    Args:
        groups: Differences by group; empty groups are left out.

    Returns:
        One mean a group, in the order given.
    """
    held = {name: values for name, values in groups.items() if values}
    means = {name: fsum(values) / len(values) for name, values in held.items()}
    spare = sum(len(values) for values in held.values()) - len(held)
    rest = fsum((one - means[name]) ** 2 for name, values in held.items() for one in values)
    if len(held) < 2 or spare < 1 or rest == 0:
        return means
    errors = {name: rest / spare / len(values) for name, values in held.items()}
    weights = {name: 1 / error for name, error in errors.items()}
    whole = fsum(weights.values())
    centre = fsum(weights[name] * means[name] for name in held) / whole
    seen = fsum(weights[name] * (means[name] - centre) ** 2 for name in held)
    scale = whole - fsum(weight**2 for weight in weights.values()) / whole
    between = max(0.0, (seen - (len(held) - 1)) / scale)
    return {
        name: centre + (means[name] - centre) * between / (between + errors[name]) for name in held
    }
