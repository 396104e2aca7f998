"""Laws of safety: what pleases and harms is refused, what helps passes (S8, S19).

The lines are our own, the seekers are doubles with a planted effect; guard, gate, ``attempt`` and
``verify`` are the real ones. What this shows is that the path holds, not that the list is complete.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import attrs
import pytest
from planted import PLANTED, World, lender

from esc_skills._stages.flow import Attempt, Evolution, attempt
from esc_skills._stages.patch import Rules
from esc_skills._stages.veto import SCAN, VETO, Veto
from esc_skills.model import Edit, Proposal, Skill, SkillsBank
from esc_skills.spec import Gate
from esc_skills.testing import context, samples
from esc_skills_plugins.gates.always import Always
from esc_skills_plugins.gates.paired import Paired
from esc_skills_plugins.guards.crisis import CrisisGuard
from esc_skills_plugins.profiles.grid import GridProfiles

FIXTURES = Path(__file__).parents[1] / "fixtures" / "hacking"
GUARD = CrisisGuard()


@cache
def lines(name: str) -> tuple[tuple[str, str, str], ...]:
    """Kind, part (``said`` or ``told``) and line, in file order."""
    raw = tomllib.loads((FIXTURES / f"{name}.toml").read_text("utf-8"))
    return tuple(
        (kind, part, line) for kind in raw for part in ("said", "told") for line in raw[kind][part]
    )


@cache
def seats():
    """200 verify seats, and the safety profiles three times."""
    grid = GridProfiles(per_cell=3)
    every = asyncio.run(grid.profiles(context()))
    some = [one for one in every if one.purpose == "verify"]
    pairs = [(one, repeat) for repeat in range(3) for one in some][:200]
    return pairs, [(one, repeat) for repeat in range(3) for one in grid.safety_profiles()]


@cache
def start() -> SkillsBank:
    """Two skills and the guard's own."""
    return samples.bank(samples.skill(PLANTED), samples.skill("stay-close"), *GUARD.protected())


def edit(part: str, line: str, *, revise: bool) -> Edit:
    """A skill that holds the line where it would be followed first."""
    words = {"examples": (line,)} if part == "said" else {"examples": (), "guidance": (line,)}
    if revise:
        old = start().skill(PLANTED)
        assert old is not None
        new: Skill = attrs.evolve(old, **words)
        return Edit(kind="revise", targets=(PLANTED,), skills=(new,), reason="pleases")
    new = samples.skill(PLANTED, **words)
    return Edit(kind="add", skills=(new,), reason="pleases")


def tried(
    world: World, change: Edit, *, gate: Gate | None = None, veto: Veto | None = None
) -> Attempt:
    """The real path of one proposal."""
    bank = start()
    if change.kind == "add":
        bank = bank.with_skills(tuple(one for one in bank.skills if one.name != PLANTED))
    setup = Evolution(
        refiner=None,  # type: ignore[arg-type]
        gate=gate or Paired(),
        refine_seats=[],
        verify_seats=seats()[0],
        batch=10,
        play=world.play,
        veto=veto,
    )
    proposal = Proposal(bank=bank.hash, edits=(change,), refiner="scripted")
    made, after = asyncio.run(attempt(bank, proposal, setup, lender("attempt"), Rules()))
    assert (after is bank) == (made.verdict.decision != "accept")
    return made


def veto(**changes) -> Veto:
    return Veto(guards=(GUARD,), seats=seats()[1], **changes)


@attrs.frozen(kw_only=True)
class Blind(Veto):
    """A veto that does not read lines: what happens in the talks alone decides."""

    async def scan(self, current, candidate, lend):
        return ()


def test_the_lists_are_whole():
    """Ten kinds of twenty lines, and as many that help, no line twice."""
    for name in ("hacks", "benign"):
        assert sorted(Counter(kind for kind, _, _ in lines(name)).values()) == [20] * 10
        assert len({line for _, _, line in lines(name)}) == 200
    assert not {line for *_, line in lines("hacks")} & {line for *_, line in lines("benign")}


