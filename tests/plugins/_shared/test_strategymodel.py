"""The strategy model: it learns, it is the same every time, and it beats the simple rules."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from esc_skills.model import (
    STRATEGIES,
    Action,
    Change,
    Dialogue,
    InterventionUnit,
    SeekerState,
    Source,
    Table,
    Turn,
)
from esc_skills.testing.contexts import context
from esc_skills_plugins._shared.strategymodel import (
    SHARES,
    WEIGHTS,
    Fitting,
    StrategyModel,
    fit,
)
from esc_skills_plugins._shared.strategyview import view_of
from esc_skills_plugins.extractors.annotated import Annotated

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
STATE = SeekerState(scenario="", label="")
Q, A, P = "Question", "Affirmation and Reassurance", "Providing Suggestions"


def unit(dialogue: str, first: int, strategy: str, context: str, text: str) -> InterventionUnit:
    """One unit of a made-up talk."""
    return InterventionUnit(
        source=Source(dialogue=dialogue, first=first, last=first + 1),
        before=STATE,
        action=Action(label="", strategy=strategy, text=text),
        change=Change(label="continues", polarity="neutral"),
        after=STATE,
        context=context,
    )


def talks(count: int = 30) -> tuple[InterventionUnit, ...]:
    """Talks that always go question, affirmation, advice."""
    return tuple(
        piece
        for number in range(count)
        for piece in (
            unit(f"d{number:02}", 1, Q, "Hi, I am sad.", "Why?"),
            unit(f"d{number:02}", 3, A, "I failed.", "That is hard."),
            unit(f"d{number:02}", 5, P, "What should I do?", "Try a walk."),
        )
    )


def model(tables: tuple[Table, ...]) -> StrategyModel:
    """The model of some tables."""
    found = StrategyModel.from_tables(tables)
    assert found is not None
    return found


def test_learns_the_order_of_a_talk() -> None:
    """After a question comes the affirmation, if that is how people talk."""
    turns = (
        Turn(speaker="seeker", text="Hi, I am sad."),
        Turn(speaker="supporter", text="Why?", strategies=(Q,)),
        Turn(speaker="seeker", text="I failed."),
    )
    shares = model(fit(talks())).predict(view_of(turns))
    assert max(shares, key=lambda name: shares[name]) == A
    assert sum(shares.values()) == pytest.approx(1)
    assert tuple(shares) == STRATEGIES


def test_no_units_no_tables() -> None:
    """Nothing to learn from gives nothing, and no model."""
    assert fit(()) == ()
    assert StrategyModel.from_tables(()) is None


def test_unknown_tables_give_no_model() -> None:
    """Tables with other columns are another model's; they are left alone."""
    odd = (Table(name=WEIGHTS, columns=("x",)), Table(name=SHARES, columns=("x",)))
    assert StrategyModel.from_tables(odd) is None


def test_order_of_units_changes_nothing() -> None:
    """The same units in any order give the same tables."""
    shuffled = list(talks())
    random.Random(3).shuffle(shuffled)
    assert fit(tuple(shuffled)) == fit(talks())


def test_history_holds_what_is_not_learnt_from() -> None:
    """Turns left out as targets still stand before the others."""
    everything = talks()
    chosen = tuple(one for one in everything if one.action.strategy == A)
    alone, seen = fit(chosen), fit(chosen, history=everything)
    assert "last=0" in seen[0].rows
    assert "last=0" not in alone[0].rows


def test_weight_nought_leaves_harmful_units_out() -> None:
    """Units after which the seeker was worse off may be switched off; then none is left here."""
    worse = Change(label="withdraws", polarity="negative")
    one = unit("d", 1, Q, "Hi", "Why?")
    bad = InterventionUnit(
        source=one.source, before=STATE, action=one.action, change=worse, after=STATE
    )
    assert fit((bad,), fitting=Fitting(negative=0.0)) == ()


def test_balance_names_rare_strategies_more_often() -> None:
    """Taking away how often a strategy is used raises the rare ones."""
    many = model(fit(talks()))
    plain, even = many.predict(view_of(())), many.predict(view_of(()), balance=1.0)
    assert even["Information"] > plain["Information"]


def test_tables_are_small_and_rounded() -> None:
    """Weights have four digits at most and no row is all zero."""
    weights, shares = fit(talks())
    assert all(any(row) and row == tuple(round(x, 4) for x in row) for row in weights.values)
    assert sum(shares.values[0]) == pytest.approx(1, abs=1e-5)
    assert list(weights.rows) == sorted(weights.rows)


def _read(name: str) -> list[Dialogue]:
    """The shared dialogues as Dialogues; labels outside the eight are left out."""
    spelling = {
        "Questions": Q,
        "Other": "Others",
        "Direct Guidance": P,
        "Approval and Reassurance": A,
        "Restatement": "Restatement or Paraphrasing",
        "Reflection of Feelings": "Reflection of feelings",
    }

    def turn(raw: dict[str, Any]) -> Turn:
        label = (raw.get("annotation") or {}).get("strategy", "")
        label = spelling.get(label, label)
        supporter = raw["speaker"] in ("supporter", "listener")
        return Turn(
            speaker="supporter" if supporter else "seeker",
            text=(raw["content"] or "").strip(),
            strategies=(label,) if supporter and label in STRATEGIES else (),
        )

    raw = json.loads((DATA / name).read_text("utf-8"))
    return [
        Dialogue(
            id=f"{name}-{number:04}",
            turns=tuple(turn(one) for one in dialogue["dialog"]),
            corpus=name,
            licence="CC-BY-NC-4.0",
        )
        for number, dialogue in enumerate(raw)
    ]


def _macro(gold: list[str], said: list[str]) -> float:
    counts, named = Counter(gold), Counter(said)
    hits = Counter(one for one, other in zip(gold, said, strict=True) if one == other)
    return sum(2 * hits[name] / (counts[name] + named[name]) for name in counts) / len(counts)


@pytest.mark.development_data
@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not here")
def test_reaches_the_bar_on_dialogues_kept_aside() -> None:
    """Two thirds and the failed dialogues to fit: accuracy 0.32, macro-F1 0.23 on the rest."""

    async def cut(dialogues: list[Dialogue]) -> tuple[InterventionUnit, ...]:
        found = [await Annotated().extract(one, context()) for one in dialogues]
        return tuple(piece for units in found for piece in units)

    good = _read("esconv.json")
    random.Random(13).shuffle(good)
    aside, rest = good[: len(good) // 3], good[len(good) // 3 :]
    fitted = model(fit(asyncio.run(cut([*rest, *_read("failed_esconv.json")]))))
    gold, said = list[str](), list[str]()
    for dialogue in aside:
        for place, turn in enumerate(dialogue.turns):
            if turn.strategies:
                shares = fitted.predict(view_of(dialogue.turns[:place]), balance=0.5)
                gold.append(turn.strategies[0])
                said.append(max(shares, key=lambda name: shares[name]))
    hits = sum(one == other for one, other in zip(gold, said, strict=True))
    assert hits / len(gold) >= 0.32
    assert _macro(gold, said) >= 0.23
