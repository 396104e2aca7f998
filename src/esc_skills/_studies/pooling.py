"""Scores of one arm under several seeds become one score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from statistics import fmean

import attrs

from esc_skills.model import Item, Part, Score
from esc_skills.stats import Interval, bootstrap_sums, mean_interval, rule_of_three, share_interval

Figure = Callable[[Sequence[float]], float]
"""The figure of summed items."""


@attrs.frozen(kw_only=True)
class Result:
    """One score of one shard."""

    arm: str
    """Arm of the study."""
    seed: int
    """Seed of the shard."""
    score: Score
    """With its items."""


@attrs.frozen(kw_only=True)
class Figures:
    """How figures are made of summed items, by evaluator."""

    evaluators: Mapping[str, object] = attrs.field(factory=dict)
    """By name; what has more than two sums is worked out by the evaluator's ``figure``."""

    def known(self, score: Score) -> bool:
        """Whether the figure of a score can be made: else only an evaluator not here knows how."""
        return self._own(score) is not None or all(len(item.sums) == 2 for item in score.items)

    def of(self, score: Score) -> Figure:
        """The figure of a score that is ``known``."""
        own = self._own(score)
        if own is None or all(len(item.sums) == 2 for item in score.items):
            return ratio
        return lambda sums: float(own(score.name, sums))

    def _own(self, score: Score) -> Callable[[str, Sequence[float]], float] | None:
        return getattr(self.evaluators.get(score.evaluator), "figure", None)


def ratio(sums: Sequence[float]) -> float:
    """Total over count; 0 where nothing was counted."""
    return sums[0] / sums[1] if sums[1] else 0.0


def summed(items: Iterable[Item]) -> list[float]:
    """Sums over all items, the same in whatever order they come."""
    return [fsum(column) for column in zip(*(item.sums for item in items), strict=True)]


def is_mean(items: Iterable[Item]) -> bool:
    """Whether every item is one number, so that a pair has a difference of its own."""
    return all(len(item.sums) == 2 and item.sums[1] == 1 for item in items)


def seed_of(item: Item) -> str:
    """Seed of a pooled item."""
    return item.key.partition("/")[0]


def pool(results: Sequence[Result], figures: Figures) -> tuple[Score, ...]:
    """One score for each arm, measure and signature, in the order in which they first occur.

    Returns:
        Scores whose items bear the seed before their key. One without items keeps its value under
        one seed; under several it is their mean, and nobody knows how sure it is.
    """
    groups: dict[tuple[str, ...], list[Result]] = {}
    for one in results:
        score = one.score
        key = (one.arm, score.evaluator, score.name, score.signature)
        groups.setdefault(key, []).append(one)
    return tuple(_pooled(group, figures) for group in groups.values())


def _pooled(group: Sequence[Result], figures: Figures) -> Score:
    first = group[0].score
    items = tuple(
        attrs.evolve(item, key=f"{one.seed}/{item.key}")
        for one in group
        for item in one.score.items
    )
    whole = attrs.evolve(
        first,
        arm=group[0].arm,
        n=sum(one.score.n for one in group),
        of=sum(one.score.of for one in group),
        breakdown=(*_seeds(group), *(first.breakdown if len(group) == 1 else ())),
        items=items,
    )
    if not items or not figures.known(whole):
        return whole if len(group) == 1 else _blind(whole, group)
    found = interval(items, figures.of(whole)).rounded()
    return attrs.evolve(whole, value=found.value, low=found.low, high=found.high)


def _seeds(group: Sequence[Result]) -> tuple[Part, ...]:
    return tuple(
        Part(group=f"seed={one.seed}", value=one.score.value, n=one.score.n)
        for one in group
        if one.score.value is not None and len(group) > 1
    )


def _blind(whole: Score, group: Sequence[Result]) -> Score:
    values = [one.score.value for one in group if one.score.value is not None]
    value = round(fmean(values), 6) if values else None
    return attrs.evolve(whole, value=value, low=None, high=None)


def interval(items: Sequence[Item], figure: Figure) -> Interval:
    """Figure of items with its 95 % interval, clustered."""
    if is_mean(items):
        values, names = [item.sums[0] for item in items], [item.cluster for item in items]
        if set(values) <= {0.0, 1.0}:
            return share_interval([value == 1 for value in values], names)
        return mean_interval(values, names)
    found = attrs.evolve(bootstrap_sums(rows(items), figure), n=len(items))
    count = summed(items)[1]
    if unseen(items) and count and found.low is not None:
        return attrs.evolve(found, high=rule_of_three(round(count)))
    return found


def unseen(items: Iterable[Item]) -> bool:
    """Whether items are shares in which nothing was seen at all: no resample shows doubt then."""
    return all(len(item.sums) == 2 and item.sums[0] == 0 for item in items)


def rows(items: Iterable[Item]) -> dict[str, list[float]]:
    """Sums by cluster."""
    made: dict[str, list[Item]] = {}
    for item in items:
        made.setdefault(item.cluster, []).append(item)
    return {cluster: summed(some) for cluster, some in made.items()}
