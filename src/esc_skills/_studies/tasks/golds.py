"""What an extractor says of a dialogue against its gold labels: counts, figures, scores.

An extractor is given the words alone: strategies, ratings and the survey are taken out before.
What it says of a supporter turn is held against the human label of that turn, and its polarity
against the sign of the change between the seeker's ratings around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from esc_skills.model import STRATEGIES, Dialogue, InterventionUnit, Item, Part, Score
from esc_skills.stats import Interval, bootstrap_sums

GOLD = "gold"
"""What stands for an evaluator in these scores."""
WINDOW = 3
"""Supporter turns that a rating covers; ESConv asks about the last two or three."""
POLARITIES: tuple[str, ...] = ("negative", "neutral", "positive")
KINDS = len(STRATEGIES)
Row = Sequence[float]
"""Summed counts: of strategies gold by said, or of polarities gold by said, line by line."""
Counts = tuple[list[float], list[float], list[float]]
"""Of a dialogue: strategies, polarities, and (units, turns with a unit, turns, failed)."""
Told = Mapping[str, Counts]
"""By dialogue."""


def hidden(dialogue: Dialogue) -> Dialogue:
    """The dialogue without strategies, ratings and survey."""
    turns = tuple(attrs.evolve(turn, strategies=(), feedback=None) for turn in dialogue.turns)
    return attrs.evolve(dialogue, turns=turns, intensity_before=None, intensity_after=None)


def swing(dialogue: Dialogue, turn: int) -> int | None:
    """Sign of the change from the last rating before a turn to the first one that covers it.

    Returns:
        -1, 0 or 1; None where the turn lies between no two ratings.
    """
    ratings = (one.feedback for one in reversed(dialogue.turns[:turn]) if one.feedback)
    old = next(ratings, None)
    spoken = 0
    for one in dialogue.turns[turn + 1 :]:
        if one.feedback:
            return None if old is None else (one.feedback > old) - (one.feedback < old)
        spoken += one.speaker == "supporter"
        if spoken >= WINDOW:
            break
    return None


def compared(dialogue: Dialogue, units: Sequence[InterventionUnit]) -> Counts:
    """Counts of one dialogue: strategies, polarities, and what was covered.

    A unit speaks for the first supporter turn of its span; of two units on a turn the first
    counts. Of several gold labels the one that was said counts, else the first.
    """
    strategies, polarities = [0.0] * (KINDS * (KINDS + 1)), [0.0] * 9
    labelled = [place for place, turn in enumerate(dialogue.turns) if turn.strategies]
    said: dict[int, InterventionUnit] = {}
    for unit in units:
        span = range(unit.source.first, min(unit.source.last + 1, len(dialogue.turns)))
        place = next((at for at in span if dialogue.turns[at].speaker == "supporter"), None)
        if place is not None:
            said.setdefault(place, unit)
    for place in labelled:
        if place in said:
            golds = [STRATEGIES.index(name) for name in dialogue.turns[place].strategies]
            word = said[place].action.strategy
            column = STRATEGIES.index(word) if word in STRATEGIES else KINDS
            gold = column if column in golds else golds[0]
            strategies[gold * (KINDS + 1) + column] += 1
    for place, unit in said.items():
        if (sign := swing(dialogue, place)) is not None:
            polarities[3 * (sign + 1) + POLARITIES.index(unit.change.polarity)] += 1
    covered = [len(units), sum(place in said for place in labelled), len(labelled), 0]
    return strategies, polarities, [float(count) for count in covered]


def accuracy(row: Row, width: int) -> float:
    """Share on the diagonal; 0 where nothing was counted."""
    whole = sum(row)
    return sum(row[at * width + at] for at in range(len(row) // width)) / whole if whole else 0.0


def macro_f1(row: Row) -> float:
    """Mean F1 of the strategies that were gold or said at least once, 0-1."""
    lines = [row[at * (KINDS + 1) : (at + 1) * (KINDS + 1)] for at in range(KINDS)]
    both = [sum(line) + sum(other[at] for other in lines) for at, line in enumerate(lines)]
    found = [2 * line[at] / both[at] for at, line in enumerate(lines) if both[at]]
    return sum(found) / len(found) if found else 0.0


def beyond_chance(row: Row) -> float:
    """Krippendorff's alpha (interval) of gold and said polarities; 0 where it is undefined."""
    whole = sum(row)
    gold = [sum(row[3 * at : 3 * at + 3]) for at in range(3)]
    pooled = [gold[at] + row[at] + row[3 + at] + row[6 + at] for at in range(3)]
    seen = sum(row[3 * one + two] * (one - two) ** 2 for one in range(3) for two in range(3))
    chance = sum(
        pooled[one] * pooled[two] * (one - two) ** 2 for one in range(3) for two in range(3)
    )
    return 1 - 2 * seen * (2 * whole - 1) / chance if chance else 0.0


