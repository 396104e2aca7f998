"""The evaluator of strategy choice, checked against figures worked out by hand."""

from __future__ import annotations

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import STRATEGIES, Evidence, Reply, Response, Score, Turn
from esc_skills.testing.contexts import context
from esc_skills_plugins.evaluators.strategy import StrategyChoice

Q, R, F, D, A, P, I, O = STRATEGIES  # noqa: E741 - the eight, in order


def response(gold: tuple[str, ...] | str, said: str | None, dialogue: str = "d0") -> Response:
    """One response; ``said`` None is a failed reply."""
    labels = (gold,) if isinstance(gold, str) else gold
    reply = None if said is None else Reply(text="Words.", strategy=said)
    turn = Turn(speaker="supporter", text="Words.", strategies=labels)
    return Response(dialogue=dialogue, turn=1, gold=turn, reply=reply, corpus="sample")


def score(*responses: Response, **settings: object) -> dict[str, Score]:
    """Scores by name."""
    evaluator = StrategyChoice(repeats=50, **settings)  # type: ignore[arg-type]
    found = asyncio.run(evaluator.score(Evidence(responses=responses), context()))
    return {one.name: one for one in found}


def part(found: Score, group: str) -> float:
    """Value of one part of a breakdown."""
    return next(one.value for one in found.breakdown if one.group == group)


HAND = (
    response(Q, Q, "d0"),
    response(Q, Q, "d0"),
    response(Q, O, "d0"),
    response(O, Q, "d1"),
    response(A, A, "d1"),
    response(A, None, "d1"),
)


def test_accuracy_counts_failed_replies_as_wrong() -> None:
    """3 of 6 are right; the failed reply is wrong and counted, and stays in n."""
    found = score(*HAND)["accuracy"]
    assert (found.value, found.n, found.of) == (0.5, 6, 6)
    assert part(found, "count=unnamed") == 1
    assert part(found, "baseline=majority") == 0.5
    assert part(found, "baseline=random") == 0.125
    assert part(found, "gold=Others,reply=Question") == 1
    assert part(found, "gold=Affirmation and Reassurance,reply=none") == 1


def test_f1_by_hand() -> None:
    """Question 2·2/(3+3), Others 0, Affirmation 2·1/(2+1); absent strategies do not count."""
    found = score(*HAND)
    assert found["macro-f1"].value == pytest.approx((2 / 3 + 0 + 2 / 3) / 3, abs=1e-6)
    assert found["weighted-f1"].value == pytest.approx((3 * 2 / 3 + 2 * 2 / 3) / 6, abs=1e-6)
    assert part(found["macro-f1"], "baseline=majority") == pytest.approx(2 / 9, abs=1e-6)
    assert part(found["macro-f1"], f"strategy={Q}") == pytest.approx(2 / 3, abs=1e-6)


def test_first_and_any_label() -> None:
    """A turn with two labels: the second one counts only under ``label = any``."""
    turn = response((Q, P), P)
    first, either = score(turn)["accuracy"], score(turn, label="any")["accuracy"]
    assert (first.value, either.value) == (0.0, 1.0)
    assert first.signature != either.signature
    assert part(either, "baseline=random") == 0.25


def test_intervals_draw_whole_dialogues() -> None:
    """One dialogue gives no interval; two that differ give one from 0 to 1."""
    alone = score(response(Q, Q), response(Q, O))["accuracy"]
    assert (alone.low, alone.high) == (None, None)
    two = score(*[response(Q, Q, "a")] * 3, *[response(Q, O, "b")] * 3)["accuracy"]
    assert (two.low, two.high) == (0.0, 1.0)


def test_nothing_to_score_is_no_number() -> None:
    """Without labelled turns every value is None, and the unlabelled ones are counted."""
    for found in score(response((), Q)).values():
        assert (found.value, found.n) == (None, 0)
    assert part(score(response((), Q))["accuracy"], "count=unlabelled") == 1


def test_unknown_strategy_is_wrong_and_counted() -> None:
    """A reply that names no strategy of the eight is wrong, never dropped."""
    found = score(response(Q, "Hypnosis"), response(Q, ""))["accuracy"]
    assert found.value == 0.0
    assert part(found, "count=unnamed") == 2


def test_items_are_dialogues_and_make_every_figure() -> None:
    """Hits and turns of accuracy; of the rest the confusion, which ``figure`` reads."""
    found = score(*HAND)
    assert [(one.key, one.sums) for one in found["accuracy"].items] == [
        ("sample/d0", (2.0, 3.0)),
        ("sample/d1", (1.0, 3.0)),
    ]
    for name, one in found.items():
        sums = [sum(column) for column in zip(*(item.sums for item in one.items), strict=True)]
        assert StrategyChoice().figure(name, sums) == pytest.approx(one.value, abs=1e-6)
    assert [one.better for one in found.values()] == ["higher", "higher", "higher", "lower"]


def test_signature_tells_what_must_be_equal() -> None:
    """Label rule, history, classes and resampling stand in the signature."""
    signature = score(*HAND)["macro-f1"].signature
    assert signature == (
        "strategy:v1|macro-f1|over=gold-or-chosen|label=first|history=gold|labels-per-turn=one"
        "|classes=8|unnamed=wrong|bootstrap:dialogue,50,seed=13"
    )


PAIRS = st.lists(
    st.tuples(st.sampled_from(STRATEGIES), st.sampled_from(STRATEGIES), st.integers(0, 3)),
    min_size=1,
    max_size=40,
)


@given(PAIRS)
def test_figures_keep_their_range(pairs: list[tuple[str, str, int]]) -> None:
    """Every figure is finite and in range, and its interval stays there too."""
    for found in score(*(response(g, s, f"d{d}") for g, s, d in pairs)).values():
        top = math.sqrt(7) + 1e-6 if found.name == "preference-bias" else 1
        for value in (found.value, found.low, found.high):
            assert value is None or 0 <= value <= top


def test_equals_scikit_learn() -> None:
    """Accuracy and both F1 as scikit-learn has them, where it is installed."""
    metrics = pytest.importorskip("sklearn.metrics")
    gold = [STRATEGIES[(7 * n) % 8] for n in range(60)]
    said = [STRATEGIES[(5 * n * n) % 8] for n in range(60)]
    found = score(*(response(g, s) for g, s in zip(gold, said, strict=True)))
    assert found["accuracy"].value == pytest.approx(metrics.accuracy_score(gold, said), abs=1e-6)
    for name, average in (("macro-f1", "macro"), ("weighted-f1", "weighted")):
        wanted = metrics.f1_score(gold, said, average=average, zero_division=0)
        assert found[name].value == pytest.approx(wanted, abs=1e-6)
