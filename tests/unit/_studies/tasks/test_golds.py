"""Counts of one dialogue against its gold labels, and the figures made of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.metrics import f1_score

from esc_skills._studies.tasks.golds import (
    KINDS,
    accuracy,
    beyond_chance,
    compared,
    failed,
    hidden,
    macro_f1,
    scores,
    swing,
)
from esc_skills.model import (
    STRATEGIES,
    Action,
    Change,
    Dialogue,
    InterventionUnit,
    SeekerState,
    Source,
    Turn,
)
from esc_skills.model.taxonomy import Polarity
from esc_skills.stats import krippendorff_alpha


def seeker(feedback: int | None = None) -> Turn:
    return Turn(speaker="seeker", text="I am tired.", feedback=feedback)


def supporter(*strategies: int) -> Turn:
    names = tuple(STRATEGIES[place] for place in strategies)
    return Turn(speaker="supporter", text="I see.", strategies=names)


def dialogue(*turns: Turn) -> Dialogue:
    return Dialogue(
        id="d", turns=turns, corpus="c", licence="L", intensity_before=5, intensity_after=2
    )


def unit(
    place: int, strategy: int, polarity: Polarity = "neutral", last: int = 0
) -> InterventionUnit:
    state = SeekerState(scenario="", label="")
    return InterventionUnit(
        source=Source(dialogue="d", first=place, last=max(place, last)),
        before=state,
        action=Action(label="x", strategy=STRATEGIES[strategy]),
        change=Change(label="x", polarity=polarity),
        after=state,
    )


def test_nothing_of_the_gold_is_left_to_see() -> None:
    """Strategies, ratings and survey go; every word stays."""
    whole = dialogue(seeker(2), supporter(1), seeker(4))
    bare = hidden(whole)
    assert bare.fingerprint == whole.fingerprint
    assert not any(turn.strategies or turn.feedback for turn in bare.turns)
    assert (bare.intensity_before, bare.intensity_after) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [(2, 5, 1), (5, 2, -1), (3, 3, 0), (None, 3, None), (3, None, None)],
)
def test_a_swing_lies_between_two_ratings(
    before: int | None, after: int | None, sign: int | None
) -> None:
    """The sign of the change; unknown without a rating on either side."""
    assert swing(dialogue(seeker(before), supporter(0), seeker(after)), 1) == sign


def test_a_rating_covers_the_last_three_supporter_turns() -> None:
    """ESConv asks about the last two or three; a turn farther away has no swing."""
    turns = [seeker(1)]
    for _ in range(4):
        turns += [supporter(0), seeker()]
    told = dialogue(*turns[:-1], seeker(5))
    assert [swing(told, place) for place in (1, 3, 5, 7)] == [None, 1, 1, 1]


def test_units_are_counted_against_the_label_of_their_turn() -> None:
    """The first unit of a turn speaks; of several gold labels the one that was said counts."""
    told = dialogue(seeker(2), supporter(0), seeker(4), supporter(1, 2), seeker(3), supporter(3))
    units = [unit(0, 0, "positive", last=1), unit(1, 5), unit(3, 2, "positive")]
    strategies, polarities, (count, covered, labelled, lost) = compared(told, units)
    assert sum(strategies) == 2
    assert strategies[0] == 1
    assert strategies[2 * (KINDS + 1) + 2] == 1
    assert (count, covered, labelled, lost) == (3, 2, 3, 0)
    assert sum(polarities) == 2
    assert polarities[3 * 2 + 2] == 1  # rose, said positive
    assert polarities[3 * 0 + 2] == 1  # fell, said positive


def test_an_unnamed_strategy_is_wrong_and_not_lost() -> None:
    """It counts against the first gold label."""
    named = unit(1, 0)
    odd = InterventionUnit(
        source=named.source, before=named.before, after=named.after, change=named.change,
        action=Action(label="x", strategy=""),
    )  # fmt: skip
    strategies, _, _ = compared(dialogue(seeker(), supporter(4), seeker()), [odd])
    assert strategies[4 * (KINDS + 1) + KINDS] == 1
    assert accuracy(strategies, KINDS + 1) == 0


def drawn(seed: int, n: int = 300) -> tuple[list[int], list[int]]:
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, KINDS, n)
    said = np.where(rng.random(n) < 0.4, gold, rng.integers(0, KINDS, n))
    return gold.tolist(), said.tolist()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_macro_f1_is_scikit_learns(seed: int) -> None:
    """The same labels, the same mean."""
    gold, said = drawn(seed)
    row = [0.0] * (KINDS * (KINDS + 1))
    for one, two in zip(gold, said, strict=True):
        row[one * (KINDS + 1) + two] += 1
    assert macro_f1(row) == pytest.approx(f1_score(gold, said, average="macro"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_alpha_of_counts_is_that_of_readings(seed: int) -> None:
    """The closed form for two readers equals the general one."""
    rng = np.random.default_rng(seed)
    pairs: Sequence[tuple[int, int]] = [tuple(row) for row in rng.integers(-1, 2, (40, 2)).tolist()]
    row = [0.0] * 9
    for gold, said in pairs:
        row[3 * (gold + 1) + said + 1] += 1
    expected = krippendorff_alpha(pairs, "interval")
    assert expected is not None
    assert beyond_chance(row) == pytest.approx(expected)


def test_scores_are_clustered_by_dialogue_with_baselines_beside() -> None:
    """Items are dialogues, so that two extractors can be contrasted; a failed one lowers n."""
    turns = (seeker(2), supporter(0), seeker(4), supporter(0), seeker(), supporter(1), seeker())
    told = {
        f"c/{at}": compared(dialogue(*turns), [unit(1, 0), unit(3, 0), unit(5, 0)])
        for at in range(3)
    }
    made = {score.name: score for score in scores("x", {**told, "c/9": failed(dialogue(*turns))})}
    found = made["strategy-accuracy"]
    assert found.value == pytest.approx(2 / 3, abs=1e-6)
    assert (found.n, found.of) == (9, 12)
    parts = {part.group: part.value for part in found.breakdown}
    assert parts["baseline=majority"] == pytest.approx(2 / 3, abs=1e-6)
    assert parts["baseline=random"] == 0.125
    polarity = {part.group: part.value for part in made["polarity-accuracy"].breakdown}
    assert polarity == {"baseline=majority": 1, "baseline=random": pytest.approx(1 / 3, abs=1e-6)}
    assert [(item.key, item.sums) for item in found.items] == [
        (f"c/{at}", (2.0, 3.0)) for at in range(3)
    ]
    assert made["strategy-macro-f1"].items == ()


def test_without_a_rating_there_is_no_polarity_figure() -> None:
    """Nothing to hold a polarity against is no zero."""
    told = {"c/1": compared(dialogue(seeker(), supporter(0), seeker()), [unit(1, 0)])}
    made = {score.name: score for score in scores("x", told)}
    assert made["polarity-accuracy"].breakdown == ()
    assert (made["polarity-alpha"].value, made["polarity-alpha"].n) == (None, 0)
    assert made["strategy-accuracy"].value == 1
