"""Caps are reserved before a request goes out."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from esc_skills._engine.asking import Model
from esc_skills._engine.budgets import ROOM, Budget, Caps, estimate, room
from esc_skills._engine.pricing import Prices
from esc_skills._store.journal import Ending, Intent, Journal
from esc_skills.errors import BudgetExceeded, ConfigError
from esc_skills.spec import Completion, Request
from esc_skills_plugins.backends.scripted import ScriptedBackend

MODEL = Model(backend=ScriptedBackend(), name="m")
REQUEST = Request(
    model="m", system="s" * 40, messages=(("user", "u" * 400),), settings=(("max_tokens", 90),)
)
PRICES = Prices(own={"m": (1e6, 1e6)})
"""One dollar a token."""


@pytest.mark.parametrize(
    ("caps", "fit"),
    [(Caps(calls=3), 3), (Caps(tokens=450), 2), (Caps(usd=650.0), 3), (Caps(), 9)],
)
def test_every_cap_stops_before_the_call_that_passes_it(caps: Caps, fit: int) -> None:
    """R39: calls, tokens and money are reserved; none is ever passed."""
    budget = Budget(caps=caps, prices=PRICES)
    for _ in range(fit):
        budget.reserve(REQUEST, MODEL, estimate(REQUEST))
    if caps != Caps():
        with pytest.raises(BudgetExceeded) as caught:
            budget.reserve(REQUEST, MODEL, estimate(REQUEST))
        assert "raise run.budget." in caught.value.hint
        assert caught.value.exit_code == 4
    assert budget.calls == fit


def test_time_is_capped() -> None:
    """R39: after the seconds are over nothing more goes out."""
    now = [0.0]
    budget = Budget(caps=Caps(seconds=10), clock=lambda: now[0])
    budget.reserve(REQUEST, MODEL, 1)
    now[0] = 11.0
    with pytest.raises(BudgetExceeded, match="10 seconds"):
        budget.reserve(REQUEST, MODEL, 1)


def test_what_was_used_takes_the_place_of_what_was_reserved() -> None:
    """Usage is booked exactly; without usage the reservation stays and the price is unknown."""
    budget = Budget(prices=PRICES)
    hold = budget.reserve(REQUEST, MODEL, 110)
    assert (budget.tokens, budget.usd) == (200, pytest.approx(200.0))
    completion = Completion(text="x", tokens_in=50, tokens_out=7)
    assert budget.settle(hold, completion, MODEL) == pytest.approx(57.0)
    assert (budget.tokens, budget.usd) == (57, pytest.approx(57.0))
    second = budget.reserve(REQUEST, MODEL, 110)
    assert budget.settle(second, Completion(text="x"), MODEL) is None
    assert (budget.tokens, budget.unpriced) == (257, 1)
    budget.release(budget.reserve(REQUEST, MODEL, 110), sent=False)
    assert (budget.calls, budget.tokens) == (2, 257)


def test_money_cannot_be_capped_without_a_price() -> None:
    """R40: exit 2 before anything is sent, and also at the call itself."""
    budget = Budget(caps=Caps(usd=1.0))
    for act in (lambda: budget.check([MODEL]), lambda: budget.reserve(REQUEST, MODEL, 1)):
        with pytest.raises(ConfigError, match="price of 'm' is unknown") as caught:
            act()
        assert caught.value.exit_code == 2
    Budget().check([MODEL])


def test_a_resumed_budget_knows_what_was_spent(tmp_path: Path) -> None:
    """A second process goes on counting where the first was killed."""
    journal = Journal(tmp_path / "journal.sqlite")
    rows = journal.write([Intent(key="k", role="r", place="p", model="m")] * 2)
    journal.write([], [Ending(id=rows[0], state="done", tokens_in=5, tokens_out=2, usd=0.5)])
    budget = Budget.resumed(Caps(calls=2), journal)
    assert attrs.astuple(budget.caps)[0] == budget.calls == 2
    assert (budget.tokens, budget.usd, budget.unpriced) == (7, 0.5, 1)
    with pytest.raises(BudgetExceeded):
        budget.reserve(REQUEST, MODEL, 1)


def test_room_and_prompt_are_estimated() -> None:
    """Four ASCII letters a token, three bytes of Chinese; the answer's room from the settings."""
    assert estimate(REQUEST) == 110
    assert estimate(attrs.evolve(REQUEST, messages=(("user", "你好吗"),))) == 13
    assert room(REQUEST) == 90
    assert room(attrs.evolve(REQUEST, settings=())) == ROOM


def test_what_other_processes_spend_is_counted(tmp_path: Path) -> None:
    """Calls and tokens of all, and what is reserved here; without a cap nobody looks."""
    journal = Journal(tmp_path / "journal.sqlite")
    mine, free = Budget(caps=Caps(tokens=1000), prices=PRICES), Budget()
    hold = mine.reserve(REQUEST, MODEL, estimate(REQUEST))
    rows = journal.write([Intent(key=key, role="r", place="p", model="m") for key in "ab"])
    journal.write([], [Ending(id=rows[0], state="done", tokens_in=30, tokens_out=20, usd=50.0)])
    for budget in (mine, free):
        budget.refresh(journal)
    assert (mine.calls, mine.tokens, mine.usd) == (2, 50 + hold.tokens, 50.0 + hold.tokens)
    assert (free.calls, free.tokens) == (0, 0)
    mine.release(hold)
    mine.refresh(journal)
    assert (mine.tokens, mine.held_tokens, mine.held_usd) == (50, 0, 0.0)