def _golds(row: Row, width: int) -> list[float]:
    return [sum(row[at : at + width]) for at in range(0, len(row), width)]


def _usual(row: Row, width: int) -> list[float]:
    """The same golds, and always the most frequent one said."""
    golds = _golds(row, width)
    usual = golds.index(max(golds))
    return [gold * (said == usual) for gold in golds for said in range(width)]


def _drawn(row: Row, width: int) -> list[float]:
    """The same golds, and a uniform draw said."""
    golds = _golds(row, width)
    kinds = len(golds)
    return [gold / kinds * (said < kinds) for gold in golds for said in range(width)]


def _square(row: Row) -> float:
    return accuracy(row, KINDS + 1)


FIGURES: tuple[tuple[str, int, Callable[[Row], float]], ...] = (
    ("strategy-accuracy", 0, _square),
    ("strategy-macro-f1", 0, macro_f1),
    ("polarity-accuracy", 1, lambda row: accuracy(row, 3)),
    ("polarity-alpha", 1, beyond_chance),
)
"""Name, which counts it is made of, and how."""


def scores(arm: str, told: Told) -> tuple[Score, ...]:
    """Figures of one extractor with intervals clustered by dialogue."""
    return tuple(_score(arm, told, name, part, figure) for name, part, figure in FIGURES)


def _score(arm: str, told: Told, name: str, part: int, figure: Callable[[Row], float]) -> Score:
    rows = {key: counts[part] for key, counts in told.items() if sum(counts[part])}
    none = Interval(value=None, low=None, high=None, n=0)
    found = bootstrap_sums(rows, figure).rounded() if rows else none
    whole = [sum(column) for column in zip(*rows.values(), strict=True)]
    means = name.endswith("accuracy")
    items = tuple(
        Item(key=key, cluster=key, sums=(round(figure(row) * sum(row)), sum(row)))
        for key, row in sorted(rows.items())
        if means
    )
    width = 3 if part else KINDS + 1
    baselines = (("majority", _usual), ("random", _drawn)) if whole else ()
    n = round(sum(whole))
    return Score(
        evaluator=GOLD,
        name=name,
        arm=arm,
        value=found.value,
        low=found.low,
        high=found.high,
        n=n,
        of=round(sum(counts[2][2] for counts in told.values())) if part == 0 else n,
        signature=f"gold:v1|{name}|hidden=strategies,feedback,survey|window={WINDOW}"
        "|labels=said-else-first|bootstrap:dialogue,1000,seed=13",
        better="higher",
        breakdown=tuple(
            Part(group=f"baseline={word}", value=round(figure(made(whole, width)), 6), n=n)
            for word, made in baselines
        ),
        items=items,
    )


def failed(dialogue: Dialogue) -> Counts:
    """Counts of a dialogue that an extractor came to nothing with."""
    return [], [], [0.0, 0.0, float(sum(bool(turn.strategies) for turn in dialogue.turns)), 1.0]
