"""The scorecard: what holds, what is broken, what was not tried, and how long it took."""

from __future__ import annotations

import time
from typing import Any

import pytest

from esc_skills.errors import ConfigError, ReplyError, UnknownPluginError
from esc_skills.model import Contrast
from esc_skills.stats import Interval
from esc_skills.testing import doubles
from esc_skills.testing.conformance import laws, on_trial
from esc_skills.testing.conformance.trials import Law
from esc_skills.testing.scorecard import UNMEANT, Scorecard, _alarm, _tried, scorecard
from esc_skills.testing.versus import Versus


def card(**changes: Any) -> Scorecard:
    facts: dict[str, Any] = {
        "role": "gate",
        "name": "count",
        "distribution": "double 1",
        "settings": {},
        "laws": tuple(_tried(law, on_trial("gate", doubles.CountGate())) for law in laws("gate")),
        "versus": Versus(why="left out"),
        "seconds": 1.0,
    }
    return Scorecard(**{**facts, **changes})


def tried(body: Any, component: Any = None) -> Any:
    law = Law(role="gate", name="made-up", sentence="It holds.", body=body)
    return _tried(law, on_trial("gate", component or doubles.CountGate()))


def test_every_law_has_a_line_with_its_state_and_time() -> None:
    """A default is loaded as a run does; all laws of its role stand there, none is broken."""
    made = scorecard("gate", "always", compare=False)
    assert [line.law for line in made.laws] == [law.name for law in laws("gate")]
    assert made.passed
    assert made.distribution.startswith("esc-skills ")
    assert all(0 <= line.seconds < 60 for line in made.laws)
    assert "left out" in list(made.lines())[-1]


def test_one_that_asks_a_model_is_tried_without_a_key() -> None:
    """Its questions are answered in their shape, and it is not compared."""
    made = scorecard("retriever", "reader")
    assert made.passed
    assert next(line for line in made.laws if line.law == "ends_when_the_run_ends").state == "pass"
    assert "it asks the model of" in made.versus.why


def test_settings_are_tried(tmp_path: Any) -> None:
    """A setting counts, a wrong one is told, and so is a name that nobody installed."""
    assert scorecard("gate", "greater", {"pairs": 3}, compare=False).settings == {"pairs": 3}
    with pytest.raises(ConfigError, match=r"pairs.*--set KEY=VALUE; esc-skills plugins show gate"):
        scorecard("gate", "greater", {"pairs": "many"}, compare=False)
    with pytest.raises(UnknownPluginError, match="did you mean"):
        scorecard("gate", "grater")


def test_a_broken_law_says_what_happened_and_what_to_do() -> None:
    """The line fails with its reason, the card does not pass, and its text shows both."""

    async def refuses(trial: Any) -> None:
        raise ConfigError("it is closed", hint="open it")

    line = tried(refuses)
    assert (line.state, line.said, line.hint) == ("fail", "it is closed", "open it")
    made = card(laws=(line,))
    assert not made.passed
    text = "\n".join(made.lines())
    assert "fail  made-up" in text
    assert "hint: open it" in text
    assert "1 laws: 1 broken" in text


def test_an_answer_without_meaning_is_not_held_against_it() -> None:
    """A component that refuses a nonsense answer is honest: not tried, and how to try it."""

    async def refuses(trial: Any) -> None:
        raise ReplyError("no such rule", hint="none")

    asking = type("Asking", (doubles.CountGate,), {"asks": (object(),)})
    assert tried(refuses).state == "fail"
    with pytest.raises(AttributeError):  # a made-up ask has no role: only its being there counts
        tried(lambda trial: _done(), asking())
    assert tried(refuses, asking()).said == UNMEANT


async def _done() -> None:
    return None


def test_code_that_never_comes_back_is_broken_into() -> None:
    """A loop without an end is told as taking too long."""
    began = time.monotonic()

    def forever() -> None:
        with _alarm(0.1):
            while time.monotonic() - began < 30:
                pass

    with pytest.raises(TimeoutError, match="longer than"):
        forever()
    assert time.monotonic() - began < 5


def test_a_component_that_breaks_at_work_does_not_pass() -> None:
    """All laws may hold, and the comparison may still show that it fails."""
    made = card(versus=Versus(default="paired", why="it ended early: broke", broke=True))
    assert all(line.state != "fail" for line in made.laws)
    assert not made.passed


def test_differences_are_told_with_interval_pairs_and_verdict() -> None:
    """The line says which way is good; a rank says that it makes nobody right."""
    gap = Contrast(
        evaluator="sage", name="emotion", arm="mine", against="theirs", better="higher",
        value=2.0, low=-1.0, high=5.0, n=40, of=40, floor=3.5, verdict="not distinguishable",
    )  # fmt: skip
    tau = Interval(value=0.5, low=0.4, high=0.6, n=30)
    held = Versus(
        default="theirs", task="seekers", contrasts=(gap,), rank=(("a.x", "b.y", tau),), lost=("z",)
    )
    text = "\n".join(card(versus=held).lines())
    assert "count against theirs: seekers" in text
    assert (
        "sage.emotion (higher is better): +2.00 [-1.00, 5.00] over 40 pairs: "
        "not distinguishable (floor 3.50)" in text
    )
    assert "a.x ranks as b.y does: tau-b 0.50 [0.40, 0.60] over 30 conversations" in text
    assert "makes neither right" in text
    assert "lost: z" in text
