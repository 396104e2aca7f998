"""Studies whose truth is known: final emotions like SAGE's, and shares of replies that are right.

Seekers (and dialogues) are drawn anew in every study; each has a level of its own, and leans to or
from each arm. Whether an end is high follows a probit of both, so the true mean of an arm has a
closed form: the normal share of its shift, times the exact means of two clipped, rounded humps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from scipy.special import ndtr
from scipy.stats import binomtest

from esc_skills.stats import (
    alpha_interval,
    holm,
    krippendorff_alpha,
    paired_bootstrap,
    paired_difference,
    paired_student,
)

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

LEVEL, LEANING = 1.0, 0.5
"""Spread of seekers' levels, and of their leanings to an arm, beside a chance that spreads by 1."""
WIDTH = float(np.sqrt(1 + LEVEL**2 + LEANING**2))
LOW, HIGH = (12.0, 18.0), (86.0, 18.0)
"""Middle and spread of the humps before they are cut at 0 and 100 and rounded."""
LOST = 0.05
"""Conversations that come to nothing, whatever they were like."""


def hump_mean(hump: tuple[float, float]) -> float:
    """Exact mean of a hump that is rounded and cut at 0 and 100."""
    edges = ndtr((np.arange(100) + 0.5 - hump[0]) / hump[1])
    return float((1 - edges).sum())


def true_mean(shift: float) -> float:
    """True mean final emotion of an arm over all seekers there could be."""
    share = float(ndtr(shift / WIDTH))
    return share * hump_mean(HIGH) + (1 - share) * hump_mean(LOW)


def emotions(
    rng: np.random.Generator, shifts: Sequence[float], seekers: int, repeats: int
) -> Floats:
    """Final emotions: arms x seekers x repeats."""
    shape = (len(shifts), seekers, repeats)
    pull = np.array(shifts)[:, None, None] + rng.normal(0, LEVEL, (seekers, 1))
    pull = pull + rng.normal(0, LEANING, (len(shifts), seekers, 1)) + rng.normal(0, 1, shape)
    raw = np.where(pull > 0, rng.normal(*HIGH, shape), rng.normal(*LOW, shape))
    return np.asarray(np.clip(np.rint(raw), 0, 100))


@attrs.frozen(kw_only=True)
class Design:
    """What a study looks like."""

    seekers: int
    shifts: tuple[float, ...]
    """One an arm, the baseline first; equal ones make equal arms."""
    repeats: int = 2

    def pairs(
        self, rng: np.random.Generator
    ) -> Iterator[tuple[list[float], list[float], list[str]]]:
        """For each arm: the baseline's ends, its own, and whose they are; lost pairs left out."""
        felt = emotions(rng, self.shifts, self.seekers, self.repeats)
        here = rng.random(felt.shape) >= LOST
        names = np.repeat([f"s{place:03d}" for place in range(self.seekers)], self.repeats)
        for arm in range(1, len(felt)):
            both = (here[0] & here[arm]).ravel()
            sides = felt[0].ravel()[both], felt[arm].ravel()[both]
            yield sides[0].tolist(), sides[1].tolist(), names[both].tolist()


@attrs.frozen(kw_only=True)
class Counted:
    """How often something came about."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """Share of hits."""
        return self.hits / self.of

    @property
    def upper(self) -> float:
        """Upper end of the exact 95 % interval of the rate."""
        return float(binomtest(self.hits, self.of).proportion_ci(0.95).high)


def held(design: Design, studies: int, seed: int) -> Counted:
    """How often the interval of a mean paired difference holds the true difference."""
    rng = np.random.default_rng([seed, design.seekers, len(design.shifts)])
    true = [true_mean(shift) - true_mean(design.shifts[0]) for shift in design.shifts[1:]]
    hits = 0
    for _ in range(studies):
        for truth, (old, new, names) in zip(true, design.pairs(rng), strict=True):
            found = paired_difference(old, new, names)
            hits += found.low <= truth <= found.high
    return Counted(hits=hits, of=studies * len(true))


def errors(design: Design, studies: int, seed: int) -> Counted:
    """How many studies call an arm different, after Holm, when all arms are equal."""
    rng = np.random.default_rng([seed, design.seekers, len(design.shifts)])
    hits = 0
    for _ in range(studies):
        gaps = (
            ([b - a for a, b in zip(old, new, strict=True)], names)
            for old, new, names in design.pairs(rng)
        )
        hits += min(holm([paired_student(*gap) for gap in gaps])) < 0.05
    return Counted(hits=hits, of=studies)


SHORT, LONG, EASE = 4, 12, 0.6
"""Replies of a short and of a long dialogue; long ones are easier by so much."""


def true_share(shift: float) -> float:
    """True share of right replies: long dialogues weigh more, and are easier."""
    long, short = (float(ndtr((shift + ease) / WIDTH)) for ease in (EASE, 0.0))
    return (LONG * long + SHORT * short) / (LONG + SHORT)


def replies(
    rng: np.random.Generator, shifts: Sequence[float], dialogues: int
) -> list[Mapping[str, tuple[float, float]]]:
    """For each arm: right replies and replies of each dialogue; half of all dialogues are long."""
    long = rng.random(dialogues) < 0.5
    tries = np.where(long, LONG, SHORT)
    level = EASE * long + rng.normal(0, LEVEL, dialogues)
    arms = []
    for shift in shifts:
        hits = rng.binomial(tries, ndtr(shift + level + rng.normal(0, LEANING, dialogues)))
        pairs = zip(hits.tolist(), tries.tolist(), strict=True)
        arms.append({f"d{place:03d}": pair for place, pair in enumerate(pairs)})
    return arms


def ratio(sums: Sequence[float]) -> float:
    """Right replies of all."""
    return sums[0] / sums[1]


def held_share(shifts: Sequence[float], dialogues: int, studies: int, seed: int) -> Counted:
    """How often the bootstrap interval of a difference of corpus shares holds the true one."""
    rng = np.random.default_rng([seed, dialogues])
    true, hits = true_share(shifts[1]) - true_share(shifts[0]), 0
    for study in range(studies):
        found = paired_bootstrap(*replies(rng, shifts, dialogues), ratio, repeats=500, seed=study)
        hits += found.low <= true <= found.high
    return Counted(hits=hits, of=studies)


def share_errors(arms: int, dialogues: int, studies: int, seed: int) -> Counted:
    """How many studies call an arm different by bootstrap and Holm, when all arms are equal."""
    rng = np.random.default_rng([seed, dialogues, arms])
    hits = 0
    for study in range(studies):
        first, *others = replies(rng, [0.0] * arms, dialogues)
        tests = [paired_bootstrap(first, one, ratio, repeats=1000, seed=study) for one in others]
        hits += min(holm([one.p for one in tests if one.p is not None])) < 0.05
    return Counted(hits=hits, of=studies)


def readings(rng: np.random.Generator, units: int) -> list[list[float]]:
    """Marks from 1 to 5 that three readers gave to each unit."""
    truth = rng.normal(0, 1, (units, 1))
    marks: list[list[float]] = np.clip(
        np.rint(3 + truth + rng.normal(0, 0.8, (units, 3))), 1, 5
    ).tolist()
    return marks


def held_alpha(units: int, studies: int, seed: int) -> Counted:
    """How often the interval of Krippendorff's alpha holds the alpha of 200,000 units."""
    rng = np.random.default_rng([seed, units])
    true, hits = krippendorff_alpha(readings(rng, 200_000)), 0
    for study in range(studies):
        found = alpha_interval(readings(rng, units), seed=study)
        hits += found.low <= true <= found.high
    return Counted(hits=hits, of=studies)
