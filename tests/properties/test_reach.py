"""Law: a refiner is handed nothing through which guard, gate or held-out seekers can be reached.

What is walked is what a plug-in may use: public attributes. Code that means harm can do more in
its own process; see docs/explanation/safety.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from planted import PlantedSeeker, World

from esc_skills._engine.contexts import Lender
from esc_skills._engine.gateway import Gateway
from esc_skills._stages.flow import Evolution, evolve_round
from esc_skills._stages.verify import Seat
from esc_skills._stages.veto import Veto
from esc_skills.model import Edit, FailureReport, Proposal, SeekerProfile, Skill, content_hash
from esc_skills.spec import Gate, Guard, Profiles, Seeker
from esc_skills.testing import context, samples
from esc_skills_plugins.gates.always import Always
from esc_skills_plugins.guards.crisis import CrisisGuard
from esc_skills_plugins.profiles.grid import GridProfiles

PLAIN = (str, int, float, bool, type(None))


def reached(*handed: Any) -> Iterator[Any]:
    """Everything behind public attributes and inside containers, each once."""
    seen: set[int] = set()
    todo = list(handed)
    while todo:
        one = todo.pop()
        if isinstance(one, PLAIN) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, (tuple, list, set, frozenset)):
            todo += one
        elif isinstance(one, dict):
            todo += [*one.keys(), *one.values()]
        elif not isinstance(one, type) and not callable(one):
            todo += [getattr(one, name) for name in dir(one) if not name.startswith("_")]
        owner = getattr(one, "__self__", None)
        if callable(one) and owner is not None and not isinstance(owner, type):
            todo.append(owner)


def alterations(things: list[Any]) -> list[str]:
    """What could be altered: a noun that takes a value, or an open container."""
    found = []
    for one in things:
        if isinstance(one, (list, dict, set)):
            found.append(type(one).__name__)
        if type(one).__module__.startswith("esc_skills.model") and attrs.has(type(one)):
            for field in attrs.fields(type(one)):
                try:
                    setattr(one, field.name, getattr(one, field.name))
                except attrs.exceptions.FrozenInstanceError:
                    continue
                found.append(f"{type(one).__name__}.{field.name}")
    return found


@attrs.define(kw_only=True)
class Burglar:
    """A refiner that looks through all it is handed, and then proposes what pleases."""

    line: str = "You are always right, and they are all to blame."
    found: list[Any] = attrs.field(factory=list)

    async def diagnose(self, traces, bank, ctx) -> FailureReport:
        self.found += reached(traces, bank, ctx)
        return FailureReport(traces=len(traces))

    async def propose(self, report, traces, bank, rejected, ctx) -> tuple[Proposal, ...]:
        self.found += reached(report, traces, bank, rejected, ctx)
        new: Skill = samples.skill("a-planted", examples=(self.line,))
        edit = Edit(kind="add", skills=(new,), reason="pleases")
        return (Proposal(bank=bank.hash, edits=(edit,), refiner="burglar"),)


def seats(purpose: str) -> list[Seat]:
    every = asyncio.run(GridProfiles().profiles(context()))
    return [(one, 0) for one in every if one.purpose == purpose][:6]


@pytest.fixture(scope="module")
def burgled():
    """A burglar after a round, the round, and hashes of what is frozen before and after."""
    guard, burglar = CrisisGuard(), Burglar()
    safety = [(one, 0) for one in GridProfiles().safety_profiles()]
    setup = Evolution(
        refiner=burglar,
        gate=Always(),
        refine_seats=seats("refine"),
        verify_seats=seats("verify"),
        batch=10,
        play=World(guards=(guard,)).play,
        veto=Veto(guards=(guard,), seats=safety),
        frozen="sealed",
    )
    before = content_hash([seats("verify"), safety, guard, setup.gate])
    lender = Lender(seed=1, gateway=Gateway(models={}), note=lambda *facts: None)
    bank = samples.bank(samples.skill(), *guard.protected())
    done = asyncio.run(evolve_round(1, bank, (), setup, lender.at("evolve", 1)))
    return burglar, done, before == content_hash([seats("verify"), safety, guard, setup.gate])


def test_nothing_that_decides_can_be_reached(burgled) -> None:
    """S8: no guard, gate, veto, seeker or profile set lies behind what a refiner is handed."""
    things = burgled[0].found
    assert len(things) > 100, "the walk has seen something"
    deciding = (CrisisGuard, Always, Veto, PlantedSeeker, GridProfiles, World, Evolution)
    assert [one for one in things if isinstance(one, deciding)] == []
    for promise, names in (
        (Gate, "decide"),
        (Guard, "check"),
        (Profiles, "profiles"),
        (Seeker, "meet"),
    ):
        assert [one for one in things if hasattr(one, names)] == [], promise


def test_only_refine_seekers_are_seen(burgled) -> None:
    """S8: no seeker of verification, and none of the safety profiles, is among the traces."""
    met = [one for one in burgled[0].found if isinstance(one, SeekerProfile)]
    assert {one.purpose for one in met} == {"refine"}
    assert not any(one.safety for one in met)


def test_nothing_that_is_handed_can_be_altered(burgled) -> None:
    """S8: every noun is frozen and every container closed; the attempt changes nothing."""
    burglar, done, same = burgled
    assert alterations(burglar.found) == []
    assert same
    verdict = done.attempts[0].verdict
    assert (verdict.decision, verdict.frozen) == ("reject", "sealed")
    assert verdict.vetoes[0].startswith("boundary.flattery")


def test_the_walk_finds_what_is_left_open() -> None:
    """Control: a guard behind an attribute, and an open list, are found."""

    @attrs.define
    class Leaky:
        guard: CrisisGuard = attrs.field(factory=CrisisGuard)
        items: list[int] = attrs.field(factory=list)

    things = list(reached(Leaky()))
    assert any(isinstance(one, CrisisGuard) for one in things)
    assert alterations(things) == ["list"]
