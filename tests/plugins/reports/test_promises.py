"""Causes and kept promises as lines of a page."""

from __future__ import annotations

from esc_skills.model import Condition, ExpectedOutcome, Rate, Risk
from esc_skills.spec import RunRecord
from esc_skills.stats import expectations
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill
from esc_skills_plugins.reports.html import Html
from esc_skills_plugins.reports.markdown import Markdown
from esc_skills_plugins.reports.promises import (
    cause_lines,
    looked_at,
    promise_lines,
    promised,
    share,
)

WARNED = skill("warned", risks=(Risk(trigger="in worry", when=Condition(states=("worried",))),))
BANK = bank(WARNED, skill("unused", risks=()))
CAUSE = {
    "cause": "sad/advise",
    "kind": "missing-skill",
    "n": 5,
    "lapses": 2,
    "profiles": ["p1", "p2"],
    "skills": [],
    "trace": "t1",
    "exchange": 3,
}


def record() -> RunRecord:
    talks = (
        trace(profile("a"), 2, -1, skills=("warned",)),
        trace(profile("b"), 1, ending="fault"),
    )
    row = {"event": "failures", "round": 1, "report": {"causes": [CAUSE]}}
    return RunRecord(
        name="r",
        experiment={},
        banks=(BANK,),
        ledger=(row,),
        expectations=expectations(talks, BANK),
    )


def test_a_cause_names_seekers_lapses_and_an_example() -> None:
    """Across how many seekers, how many were lapses, and where to look."""
    (line,) = cause_lines(record())
    assert (line.cause, line.n, line.seekers, line.lapses) == ("sad/advise", 5, 2, "2 of 5")
    assert (line.skills, line.where) == ("none", "t1, exchange 3")


def test_promises_stand_beside_what_came_of_them() -> None:
    """Kept one of two; the risk fell once; a skill without uses has a dash and no zero."""
    unused, warned = promise_lines(record())
    assert (unused.uses, unused.kept) == (0, "–")
    assert warned.kept.startswith("0.500 [")
    assert warned.kept.endswith("1 of 2")
    assert "fell 0.500" in warned.risks[0]
    assert "1 of them ended by a fault" in looked_at(record())


def test_an_old_record_has_no_such_lines() -> None:
    """A ledger without causes and a run without conversations show nothing."""
    old = RunRecord(name="r", experiment={}, ledger=({"event": "failures", "report": {}},))
    assert (cause_lines(old), promise_lines(old), looked_at(old)) == ((), (), "")


def test_words_of_a_promise() -> None:
    """No figure means any rise; a figure and changes are told as they are."""
    assert promised(ExpectedOutcome()) == "emotion rises"
    assert promised(ExpectedOutcome(changes=("calms",), least_gain=2)) == (
        "emotion +2 or more or calms"
    )
    assert share(Rate()) == "–"


def test_both_pages_show_them() -> None:
    """Page and tables name the cause, the promise and its share."""
    page, text = Html().page(record()), Markdown().text(record())
    assert all(word in page for word in ("Why talks failed", "sad/advise", "1 of 2"))
    assert all(word in text for word in ("## Causes of failures", "sad/advise", "## Promises"))
