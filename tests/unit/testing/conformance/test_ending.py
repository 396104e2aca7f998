"""Negative controls: who goes on when it should end is caught by the law that forbids it."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.model import Reply
from esc_skills.spec import ROLES, Ask, Completion, Prompt
from esc_skills.testing import conformance, doubles
from esc_skills.testing.conformance.ending import CALLS
from esc_skills.testing.conformance.trials import EVERY_ROLE, STATUTES
from esc_skills.testing.obliging import Obliging, obliged

QUESTION = Prompt(system="Be kind.", task="Reply.")
LEFT: list[asyncio.Task[Any]] = []
"""Keeps what a careless component leaves running from being collected."""


@attrs.frozen(kw_only=True)
class Asking:
    """A responder that asks a model, with a switch for every fault."""

    name: ClassVar[str] = "asking"
    summary: ClassVar[str] = "asks for every reply"
    asks: ClassVar[tuple[Ask, ...]] = (Ask(role="responder", per="reply", prompt=QUESTION),)
    fault: str = ""

    async def prepare(self, bank: Any, units: Any, ctx: Any) -> Any:
        return Answering(fault=self.fault)


@attrs.frozen(kw_only=True)
class Answering:
    fault: str

    async def reply(self, moment: Any, matches: Any, ctx: Any) -> Any:
        if self.fault == "leaves":
            LEFT.append(asyncio.ensure_future(asyncio.sleep(3600)))
        ending = {"deaf": BaseException, "stubborn": Exception, "clumsy": Exception}
        try:
            text = await ctx.ask("responder", QUESTION, into=str)
        except ending.get(self.fault, KeyError) as end:
            if self.fault == "clumsy" and end.__class__.__name__ != "BudgetExceeded":
                raise ValueError("no words") from end
            if self.fault == "clumsy":
                raise
            text = "I see."
        return Reply(text=text, strategy="Question")


@attrs.frozen(kw_only=True)
class Slow(Obliging):
    """A backend that hears no cancellation."""

    name: ClassVar[str] = "slow"

    async def complete(self, request: Any) -> Completion:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            return Completion(text="anyway")
        return Completion(text="late")


def broken(role: str, component: Any) -> dict[str, str]:
    found = conformance.faults(role, component, lend=obliged())
    return dict(item.split(": ", 1) for item in found)


def test_without_a_fault_nothing_is_broken() -> None:
    """The control of the controls: one that asks a model, and lets every end through."""
    assert broken("responder", Asking()) == {}


@pytest.mark.parametrize(
    ("fault", "law", "told"),
    [
        ("deaf", "can_be_cancelled", "went on and answered"),
        ("deaf", "ends_when_the_run_ends", "it went on"),
        ("stubborn", "ends_when_the_run_ends", "it went on"),
        ("clumsy", "outlives_a_silent_model", "ValueError"),
        ("leaves", "can_be_cancelled", "still running"),
    ],
)
def test_each_fault_is_caught(fault: str, law: str, told: str) -> None:
    """The law that forbids it says what happened."""
    assert told in broken("responder", Asking(fault=fault))[law]


def test_a_backend_that_hears_no_cancellation_is_caught() -> None:
    """A call that is cancelled may not answer after all."""
    law = next(one for one in STATUTES if one.name == "can_be_cancelled")
    assert "went on" in law.fault(conformance.on_trial("backend", Slow()))


def test_an_executor_is_cancelled_with_its_jobs() -> None:
    """Jobs that wait end with it."""
    assert "can_be_cancelled" not in broken("executor", doubles.OneByOne())


def test_every_role_has_a_piece_of_work() -> None:
    """No role is left out."""
    assert list(CALLS) == list(ROLES)


def test_who_asks_nobody_is_told_to_be_not_tried() -> None:
    """A law about models says nothing of a component without one."""
    trial = conformance.on_trial("guard", doubles.WordGuard())
    made = [
        one for one in STATUTES if one.role == EVERY_ROLE and one.name.startswith(("ends", "out"))
    ]
    assert [one.outcome(trial).state for one in made] == ["skip", "skip"]
    assert {one.outcome(trial).said for one in made} == {"it asks no model"}
