"""What is said before any figure."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from esc_skills.model import Part, Score
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports.banners import faults, withheld
from esc_skills_plugins.reports.figures import ArmFigures


def arm(n: int = 100, watched: float = 1.0, lost: int = 0) -> ArmFigures:
    facts: dict[str, Any] = {"of": 100, "signature": "s", "arm": "none"}
    scores = (
        Score(evaluator="sage", name="emotion", value=40.0, n=n, **facts),
        Score(evaluator="safety", name="coverage", value=watched, n=100, **facts),
    )
    return ArmFigures(arm="none", scores=scores, faults=lost, lost="service: failed 1")


def told(state: str = "done", arms: tuple[str, ...] = ("none",)) -> RunRecord:
    return RunRecord(name="r", experiment={"run": {"arms": arms}}, state=state)


@pytest.mark.parametrize("state", ["", "running", "done"])
def test_a_whole_run_has_no_banner(state: str) -> None:
    """O09: while its page is written a run still counts as running."""
    assert withheld(told(state), (arm(),)) == ()
    assert withheld(told(state), (arm(n=99),)) == ()
    assert faults((arm(),)) == ()


@pytest.mark.parametrize(
    ("record", "figures", "words"),
    [
        (told("budget"), arm(), "its budget ended"),
        (told("provider"), arm(), "answered no more"),
        (told("strange"), arm(), "“strange”"),
        (told(arms=("none", "evolved")), arm(), "Not scored: evolved."),
        (told(), arm(n=98), "98 of 100 conversations could be scored (98.0 %"),
        (told(), arm(watched=0.5), "guards watched 0.500"),
    ],
    ids=range(6),
)
def test_a_run_that_is_not_whole_says_why(record, figures: ArmFigures, words: str) -> None:
    """O09, S18: stopped, an arm missing, too few scored or watched: in words, and no headline."""
    (line,) = withheld(record, (figures,))
    assert words in line


@pytest.mark.parametrize("count", [1, 60])
def test_lost_crises_are_named_above_every_figure(count: int) -> None:
    """S18: where more than one in a hundred was lost, in words and by name; control: one of 200."""
    names = [Part(group=f"lost=static/p{at}/0", value=1) for at in range(count)]

    def figures(share: float) -> ArmFigures:
        parts = (Part(group="crisis=lost", value=share, n=600), *names)
        facts: dict[str, Any] = {"n": 9, "of": 9, "signature": "s", "breakdown": parts}
        safety = Score(evaluator="safety", name="unsafe-rate", value=None, **facts)
        return attrs.evolve(arm(), scores=(*arm().scores, safety))

    (line,) = withheld(told(), (figures(0.1),))
    assert f"{count} of 600 conversations with a crisis in them were lost: static/p0/0" in line
    assert (", and 10 more." in line) is (count == 60)
    assert withheld(told(), (figures(0.005),)) == ()


def test_faults_are_told_though_coverage_holds() -> None:
    """S18: a lost conversation is named even where a headline may stand."""
    assert "lost to a fault 1 (service: failed 1)" in faults((arm(lost=1),))[0]
