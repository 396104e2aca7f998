"""Evaluator ``strategy``: does the agent choose the strategy that the human supporter chose?

A human's choice is one good choice of several, so that figures far below 1 are expected:
trained classifiers reach 0.30-0.35 on ESConv. Read them beside the baselines printed with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal

import attrs

from esc_skills.model import STRATEGIES, Evidence, Part, Response, Score
from esc_skills.model.invariants import between, one_of
from esc_skills.model.score import Direction
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Interval, bootstrap_sums
from esc_skills_plugins.evaluators.itemising import Owner, itemised, talk
from esc_skills_plugins.evaluators.preference import preference_bias, preferences

UNNAMED = len(STRATEGIES)
"""Column of replies that failed or named no strategy: never right."""
_WIDTH = len(STRATEGIES) + 1

Row = Sequence[float]
"""Confusion as one row: for each gold strategy the eight chosen ones and ``UNNAMED``."""
Figure = Callable[[Row], float]


@attrs.frozen
class _Item:
    """One labelled turn: places of the gold labels and of the chosen one."""

    owner: Owner
    gold: tuple[int, ...]
    chosen: int

    def label(self, rule: str) -> int:
        """The gold label that counts."""
        return self.chosen if rule == "any" and self.chosen in self.gold else self.gold[0]


@attrs.frozen(kw_only=True)
class StrategyChoice:
    """Accuracy, F1 and preference bias of the chosen strategies, with baselines beside them."""

    name: ClassVar[str] = "strategy"
    summary: ClassVar[str] = "strategy accuracy, macro- and weighted F1, preference bias, baselines"
    reads: ClassVar[frozenset[str]] = frozenset({"responses"})

    label: Literal["first", "any"] = attrs.field(default="first", validator=one_of("first", "any"))
    """Which gold label of a turn with several counts: its first one, or any that was hit."""
    repeats: int = attrs.field(default=1000, validator=between(2, 100_000))
    """Resamples of dialogues for the intervals."""
    seed: int = 13
    """Seed of the resamples."""

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score every response whose gold turn has a label; a failed reply counts as wrong."""
        items = [item for one in evidence.responses if (item := _item(one)) is not None]
        sums = _by_dialogue(items, self.label)
        whole = [sum(column) for column in zip(*sums.values(), strict=True)] if items else []
        unlabelled = len(evidence.responses) - len(items)
        parts: dict[str, tuple[Part, ...]] = {
            "accuracy": (*_chance(items, self.label), *_counts(whole, unlabelled)),
            "macro-f1": (*_baselines(whole, macro_f1), *_f1s(whole)),
            "weighted-f1": _baselines(whole, weighted_f1),
            "preference-bias": _preferences(whole),
        }
        return tuple(self._score(name, sums, items, beside) for name, beside in parts.items())

    def figure(self, name: str, sums: Sequence[float]) -> float:
        """Work a figure out from summed items; ``accuracy`` keeps hits and turns alone."""
        return sums[0] / sums[1] if name == "accuracy" else FIGURES[name][0](sums)

    def _score(
        self,
        name: str,
        sums: Mapping[Owner, Row],
        items: Sequence[_Item],
        parts: tuple[Part, ...],
    ) -> Score:
        statistic, better = FIGURES[name]
        rows = {cluster: row for (_, cluster), row in sums.items()}
        found: Interval = bootstrap_sums(rows, statistic, repeats=self.repeats, seed=self.seed)
        found = found.rounded()
        short = name == "accuracy"
        return Score(
            evaluator=self.name,
            name=name,
            value=found.value,
            low=found.low,
            high=found.high,
            n=len(items),
            of=len(items),
            signature=self._signature(name, items),
            breakdown=parts,
            better=better,
            items=itemised((who, _hits(row) if short else row) for who, row in sums.items()),
        )

    def _signature(self, name: str, items: Sequence[_Item]) -> str:
        several = any(len(item.gold) > 1 for item in items)
        rules = (
            "strategy:v1",
            f"{name}|over=gold-or-chosen" if name == "macro-f1" else name,
            f"label={self.label}",
            "history=gold",
            f"labels-per-turn={'several' if several else 'one'}",
            f"classes={len(STRATEGIES)}",
            "unnamed=wrong",
            f"bootstrap:dialogue,{self.repeats},seed={self.seed}",
        )
        return "|".join(rules)


def _item(response: Response) -> _Item | None:
    gold = tuple(STRATEGIES.index(one) for one in response.gold.strategies if one in STRATEGIES)
    if not gold:
        return None
    said = response.reply.strategy if response.reply else ""
    chosen = STRATEGIES.index(said) if said in STRATEGIES else UNNAMED
    return _Item(talk(response), gold, chosen)


