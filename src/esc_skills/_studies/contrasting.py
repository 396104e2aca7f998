"""What may be said of two arms: paired differences, corrected over the family, with a floor.

A pair is one seeker, repeat and seed under both arms. A verdict needs equal signatures, arms that
lose conversations at the same rate, and a p-value that holds after Holm's correction; a difference
no larger than what chance does to the reference itself is called below the floor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import attrs

from esc_skills._studies.pooling import Figures, is_mean, rows, seed_of, summed, unseen
from esc_skills.model import Contrast, Item, Score
from esc_skills.model.study import Word
from esc_skills.stats import (
    Tested,
    components,
    crossed_difference,
    holm,
    losses_differ,
    minimum_detectable,
    noise_floor,
    paired_bootstrap,
    paired_difference,
    paired_student,
    rule_of_three,
)

Over = Literal["seekers", "seeds"]
LEVEL = 0.05
"""Family-wise error of the verdicts of a family; also of the test on losses."""
POWER = 0.8
"""Chance to find a difference of the least detectable size."""
UNLIKE = "signatures differ: {}"
RESAMPLES = 10_000
"""Of paired bootstraps."""
CROSSED = "Student, clustered by seeker and seed"
"""Name of the test that speaks of new seeds, too."""

Pairs = list[tuple[Item, Item]]


def contrasts(
    scores: Sequence[Score],
    against: Sequence[tuple[str, str]],
    measures: Sequence[str],
    figures: Figures,
    *,
    over: Over = "seekers",
) -> tuple[Contrast, ...]:
    """Contrasts of arms; those of the main measure are one family, all others another.

    Args:
        scores: Pooled scores with items.
        against: Arm in question and the arm it is held against.
        measures: ``EVALUATOR.NAME`` each, the main one first.
        figures: How figures are made of sums.
        over: Whom intervals speak of: new ``seekers``, or new seekers and new ``seeds``.

    Returns:
        One for each pair of arms, and each measure and signature that both of them have.
    """
    found = [
        _contrast(new, old, figures, over, arms)
        for arms in against
        for measure in measures
        for new, old in _both(scores, arms, measure)
    ]
    main = [one for one in found if f"{one.evaluator}.{one.name}" == measures[0]]
    rest = [one for one in found if f"{one.evaluator}.{one.name}" != measures[0]]
    fixed = {id(one): made for family in (main, rest) for one, made in _corrected(family)}
    return tuple(fixed[id(one)] for one in found)


def _corrected(family: Sequence[Contrast]) -> Iterator[tuple[Contrast, Contrast]]:
    """Each contrast of a family, and what becomes of it."""
    tested = [one for one in family if one.p is not None and not one.why]
    adjusted = holm([one.p for one in tested if one.p is not None])
    fixed = dict(zip(map(id, tested), adjusted, strict=True))
    for one in family:
        yield one, _judged(one, fixed.get(id(one)), len(tested))


def _both(
    scores: Sequence[Score], arms: tuple[str, str], measure: str
) -> list[tuple[Score, Score]]:
    """The scores of two arms, signature by signature."""
    of: list[dict[str, Score]] = [
        {
            one.signature: one
            for one in scores
            if one.arm == arm and f"{one.evaluator}.{one.name}" == measure
        }
        for arm in arms
    ]
    new, old = of
    if not new or not old:
        return []
    alike = [name for name in new if name in old]
    if alike:
        return [(new[name], old[name]) for name in alike]
    return [(next(iter(new.values())), next(iter(old.values())))]


def _contrast(
    new: Score, old: Score, figures: Figures, over: Over, arms: tuple[str, str]
) -> Contrast:
    blank = Contrast(
        evaluator=new.evaluator,
        name=new.name,
        arm=arms[0],
        against=arms[1],
        better=new.better,
        signature=new.signature,
        of=max(_due(new), _due(old)),
    )
    if new.signature != old.signature:
        return attrs.evolve(blank, why=UNLIKE.format(unlike(new.signature, old.signature)))
    pairs = paired(new.items, old.items)
    if not pairs:
        return attrs.evolve(blank, why=_unpaired(new, old))
    if not figures.known(new):
        return attrs.evolve(blank, why=f"evaluator {new.evaluator} is not installed here")
    found, test = _tested(pairs, new, figures, over)
    return attrs.evolve(
        blank,
        value=_six(found.value),
        low=_six(found.low),
        high=_six(found.high),
        p=_six(found.p),
        n=len(pairs),
        of=max(len(pairs), blank.of),
        clusters=len({one.cluster for one, _ in pairs}),
        seeds=len({seed_of(one) for one, _ in pairs}),
        floor=_six(_floor(pairs)),
        test=test,
        why=_lost(new, old),
    )


def _unpaired(new: Score, old: Score) -> str:
    blank = [score.arm for score in (new, old) if not score.n]
    if blank:
        return f"{' and '.join(blank)} has nothing that was scored"
    if not (new.items and old.items):
        return "the evaluator gives no items"
    apart = set(map(seed_of, new.items)).isdisjoint(map(seed_of, old.items))
    return "no seed in common" if apart else "no pairs"


def _due(score: Score) -> int:
    """Items that a score should have, as far as its counts are of items."""
    return score.of if score.n == len(score.items) else len(score.items)


def paired(new: Sequence[Item], old: Sequence[Item]) -> Pairs:
    """Items of equal keys, in the order of the first arm."""
    others = {item.key: item for item in old}
    return [(item, others[item.key]) for item in new if item.key in others]


def unlike(one: str, other: str) -> str:
    """The parts in which two signatures differ, shortly."""
    mine, theirs = one.split("|"), other.split("|")
    odd = (
        [part for part in mine if part not in theirs],
        [part for part in theirs if part not in mine],
    )
    shown = (", ".join(parts[:3]) or "nothing" for parts in odd)
    return " against ".join(shown)


def _tested(pairs: Pairs, score: Score, figures: Figures, over: Over) -> tuple[Tested, str]:
    new, old = [one for one, _ in pairs], [two for _, two in pairs]
    if unseen((*new, *old)):
        reach = rule_of_three(round(min(summed(new)[1], summed(old)[1])))
        found = Tested(value=0.0, low=-reach, high=reach, n=len(pairs), p=1.0)
        return found, "rule of three: nothing seen in either arm"
    if not (is_mean(new) and is_mean(old)):
        found = paired_bootstrap(rows(old), rows(new), figures.of(score), repeats=RESAMPLES)
        return found, f"paired bootstrap of clusters, {RESAMPLES} resamples"
    gaps, names = _gaps(pairs)
    if over == "seeds" and len({seed_of(item) for item in new}) > 1:
        seeds = [seed_of(item) for item in new]
        return crossed_difference(gaps, names, seeds), CROSSED
    gap = paired_difference([0.0] * len(gaps), gaps, names)
    p = paired_student(gaps, names) if gap.low is not None else None
    tested = Tested(value=gap.value, low=gap.low, high=gap.high, n=gap.n, p=p)
    return tested, "Student, clustered by seeker"


def _gaps(pairs: Pairs) -> tuple[list[float], list[str]]:
    gaps = [one.sums[0] - two.sums[0] for one, two in pairs]
    return gaps, [one.cluster for one, _ in pairs]


def _floor(pairs: Pairs) -> float | None:
    """From how the reference alone differs from talk to talk with one and the same seeker."""
    old = [two for _, two in pairs]
    if not is_mean(old):
        return None
    met: dict[str, list[float]] = {}
    for item in old:
        met.setdefault(item.cluster, []).append(item.sums[0])
    within = components(met).within
    return None if within is None else noise_floor(within, len(pairs))


def _lost(new: Score, old: Score) -> str:
    """Why losses forbid a verdict; empty when they do not."""
    seeds = [
        sorted({seed for item in one.items if (seed := seed_of(item)).isdigit()}, key=int)
        for one in (new, old)
    ]
    if seeds[0] != seeds[1]:
        told = " against ".join(", ".join(some) for some in seeds)
        return f"the arms have results under unlike seeds: {told}"
    lost = [(one.of - one.n, one.of) for one in (new, old)]
    if losses_differ(*lost[0], *lost[1]) >= LEVEL:
        return ""
    told = " against ".join(f"{gone} of {due}" for gone, due in lost)
    return f"the arms lost unlike shares: {told}"


def _judged(one: Contrast, adjusted: float | None, family: int) -> Contrast:
    """Add correction, least detectable difference and verdict."""
    family = max(1, family)
    one = attrs.evolve(one, family=family, detectable=_six(_detectable(one, family)))
    if one.why or one.value is None:
        return one
    if adjusted is None:
        return attrs.evolve(one, why="too few seekers")
    one = attrs.evolve(one, adjusted=_six(adjusted))
    return attrs.evolve(one, verdict=_word(one))


def _word(one: Contrast) -> Word:
    assert one.value is not None
    if one.adjusted is None or one.adjusted > LEVEL or not one.value:
        return "not distinguishable"
    if one.floor is not None and abs(one.value) <= one.floor:
        return "below the floor"
    up = one.value > 0
    if one.better == "neither":
        return "higher" if up else "lower"
    return "better" if up == (one.better == "higher") else "worse"


def _detectable(one: Contrast, family: int) -> float | None:
    """Least true difference that is found; the spread is read back from the interval."""
    if one.low is None or one.high is None or one.clusters < 2 or one.test.startswith("rule"):
        return None
    if one.low == one.high:  # not one pair differs: nothing shows how far pairs may lie apart
        return None
    from scipy.special import stdtrit

    # All intervals, those of the bootstrap included, reach as far as Student's curve says.
    count = min(one.clusters, one.seeds) if one.test == CROSSED else one.clusters
    sd = (one.high - one.low) / 2 / float(stdtrit(count - 1, 0.975)) * count**0.5
    return minimum_detectable(sd, count, LEVEL / family, POWER)


def _six(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
