"""Preference bias of a supporter: how unevenly it favours strategies when it errs.

Bradley-Terry strengths of the confusion (Kang et al., ACL 2024, section 3; formula as in their
released code): a strategy "wins" when it is chosen where another one was gold.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, log, sqrt

ROUNDS = 20
"""Rounds of the estimate, as in the released code."""

Counts = Sequence[Sequence[float]]
"""Rows gold, columns chosen."""


def preferences(confusion: Counts, rounds: int = ROUNDS) -> tuple[float, ...]:
    """Strength of every strategy; they sum to their number, so that 1 is no preference.

    The released code divides by zero in two cases. Here a strategy that was never missed keeps
    its strength, and two strategies that both have strength 0 do not meet.
    """
    strengths = [1.0] * len(confusion)
    for _ in range(rounds):
        for place in range(len(strengths)):
            won, lost = _meetings(confusion, strengths, place)
            if lost:
                strengths[place] = won / lost
        strengths = _normed(strengths)
    whole = fsum(strengths)
    return tuple(len(strengths) * strength / whole for strength in strengths)


def _meetings(confusion: Counts, strengths: Sequence[float], place: int) -> tuple[float, float]:
    won = lost = 0.0
    own = strengths[place]
    for other, strength in enumerate(strengths):
        both = own + strength
        if other != place and both > 0:
            won += confusion[other][place] * strength / both
            lost += confusion[place][other] / both
    return won, lost


def _normed(strengths: Sequence[float]) -> list[float]:
    """Divide by the geometric mean of those above 0; all 0 means that none is preferred."""
    logs = [log(strength) for strength in strengths if strength > 0]
    if not logs:
        return [1.0] * len(strengths)
    mean = exp(fsum(logs) / len(logs))
    return [strength / mean for strength in strengths]


def preference_bias(confusion: Counts) -> float:
    """Standard deviation of the preferences: 0 is even, 2.65 is one of eight and no other."""
    found = preferences(confusion)
    mean = fsum(found) / len(found)
    return sqrt(fsum((strength - mean) ** 2 for strength in found) / len(found))