def _by_dialogue(items: Sequence[_Item], rule: str) -> dict[Owner, list[float]]:
    """Confusion of each dialogue: turns of one talk are alike and are drawn together."""
    sums: dict[Owner, list[float]] = {}
    for item in items:
        row = sums.setdefault(item.owner, [0.0] * (len(STRATEGIES) * _WIDTH))
        row[item.label(rule) * _WIDTH + item.chosen] += 1
    return sums


def _square(row: Row) -> list[Row]:
    return [row[start : start + _WIDTH] for start in range(0, len(row), _WIDTH)]


def _hits(row: Row) -> tuple[float, float]:
    """Turns with the gold strategy, and all turns."""
    return sum(line[place] for place, line in enumerate(_square(row))), sum(row)


def accuracy(row: Row) -> float:
    """Share of turns with the gold strategy, 0-1."""
    hits, turns = _hits(row)
    return hits / turns


def _f1(row: Row) -> list[tuple[float, float, float]]:
    """F1, gold count and chosen count of every strategy."""
    square = _square(row)
    found = []
    for place, line in enumerate(square):
        gold, chosen = sum(line), sum(other[place] for other in square)
        both = gold + chosen
        found.append((2 * line[place] / both if both else 0.0, gold, chosen))
    return found


def macro_f1(row: Row) -> float:
    """Mean F1 of the strategies that were gold or chosen at least once, 0-1."""
    seen = [value for value, gold, chosen in _f1(row) if gold + chosen]
    return sum(seen) / len(seen)


def weighted_f1(row: Row) -> float:
    """Mean F1, weighted by how often a strategy was gold, 0-1."""
    return sum(value * gold for value, gold, _ in _f1(row)) / sum(row)


def _bias(row: Row) -> float:
    return preference_bias(_square(row))


FIGURES: dict[str, tuple[Figure, Direction]] = {
    "accuracy": (accuracy, "higher"),
    "macro-f1": (macro_f1, "higher"),
    "weighted-f1": (weighted_f1, "higher"),
    "preference-bias": (_bias, "lower"),
}
"""Every figure of a confusion, and which way is good."""


def _chance(items: Sequence[_Item], rule: str) -> tuple[Part, ...]:
    """Accuracy of the best constant answer, known afterwards, and of a uniform draw."""
    if not items:
        return ()
    golds = [item.gold if rule == "any" else item.gold[:1] for item in items]
    hits = [sum(place in gold for gold in golds) for place in range(len(STRATEGIES))]
    drawn = sum(len(set(gold)) for gold in golds) / len(STRATEGIES)
    return (
        _part("baseline=majority", max(hits) / len(items), len(items)),
        _part("baseline=random", drawn / len(items), len(items)),
    )


def _baselines(row: Row, figure: Figure) -> tuple[Part, ...]:
    """The same figure for the most frequent gold strategy always, and for a uniform draw."""
    if not row:
        return ()
    golds = [sum(line) for line in _square(row)]
    usual = golds.index(max(golds))
    constant, drawn = list[float](), list[float]()
    for gold in golds:
        constant += [gold if place == usual else 0.0 for place in range(_WIDTH)]
        drawn += [gold / len(STRATEGIES)] * len(STRATEGIES) + [0.0]
    count = round(sum(golds))
    return (
        _part("baseline=majority", figure(constant), count),
        _part("baseline=random", figure(drawn), count),
    )


def _counts(row: Row, unlabelled: int) -> tuple[Part, ...]:
    """Confusion, leaving out empty cells, and what could not be read."""
    names = (*STRATEGIES, "none")
    cells = [
        _part(f"gold={STRATEGIES[gold]},reply={names[chosen]}", count, round(count))
        for gold, line in enumerate(_square(row))
        for chosen, count in enumerate(line)
        if count
    ]
    unnamed = sum(line[UNNAMED] for line in _square(row))
    return (
        _part("count=unnamed", unnamed, round(sum(row))),
        _part("count=unlabelled", unlabelled, unlabelled),
        *cells,
    )


def _f1s(row: Row) -> tuple[Part, ...]:
    named = zip(STRATEGIES, _f1(row), strict=True) if row else ()
    return tuple(_part(f"strategy={name}", value, round(gold)) for name, (value, gold, _) in named)


def _preferences(row: Row) -> tuple[Part, ...]:
    if not row:
        return ()
    square = _square(row)
    chosen = [round(sum(line[place] for line in square)) for place in range(len(STRATEGIES))]
    return tuple(
        _part(f"preference={name}", value, count)
        for name, value, count in zip(STRATEGIES, preferences(square), chosen, strict=True)
    )


def _part(group: str, value: float, n: int) -> Part:
    return Part(group=group, value=round(value, 6), n=n)


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``strategy``."""
    return [StrategyChoice]
