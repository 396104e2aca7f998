"""How much of a conversation's outcome is chance, and whose: agent's, seeker's or judge's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from esc_skills._studies.pooling import Figures
from esc_skills.model import Score
from esc_skills.stats import Interval, mean_interval

Outcomes = Mapping[str, tuple[str, float]]
"""By item key: the seeker, and this conversation's value."""
Held = dict[tuple[str, str], dict[str, tuple[str, float]]]
"""Outcomes by measure (``EVALUATOR.NAME``) and arm."""


def outcomes(scores: Sequence[Score], figures: Figures) -> Held:
    """One value a conversation, for every measure that has items, and every arm.

    Args:
        scores: Of all arms; those of one measure and arm with unlike signatures, such as seekers
            of two languages, lie side by side: a conversation is only held against itself.
        figures: How values are made of sums.
    """
    made: Held = {}
    for score in scores:
        figure = figures.of(score)
        for item in score.items:
            held = made.setdefault((f"{score.evaluator}.{score.name}", score.arm), {})
            held[item.key] = (item.cluster, figure(item.sums))
    return made


def twins(one: Outcomes, others: Sequence[Outcomes]) -> list[tuple[str, float, float]]:
    """Seeker, value and value again, for each conversation that both have."""
    return [
        (cluster, value, other[key][1])
        for other in others
        for key, (cluster, value) in one.items()
        if key in other
    ]


def moved_variance(pairs: Sequence[tuple[str, float, float]]) -> Interval:
    """Variance that the moved chance makes: half the mean squared difference of twins.

    With one part's chance moved it is that part's total effect (Jansen, Computer Physics
    Communications 1999; Saltelli et al. 2010): its own and what it makes together with others.
    With all chance moved it is the whole variance of a conversation within its seeker.

    Args:
        pairs: Seeker, value, value of the twin.

    Returns:
        Variance with a clustered interval, never below 0; None without pairs.
    """
    halves = [(new - old) ** 2 / 2 for _, old, new in pairs]
    found = mean_interval(halves, [seeker for seeker, _, _ in pairs])
    low = None if found.low is None else max(0.0, found.low)
    return Interval(value=found.value, low=low, high=found.high, n=found.n)


def changed(pairs: Sequence[tuple[str, float, float]]) -> int:
    """Twins that differ at all."""
    return sum(new != old for _, old, new in pairs)


def winners(first: Outcomes, second: Outcomes) -> dict[str, int]:
    """Which of two arms has the higher value with each seeker, over all repeats that both have.

    Returns:
        By seeker, -1 for the first arm, 1 for the second, 0 for a tie.
    """
    sums: dict[str, float] = {}
    for seeker, old, new in twins(first, (second,)):
        sums[seeker] = sums.get(seeker, 0.0) + new - old
    return {seeker: (gain > 1e-9) - (gain < -1e-9) for seeker, gain in sorted(sums.items())}
