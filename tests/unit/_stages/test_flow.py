"""Rounds of evolution, arrow by arrow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import attrs

from esc_skills._stages.flow import ARROWS, Evolution, evolve_round
from esc_skills._stages.sayings import Sayings
from esc_skills._stages.verify import Seat
from esc_skills.model import Edit, FailureReport, Proposal, SkillsBank, Trace
from esc_skills.testing import context
from esc_skills.testing.doubles import CountGate
from esc_skills.testing.samples import bank, profile, skill

SEATS = [(profile(f"p{number}"), 0) for number in range(8)]


def trace(who: object, *, emotion: int = 40, ending: str = "limit") -> Trace:
    seated = attrs.evolve(who, start_emotion=emotion)
    return Trace(id=f"a/{seated.id}/0", profile=seated, arm="a", ending=ending)


@attrs.define
class Stage:
    """Plays a bank by counting its active skills: more skills, happier seekers."""

    played: list[tuple[int, tuple[str, ...]]] = attrs.field(factory=list)
    faults: frozenset[str] = frozenset()

    async def play(self, bank: SkillsBank | None, seats: Sequence[Seat]) -> tuple[Trace, ...]:
        worth = len(bank.active) if bank else 0
        self.played.append((worth, tuple(who.id for who, _ in seats)))
        return tuple(
            trace(who, emotion=40 + worth, ending="fault" if who.id in self.faults else "limit")
            for who, _ in seats
        )


def lend(actor: str) -> object:
    return context(place=actor)


@attrs.frozen(kw_only=True)
class Grower:
    """A refiner that proposes fixed edits and remembers what it was shown."""

    edits: tuple[tuple[Edit, ...], ...]
    shown: list[str]

    async def diagnose(self, traces, bank, ctx) -> FailureReport:
        self.shown.extend(item.profile.id for item in traces)
        return FailureReport(traces=len(traces))

    async def propose(self, report, traces, bank, rejected, ctx) -> tuple[Proposal, ...]:
        return tuple(Proposal(bank=bank.hash, edits=some) for some in self.edits)


def run_round(edits, stage: Stage | None = None, said: Sayings | None = None):
    shown: list[str] = []
    told: list[object] = []
    setup = Evolution(
        refiner=Grower(edits=edits, shown=shown),
        gate=CountGate(wanted=2),
        refine_seats=[(profile("r1"), 0), (profile("r2"), 0)],
        verify_seats=SEATS,
        batch=2,
        play=(stage or Stage()).play,
        said=said,
        promoted=told.append,
    )
    done = asyncio.run(evolve_round(1, bank(), (), setup, lend))
    return done, shown, told


ADD = Edit(kind="add", skills=(skill("third"),), reason="missing")
RETIRE = Edit(kind="retire", targets=("stay-close",), reason="unused")
ABSURD = Edit(kind="retire", targets=("nobody",), reason="absurd")


def test_round_promotes_what_verification_bears_out() -> None:
    """An edit that helps is promoted and told of; one that harms leaves the bank as it is."""
    done, _, told = run_round(((ADD,), (RETIRE,)))
    assert [item.verdict.decision for item in done.attempts] == ["accept", "reject"]
    assert [item.name for item in done.bank.active] == ["listen-first", "stay-close", "third"]
    assert told == [done.bank]


def test_later_proposals_of_a_round_start_from_the_promoted_bank() -> None:
    """B19: a second proposal is aimed at the bank that the first one made."""
    done, _, _ = run_round(((ADD,), (RETIRE,)))
    assert done.attempts[1].proposal.bank == done.bank.hash


def test_refiner_sees_refine_seekers_only() -> None:
    """No verify profile ever reaches the refiner."""
    _, shown, _ = run_round(((ADD,),))
    assert shown == ["r1", "r2"]


def test_absurd_proposal_costs_no_conversation() -> None:
    """B18: a proposal that breaks a bank rule is rejected before anyone plays, and noted."""
    stage = Stage()
    done, _, _ = run_round(((ABSURD,),), stage)
    verdict = done.attempts[0].verdict
    assert (verdict.decision, verdict.gate, verdict.vetoes) == (
        "reject",
        "bank-rules",
        ("bank.target",),
    )
    assert len(stage.played) == 1


def test_copied_sentence_is_refused_and_stands_in_the_ledger() -> None:
    """S14, B20: an edit in a person's words is refused before anyone plays; the round goes on."""
    words = "nobody in this house has asked me a single question since the funeral"
    copied = Edit(kind="add", skills=(skill("third", examples=(words,)),), reason="missing")
    stage = Stage()
    done, _, told = run_round(((copied,), (RETIRE,)), stage, Sayings(lambda: [words]))
    assert [item.verdict.vetoes for item in done.attempts] == [("S14",), ()]
    assert done.attempts[0].verdict.gate == "bank-rules"
    assert (told, done.bank) == ([], bank())
    done, _, _ = run_round(((copied,),))
    assert done.attempts[0].verdict.decision == "accept"


def test_faults_never_reach_the_refiner() -> None:
    """Conversations that ended in a fault are no evidence of anything."""
    _, shown, _ = run_round(((ADD,),), Stage(faults=frozenset({"r1"})))
    assert shown == ["r2"]


def test_arrows_are_named_in_road_order() -> None:
    """The list of arrows is the road's own order."""
    assert ARROWS.index("extract") < ARROWS.index("distil") < ARROWS.index("verify")
    assert len(set(ARROWS)) == len(ARROWS)


@attrs.frozen(kw_only=True)
class Trier(Grower):
    """A refiner that wants one skill tried."""

    def trials(self, bank: SkillsBank, ctx: object) -> tuple[object, ...]:
        return (skill("trial-third", life="candidate"),)


def rehearsed(refiner: Grower, chance: float) -> tuple[list[object], list[tuple[int, object]]]:
    """What was tried in a round, and who played without trials."""
    tried: list[object] = []
    stage = Stage()

    async def rehearse(bank, seats, trials):
        tried.append(trials)
        return tuple(trace(who) for who, _ in seats)

    setup = Evolution(
        refiner=refiner,
        gate=CountGate(wanted=2),
        refine_seats=[(profile("r1"), 0)],
        verify_seats=SEATS,
        batch=2,
        play=stage.play,
        rehearse=rehearse,
        chance=chance,
    )
    asyncio.run(evolve_round(1, bank(), (), setup, lend))
    return tried, stage.played


def test_a_refiner_that_wants_trials_gets_them_on_its_own_seekers() -> None:
    """The refiner's talks hold trials; verification plays without them."""
    shown: list[str] = []
    tried, played = rehearsed(Trier(edits=((ADD,),), shown=shown), 0.5)
    assert [[one.name for one in made.skills] for made in tried] == [["trial-third"]]
    assert shown == ["r1"]
    assert all("r1" not in who for _, who in played)


def test_trials_are_an_arm_that_can_be_switched_off() -> None:
    """At chance 0, or with a refiner that wants none, the refiner's talks are ordinary ones."""
    for refiner, chance in ((Trier(edits=(), shown=[]), 0.0), (Grower(edits=(), shown=[]), 0.5)):
        tried, played = rehearsed(refiner, chance)
        assert tried == []
        assert [who for _, who in played] == [("r1",)]
