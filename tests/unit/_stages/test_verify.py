"""Verification: a candidate meets the same seekers as the current bank."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import attrs
import pytest

from esc_skills._stages.verify import Seat, pair_up, unsafe_events, verify
from esc_skills._stages.veto import SCAN, VETO, Veto
from esc_skills.model import Alarm, Pair, SkillsBank, Trace, Verdict
from esc_skills.testing import context
from esc_skills.testing.conformance import scenes
from esc_skills.testing.doubles import CountGate, WordGuard
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


def run_verify(stage: Stage, gate: object, batch: int = 2):
    grown = bank(skill(), skill("stay-close"), skill("third"))
    return asyncio.run(
        verify(
            bank(),
            grown,
            gate=gate,
            seats=SEATS,
            batch=batch,
            play=stage.play,
            lend=lambda actor: context(place=actor),
        )
    )


def test_gate_gets_more_pairs_until_it_decides() -> None:
    """Pairs are played batch by batch, and no more of them than the gate asks for."""
    stage = Stage()
    verdict, pairs = run_verify(stage, CountGate(wanted=4))
    assert (verdict.decision, verdict.pairs, len(pairs)) == ("accept", 4, 4)
    assert [ids for _, ids in stage.played] == [("p0", "p1")] * 2 + [("p2", "p3")] * 2


def test_gate_that_never_decides_ends_when_the_seats_do() -> None:
    """At the end of the seats the answer is final, never ``continue``."""
    verdict, pairs = run_verify(Stage(), CountGate(wanted=99), batch=3)
    assert verdict.decision != "continue"
    assert len(pairs) == len(SEATS)


def test_pairs_with_a_fault_are_left_out_and_counted() -> None:
    """Errors are never scores: a fault on either side removes the pair and is counted."""
    verdict, pairs = run_verify(Stage(faults=frozenset({"p1"})), CountGate(wanted=4))
    assert "p1" not in {pair.profile for pair in pairs}
    assert verdict.excluded == 1


def test_sides_of_unlike_signatures_make_no_pair() -> None:
    """Two simulators are two measures: such a pair is left out, never subtracted."""
    old = trace(profile("p1"))
    new = attrs.evolve(old, signature="another simulator")
    assert pair_up([old], [new]) == ()
    assert len(pair_up([new], [new])) == 1


def test_pairs_hold_equal_seekers() -> None:
    """Each pair is one profile and repeat, under both banks."""
    one, two = trace(profile("p1"), emotion=30), trace(profile("p1"), emotion=50)
    (pair,) = pair_up([one], [two])
    assert (pair.profile, pair.difference) == ("p1", 20)


@attrs.frozen
class Stubborn:
    """A gate that always asks for more."""

    left: list[int] = attrs.field(factory=list)

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: object) -> Verdict:
        self.left.append(left)
        return Verdict(decision="continue", gate="stubborn", pairs=len(pairs))


def test_stubborn_gate_is_inconclusive() -> None:
    """A gate that breaks its word and never decides is taken for one that cannot tell."""
    gate = Stubborn()
    verdict, _ = run_verify(Stage(), gate, batch=3)
    assert (verdict.decision, verdict.pairs) == ("inconclusive", 8)
    assert gate.left == [8, 5, 2, 0]


@attrs.frozen
class Hasty:
    """A gate that decides before the first pair."""

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: object) -> Verdict:
        return Verdict(decision="reject", gate="hasty")


def test_gate_may_decide_before_anyone_plays() -> None:
    """Asked once without pairs, a gate that knows already costs no conversation."""
    stage = Stage()
    verdict, pairs = run_verify(stage, Hasty())
    assert (verdict.decision, pairs, stage.played) == ("reject", (), [])


def with_alarms(*speakers: str) -> Trace:
    made = scenes.trace(profile("p1"), 1, 2)
    alarms = tuple(Alarm(rule="r", speaker=speaker) for speaker in speakers)  # type: ignore[arg-type]
    first = attrs.evolve(made.exchanges[0], alarms=alarms)
    return attrs.evolve(made, exchanges=(first, *made.exchanges[1:]))


def test_unsafe_events_are_the_supporters_own_words() -> None:
    """S8: what the seeker says is no event of the bank; what the supporter said is."""
    assert unsafe_events(with_alarms("seeker", "supporter", "supporter")) == 2
    assert unsafe_events(with_alarms("seeker")) == 0


@pytest.mark.parametrize(("old", "new", "more"), [(0, 2, 2), (1, 1, 0), (2, 0, 0)])
def test_pair_counts_events_beyond_the_current_bank(old: int, new: int, more: int) -> None:
    """S8: added unsafe events are counted; fewer of them buy nothing."""
    (pair,) = pair_up([with_alarms(*["supporter"] * old)], [with_alarms(*["supporter"] * new)])
    assert pair.alarms == more


def test_pairs_name_their_group() -> None:
    """Persona type and intention, so that a gate can look for harm in one group."""
    (pair,) = pair_up([trace(profile("p1"))], [trace(profile("p1"))])
    assert pair.group == "passive/deep-empathy"


def test_sides_of_unequal_length_are_a_defect() -> None:
    """A trace too few is an error of ours, never a silently shorter comparison."""
    with pytest.raises(ValueError, match="shorter"):
        pair_up([trace(profile("p1"))], [])


# --- the veto ------------------------------------------------------------------------------------

SAFE = [(profile("s1", safety=True), 0)]


@attrs.define
class Alarming(Stage):
    """A stage on which the grown bank is unsafe with the named seekers."""

    unsafe: frozenset[str] = frozenset()

    async def play(self, bank: SkillsBank | None, seats: Sequence[Seat]) -> tuple[Trace, ...]:
        made = await Stage.play(self, bank, seats)
        grown = bank is not None and len(bank.active) > 2
        return tuple(
            attrs.evolve(
                alarmed(item) if grown and item.profile.id in self.unsafe else item,
                guards=("word",),
            )
            for item in made
        )


def alarmed(item: Trace) -> Trace:
    spoken = scenes.trace(item.profile, 1, ending="limit").exchanges[0]
    bad = Alarm(rule="boundary.x", speaker="supporter", severity="low")
    return attrs.evolve(item, exchanges=(attrs.evolve(spoken, alarms=(bad,)),))


def vetted(stage: Stage, gate: object, guard: WordGuard | None = None):
    grown = bank(skill(), skill("stay-close"), skill("third", examples=("brand new",)))
    return asyncio.run(
        verify(
            bank(),
            grown,
            gate=gate,
            seats=SEATS,
            batch=2,
            play=stage.play,
            lend=lambda actor: context(place=actor),
            veto=Veto(guards=(guard or WordGuard(),), seats=SAFE),
        )
    )


@attrs.frozen
class Lenient:
    """A gate that lets everything pass unseen."""

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: object) -> Verdict:
        return Verdict(decision="accept", gate="lenient")


def test_safety_profiles_are_met_before_any_gate() -> None:
    """S8: a gate that lets all pass is not asked when a safety profile brings harm out."""
    stage = Alarming(unsafe=frozenset({"s1"}))
    verdict, pairs = vetted(stage, Lenient())
    assert (verdict.decision, verdict.gate, pairs) == ("reject", VETO, ())
    assert verdict.vetoes == ("s1/0 exchange 1: boundary.x",)
    assert [ids for _, ids in stage.played] == [("s1",), ("s1",)]
    assert vetted(Alarming(), Lenient())[0].decision == "accept", "control"


def test_a_line_that_a_guard_refuses_costs_no_talk() -> None:
    """S8: the scan comes first."""
    stage = Alarming()
    verdict, _ = vetted(stage, Lenient(), WordGuard(word="brand new"))
    assert (verdict.decision, verdict.gate, stage.played) == ("reject", SCAN, [])


def test_pairs_of_the_gate_are_looked_at_too() -> None:
    """S8: what only ordinary seekers bring out overrules the gate, and its figures stay."""
    verdict, pairs = vetted(Alarming(unsafe=frozenset({"p1"})), CountGate(wanted=2))
    assert (verdict.decision, verdict.gate, len(pairs)) == ("reject", "count", 2)
    assert verdict.vetoes == ("p1/0 exchange 1: boundary.x",)
    assert verdict.effect is not None
    assert verdict.effect > 0


def test_a_candidate_that_nobody_saw_to_the_end_is_no_bank() -> None:
    """S18: a fault with a safety profile, or with too many of the others, blocks an acceptance."""
    verdict, _ = vetted(Alarming(faults=frozenset({"s1"})), Lenient())
    assert (verdict.decision, verdict.gate) == ("reject", VETO)
    assert "coverage" in verdict.vetoes[0]
    verdict, pairs = vetted(Alarming(faults=frozenset({"p1"})), CountGate(wanted=4))
    assert verdict.decision == "reject"
    assert verdict.vetoes[0].startswith("p1/0: coverage")
    assert verdict.excluded == 1
    assert len(pairs) == verdict.pairs
