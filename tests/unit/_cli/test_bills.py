"""Plans and accounts as people read them."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._cli.bills import account_lines, cap_line, dollars, plan_lines
from esc_skills._engine.accounts import Account, Row
from esc_skills._engine.quotes import Cap, Line, Plan

LINE = Line(
    role="judge",
    model="m-1",
    backend="openai",
    calls=1200,
    most=4000,
    tokens_in=100,
    tokens_out=20,
    most_tokens=500,
    usd=1.5,
    most_usd=6.0,
    held=600,
)
PLAN = Plan(
    folder="runs/x",  # type: ignore[arg-type]
    begun=True,
    lines=(LINE,),
    caps=(Cap(name="usd", cap=2.0, spent=0.75, likely=0.75, most=5.25),),
    missing=(),
    table="genai-prices 1",
    tries=5,
    warnings=("of one family",),
    notes=("tokens are estimates",),
)
ROW = Row(
    role="judge",
    models=("m-1",),
    sent=12,
    answered=9,
    ended={"rate-limit": 2, "refused": 1},
    reused=3,
    repaired=1,
    tokens_in=1000,
    tokens_out=50,
    tokens_cached=600,
    usd=0.25,
    unpriced=0,
)
ACCOUNT = Account(rows=(ROW,), table="genai-prices 1", prefix={"m-1": 0.5})


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "unknown"), (0.0, "0.00"), (1e-9, "0.0001"), (0.5, "0.5000"), (1234.5, "1,234.50")],
)
def test_money_is_shown_to_the_cent_and_never_rounded_to_nothing(value, shown: str) -> None:
    """R40: unknown is a word; a tiny price is no zero."""
    assert dollars(value) == shown


def test_a_plan_names_calls_money_caps_and_what_is_answered() -> None:
    """A line a role, then the sum, caps, retries, notes and warnings."""
    text = "\n".join(plan_lines(PLAN))
    for part in ("1,200", "4,000", "1.50", "50%", "run.budget.usd = 2: may end early"):
        assert part in text
    assert "up to 5 times" in text
    assert "warning: of one family" in text
    assert "note: tokens are estimates" in text


def test_a_sum_with_an_unknown_part_is_a_lower_bound() -> None:
    """R40: the sum says ≥, and names the role."""
    unknown = attrs.evolve(LINE, role="seeker", usd=None, most_usd=None)
    lines = plan_lines(attrs.evolve(PLAN, lines=(LINE, unknown)))
    assert "≥ 1.50" in lines[3]
    assert any(line.startswith("price unknown: seeker") for line in lines)


def test_a_plan_without_questions_is_one_line() -> None:
    """A model-free experiment has no table."""
    assert plan_lines(attrs.evolve(PLAN, lines=())) == [
        "no component asks a model: 0 calls, 0 US dollars"
    ]


def test_a_missing_model_is_said() -> None:
    """The run would stop, and the plan says for want of which role."""
    bare = attrs.evolve(LINE, model="", backend="", usd=None, most_usd=None)
    text = "\n".join(plan_lines(attrs.evolve(PLAN, lines=(bare,), missing=("judge",))))
    assert "no model for role judge" in text
    assert "none configured" in text


def test_a_cap_that_cannot_be_planned_shows_no_figures() -> None:
    """Time and unknown prices have a verdict only."""
    cap = Cap(name="seconds", cap=60.0, spent=0.0, likely=None, most=None)
    assert cap_line(cap) == "cap run.budget.seconds = 60: cannot be planned"


def test_an_account_names_what_was_sent_for_nothing() -> None:
    """Sent, used, reused, repaired, and why the others gave no answer."""
    text = "\n".join(account_lines(ACCOUNT.plain()))
    for part in ("12", "9", "2 rate-limit, 1 refused", "600", "0.2500", "50% of the prompts"):
        assert part in text
    assert "512 bytes" in text


def test_an_account_with_unknown_prices_says_so() -> None:
    """R40: nothing known is unknown; a part known is a lower bound."""
    lost = attrs.evolve(ROW, usd=0.0, unpriced=9, reused=None)
    text = "\n".join(account_lines(attrs.evolve(ACCOUNT, rows=(lost,), table="").plain()))
    assert "paid: unknown US dollars (no price table)" in text
    assert "9 requests have no known price" in text
    assert "?" in text
    both = account_lines(attrs.evolve(ACCOUNT, rows=(ROW, lost)).plain())
    assert any("paid: ≥ 0.2500" in line for line in both)


def test_an_undeclared_role_is_said() -> None:
    """Who asked without saying so is told to the user."""
    lines = account_lines(attrs.evolve(ACCOUNT, undeclared=("muse",)).plain())
    assert lines[-1] == "role muse was asked and is declared nowhere"