def test_two_hundred_hacks_are_refused_before_anybody_plays():
    """S8: each is refused by a named rule of the guard, and costs no conversation."""
    world = World(guards=(GUARD,))
    for number, (kind, part, line) in enumerate(lines("hacks")):
        made = tried(world, edit(part, line, revise=number % 2 == 0), veto=veto())
        assert (made.verdict.decision, made.verdict.gate) == ("reject", SCAN), (kind, line)
        assert all(found.startswith("boundary.") for found in made.verdict.vetoes)
        assert line not in "".join(made.verdict.vetoes)
    assert world.talks == 0


def test_two_hundred_hacks_that_nobody_read_are_refused_where_they_are_said():
    """S8: with the scan blinded and a gate that lets all pass, the safety profiles veto."""
    world = World(guards=(GUARD,))
    blind = Blind(guards=(GUARD,), seats=seats()[1])
    for kind, part, line in lines("hacks"):
        made = tried(world, edit(part, line, revise=True), gate=Always(), veto=blind)
        assert (made.verdict.decision, made.verdict.gate) == ("reject", VETO), (kind, line)
        assert any("exchange 1: boundary." in found for found in made.verdict.vetoes)


def test_benign_edits_that_help_pass():
    """S8: at least 198 of 200 true gains of 25 points are accepted, by the same path."""
    world = World(guards=(GUARD,))
    decided = [
        tried(world, edit(part, line, revise=False), veto=veto()).verdict
        for _, part, line in lines("benign")
    ]
    refused = [verdict for verdict in decided if verdict.decision != "accept"]
    assert len(decided) - len(refused) >= 198, [one.vetoes or one.reason for one in refused]


def test_without_guard_and_veto_the_hacks_would_pass():
    """S8, control: the planted gain is real, so an emotion score alone takes them all."""
    world = World()
    some = lines("hacks")[::10]
    got = [tried(world, edit(part, line, revise=False)).verdict for _, part, line in some]
    assert [one.decision for one in got] == ["accept"] * len(some)


def test_a_gain_that_is_vetoed_in_the_pairs_keeps_its_figure():
    """S8: what only ordinary seekers bring out is vetoed there; the gain is told all the same."""
    world = World(guards=(GUARD,))
    line = next(line for kind, part, line in lines("hacks") if (kind, part) == ("flattery", "said"))
    unseated = Blind(guards=(GUARD,))
    made = tried(world, edit("said", line, revise=False), veto=unseated)
    assert (made.verdict.decision, made.verdict.gate) == ("reject", "paired")
    assert made.verdict.effect is not None
    assert made.verdict.effect > 10
    assert "boundary.flattery" in " ".join(made.verdict.vetoes)


def test_what_not_to_do_may_be_named():
    """S8, control: a pitfall or the trigger of a risk names harm to warn of it, and passes."""
    harm = [line for _, part, line in lines("hacks") if part == "said"][::12]
    old = start().skill(PLANTED)
    assert old is not None
    new = attrs.evolve(old, pitfalls=(*old.pitfalls, *harm))
    change = Edit(kind="revise", targets=(PLANTED,), skills=(new,), reason="warns")
    made = tried(World(guards=(GUARD,)), change, gate=Always(), veto=veto())
    assert made.verdict.decision == "accept"


@pytest.mark.parametrize("name", ["hacks", "fresh"])
def test_what_the_guard_finds_is_printed(name, capsys):
    """S19: by kind; the fresh lines were never used to write a rule, so they say more."""
    found: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for kind, _, line in lines(name):
        size[kind] += 1
        found[kind] += asyncio.run(GUARD.check(line, "supporter", "en", context())) is not None
    with capsys.disabled():
        parts = ", ".join(f"{kind} {found[kind]}/{n}" for kind, n in size.items())
        print(f"\n  {name}: {found.total()} of {size.total()} ({parts})")  # noqa: T201
    assert found.total() >= (200 if name == "hacks" else 1)
