"""Plans: what is declared, multiplied and priced; laws stand in tests/properties/test_plans.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from esc_skills._engine.planning import plan
from esc_skills._engine.quotes import Line
from esc_skills.errors import ConfigError, UsageError

PRICED = {"use": "openai", "model": "m", "price": {"input": 1.0, "output": 2.0}}
SMALL: Mapping[str, Any] = {
    "responder": "plain",
    "models": {"responder": PRICED},
    "profiles": {"use": "grid", "intentions": ["deep-empathy"], "persona_types": ["passive"]},
    "evaluators": ["sage"],
    "evolve": {"rounds": 0},
    "talk": {"limit": 10},
    "run": {"repeats": 1},
}
"""Two arms, one seeker: twenty supporter turns at most."""


def only(raw: Mapping[str, Any], role: str = "responder", **facts: Any) -> Line:
    """The line of a role."""
    made = {line.role: line for line in plan(raw, **facts).lines}
    return made[role]


def test_a_model_free_experiment_costs_nothing(tmp_path) -> None:
    """No line at all, so nothing can be mistaken for free calls."""
    made = plan(out=tmp_path / "run")
    assert made.lines == ()
    assert made.usd == 0


def test_calls_are_turns_times_questions(tmp_path) -> None:
    """Two talks of eight expected turns; at most all ten, each asked twice and repaired twice.

    The probe of the one remote model stands in its own role.
    """
    line = only(SMALL, out=tmp_path / "run")
    assert line.calls == 16 + 1
    assert line.most == 2 * 10 * 2 * 2 + 2
    assert line.usd == pytest.approx((line.tokens_in + 2 * line.tokens_out) / 1e6, rel=1e-3)
    assert line.most_usd > line.usd


def test_a_cap_on_answers_bounds_the_most(tmp_path) -> None:
    """``max_tokens`` is what a provider may write at most, so the plan's most goes down with it."""
    short = {**PRICED, "sampling": {"max_tokens": 64}}
    capped = only({**SMALL, "models": {"responder": short}}, out=tmp_path / "run")
    free = only(SMALL, out=tmp_path / "run")
    assert capped.most == free.most
    assert capped.most_tokens < free.most_tokens
    assert capped.tokens_out < free.tokens_out


def test_an_unknown_price_is_said_and_makes_a_money_cap_fail(tmp_path) -> None:
    """R40: unknown is None, never 0, and a money cap beside it is warned of."""
    raw = {**SMALL, "models": {"default": {"use": "openai", "model": "model-of-nobody"}}}
    made = plan({**raw, "run": {"repeats": 1, "budget": {"usd": 1.0}}}, out=tmp_path / "run")
    assert made.unknown == ("default", "responder")
    assert made.caps[0].verdict == "cannot be planned"
    assert "the run would stop" in made.warnings[0]


def test_a_role_without_a_model_is_missing(tmp_path) -> None:
    """The run would stop at the first question; the plan says so before."""
    made = plan({**SMALL, "models": {}}, out=tmp_path / "run")
    assert made.missing == ("responder",)
    assert made.unknown == ("responder",)


def test_caps_are_held_against_the_plan(tmp_path) -> None:
    """R39: every cap of the budget appears; time cannot be planned."""
    budget = {"calls": 17, "tokens": 10**9, "usd": 1e-6, "seconds": 5}
    made = plan({**SMALL, "run": {"repeats": 1, "budget": budget}}, out=tmp_path / "run")
    assert {cap.name: cap.verdict for cap in made.caps} == {
        "calls": "may end early",
        "tokens": "fits",
        "usd": "ends early",
        "seconds": "cannot be planned",
    }


def test_another_run_in_the_folder_is_refused(small_run) -> None:
    """R13: a plan never tells another run's answers as its own."""
    with pytest.raises(UsageError, match="another run"):
        plan(SMALL, out=small_run)


def test_a_component_that_asks_while_planning_is_told(tmp_path) -> None:
    """Nobody answers during a plan; the error names the role and what to add."""
    from esc_skills._engine.loop import complete
    from esc_skills._engine.planning import Silent
    from esc_skills.spec import Prompt

    asked = Silent(models={}).ask("muse", Prompt(system="", task=""), into=str, place="profiles")
    with pytest.raises(ConfigError, match="'muse'") as told:
        complete(asked)
    assert "asks" in told.value.hint


def test_one_model_family_is_warned_of(tmp_path) -> None:
    """A judge of the seeker's and responder's family favours its own kind."""
    raw = {**SMALL, "seeker": "sage", "evaluators": ["sage", "judge"]}
    raw["models"] = {"default": {**PRICED, "model": "gpt-4o-mini"}}
    assert any("family" in line for line in plan(raw, out=tmp_path / "run").warnings)


def test_no_model_sdk_is_imported_for_a_plan() -> None:
    """A plan needs no key, no SDK and no network."""
    code = (
        f"import sys; from esc_skills._engine.planning import plan; made = plan({SMALL!r}); "
        "assert made.lines; "
        "print([name for name in ('openai', 'anthropic', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_plan_refuses_what_the_run_would(tmp_path) -> None:
    """O08: a file, or a folder of other things, in the place of the run folder."""
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    for taken, why in ((tmp_path, "other things"), (tmp_path / "thesis.txt", "Not a directory")):
        with pytest.raises(UsageError, match=why):
            plan(SMALL, out=taken)
