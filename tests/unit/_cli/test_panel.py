"""A tally as lines of a panel: golden ones."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._cli import panel
from esc_skills._cli.tally import Stage, Tally
from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.running import resolve

ROUNDS = resolve(None, ("evolve.rounds=3",))[0]


def made(**facts: object) -> Tally:
    """A tally in the middle of its second round."""
    tally = Tally(clock=lambda: 92.0)
    tally.began, tally.experiment, tally.rounds = 10.0, ROUNDS, ["one"]
    tally.stages[""] = Stage("evolve", 12.0, 40, 80)
    tally.talks, tally.exchanges, tally.faults = 1040, 8320, 1
    tally.felt, tally.arms = [0, 12.5, 50, 99, 100], {"bank-1": (4, 161.0), "trial-1": (1, 30.0)}
    tally.calls, tally.tokens, tally.usd, tally.unpriced = 2000, 1_500_000, 0.25, 3
    tally.verdict = "accept after 40 pairs; a gain"
    for name, value in facts.items():
        setattr(tally, name, value)
    return tally


FINE = """\
extract ✓  distil ✓  converse ✓  ▶ evolve, round 2 of 3  score  report   1 min 22 s
evolve        ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ 40 of 80, about 1 min 20 s left
talks         1,040 talks, 8,320 exchanges, 1 fault
emotion       ▁▂▅██ bank-1 40.2 (4), trial-1 30.0 (1)
models        2,000 calls, 3.5/s, 1,500,000 tokens, US$ ≥ 0.2500
verdict       accept after 40 pairs; a gain"""
COARSE = """\
extract +  distil +  converse +  > evolve, round 2 of 3  score  report   1 min 22 s
evolve        ##########.......... 40 of 80, about 1 min 20 s left
talks         1,040 talks, 8,320 exchanges, 1 fault
emotion       _.+@@ bank-1 40.2 (4), trial-1 30.0 (1)
models        2,000 calls, 3.5/s, 1,500,000 tokens, US$ >= 0.2500
verdict       accept after 40 pairs; a gain"""


@pytest.mark.parametrize(("coarse", "wanted"), [(False, FINE), (True, COARSE)], ids=str)
def test_golden_frames(coarse: bool, wanted: str) -> None:
    """Road, stage, conversations, emotion, models and the last verdict; ASCII where it must be."""
    assert "\n".join(panel.frame(made(), rate=3.5, coarse=coarse)) == wanted


def test_a_run_that_has_just_begun_shows_what_there_is() -> None:
    """No figures before there are any."""
    assert list(panel.frame(Tally(clock=lambda: 0.0), rate=0)) == [
        "extract  distil  converse  evolve  score  report   0 s"
    ]


def test_a_study_names_its_shards() -> None:
    """How many are done, and which one plays."""
    tally = made(shard="full, seed 7", stages={"full, seed 7": Stage("score/none", 0, 1, 2)})
    lines = list(panel.frame(tally, rate=0, study="3 of 12 shards: baseline, seed 7"))
    assert lines[1] == "study         3 of 12 shards: baseline, seed 7; full, seed 7"
    assert "▶ score" in lines[0]


def test_money_stands_against_the_budget() -> None:
    """Every cap has its figure, with what earlier walks have spent."""
    caps = Caps(calls=9000, tokens=2_000_000, usd=5.0, seconds=3600)
    budget = Budget(caps=caps, clock=lambda: 60.0, calls=2500, tokens=1_600_000, usd=1.5)
    budget = attrs.evolve(budget)
    line = panel.models_line(made(budget=budget, unpriced=0), 1.0)
    assert line == (
        "2,000 calls, 1.0/s, 1,500,000 tokens, US$ 0.2500, budget US$ 1.50 of 5.00, "
        "budget 2,500 of 9,000 calls, budget 1,600,000 of 2,000,000 tokens, "
        "budget 0 s of 1 h 00 min"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (59.9, "59 s"), (61, "1 min 01 s"), (7260, "2 h 01 min")],
    ids=lambda value: str(value),
)
def test_times_in_words(seconds: float, words: str) -> None:
    """As exact as it matters."""
    assert panel.duration(seconds) == words


@pytest.mark.parametrize(
    ("line", "width", "coarse", "wanted"),
    [
        ("short", 9, False, "short"),
        ("much too long", 9, False, "much too…"),
        ("much too long", 9, True, "much t..."),
        ("\x1b[2J\x07a\nb\x9b", 20, False, "�[2J�a b�"),
        ("心心心心", 5, False, "心心…"),
        ("▶ x", 9, True, "? x"),
        ("abc", 1, False, "…"),
    ],
    ids=["fits", "cut", "cut-ascii", "controls", "wide", "ascii", "tiny"],
)
def test_a_line_cannot_leave_its_row(line: str, width: int, coarse: bool, wanted: str) -> None:
    """O05: no control sign, no line break, no more cells than the window has."""
    assert panel.fitted(line, width, coarse=coarse) == wanted
