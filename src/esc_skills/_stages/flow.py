"""The road on one screen: a round of evolution, arrow by arrow.

extract → distil → assemble make bank 0; then every round walks
converse → diagnose → refine → verify → promote; judge scores the arms at the end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs

from esc_skills._stages.cast import Lend
from esc_skills._stages.promote import apply_proposal, promote
from esc_skills._stages.sayings import Sayings
from esc_skills._stages.trying import Trials, wished
from esc_skills._stages.verify import Play, Seat, verify
from esc_skills.errors import BankRuleError
from esc_skills.model import FailureReport, Pair, Proposal, SkillsBank, Trace, Verdict
from esc_skills.spec import Gate, Refiner

ARROWS: tuple[str, ...] = (
    "extract",
    "distil",
    "assemble",
    "converse",
    "diagnose",
    "refine",
    "verify",
    "promote",
    "judge",
)
"""Every arrow in the order of the road."""


Rehearse = Callable[[SkillsBank, Sequence[Seat], Trials], Awaitable[tuple[Trace, ...]]]
"""Let a bank meet seekers with trial offers; traces come in seat order."""


@attrs.frozen(kw_only=True)
class Attempt:
    """A proposal and what became of it."""

    proposal: Proposal
    """What was proposed."""
    verdict: Verdict
    """What the gate, or a rule of the bank, said."""
    pairs: tuple[Pair, ...] = ()
    """What the verdict rests on."""


@attrs.frozen(kw_only=True)
class Round:
    """What one round of evolution did."""

    number: int
    """From 1."""
    report: FailureReport
    """Failures of the bank at the start of the round."""
    attempts: tuple[Attempt, ...]
    """In the order they were verified."""
    bank: SkillsBank
    """The bank at the end of the round."""


@attrs.frozen(kw_only=True)
class Evolution:
    """Who evolves a bank, and on whom."""

    refiner: Refiner
    """Finds causes and proposes."""
    gate: Gate
    """Decides."""
    refine_seats: Sequence[Seat]
    """Seekers whose traces the refiner sees."""
    verify_seats: Sequence[Seat]
    """Seekers that the refiner never sees."""
    batch: int
    """Pairs between two looks of the gate."""
    play: Play
    """How a bank meets seekers."""
    rehearse: Rehearse | None = None
    """How a bank meets the refiner's seekers with trial offers; None makes none."""
    chance: float = 0.0
    """Chance that a turn of such a conversation offers a skill on trial, 0-1."""
    said: Sayings | None = None
    """What people said in the run's corpora; no skill may repeat it (S14)."""
    promoted: Callable[[SkillsBank], None] = lambda bank: None
    """Told of every new bank."""
    decided: Callable[[Proposal, Verdict], None] = lambda proposal, verdict: None
    """Told of every verdict."""


async def attempt(
    bank: SkillsBank, proposal: Proposal, evolution: Evolution, lend: Lend
) -> tuple[Attempt, SkillsBank]:
    """Verify one proposal and promote it if the gate says so; otherwise the bank stays."""
    try:
        candidate = apply_proposal(bank, proposal, evolution.said)
    except BankRuleError as fault:
        verdict = Verdict(
            decision="reject", gate="bank-rules", vetoes=(fault.where,), reason=fault.message
        )
        verdict = attrs.evolve(verdict, proposal=proposal.id)
        evolution.decided(proposal, verdict)
        return Attempt(proposal=proposal, verdict=verdict), bank
    verdict, pairs = await verify(
        bank,
        candidate,
        gate=evolution.gate,
        seats=evolution.verify_seats,
        batch=evolution.batch,
        play=evolution.play,
        lend=lend,
    )
    verdict = attrs.evolve(verdict, proposal=proposal.id)
    evolution.decided(proposal, verdict)
    if verdict.decision == "accept":
        bank = promote(candidate, verdict)
        evolution.promoted(bank)
    return Attempt(proposal=proposal, verdict=verdict, pairs=pairs), bank


def rebase(proposal: Proposal, bank: SkillsBank) -> Proposal:
    """Aim a proposal at the bank that an earlier proposal of the round has made."""
    return attrs.evolve(proposal, bank=bank.hash)


async def _met(bank: SkillsBank, evolution: Evolution, lend: Lend) -> tuple[Trace, ...]:
    """Conversations that the refiner learns from, with trial offers where it wishes for some."""
    trials = None
    if evolution.rehearse is not None and evolution.chance:
        trials = wished(
            evolution.refiner, bank, evolution.chance, said=evolution.said, ctx=lend("refiner")
        )
    if trials is None or evolution.rehearse is None:
        return await evolution.play(bank, evolution.refine_seats)
    return await evolution.rehearse(bank, evolution.refine_seats, trials)


async def evolve_round(
    number: int,
    bank: SkillsBank,
    rejected: Sequence[Proposal],
    evolution: Evolution,
    lend: Lend,
) -> Round:
    """One round: converse, diagnose, refine, verify, promote."""
    traces = await _met(bank, evolution, lend)
    sound = tuple(trace for trace in traces if trace.ending != "fault")
    report = await evolution.refiner.diagnose(sound, bank, lend("refiner"))
    proposals = await evolution.refiner.propose(
        report, sound, bank, tuple(rejected), lend("refiner")
    )
    attempts: list[Attempt] = []
    for proposal in proposals:
        numbered = attrs.evolve(rebase(proposal, bank), round=number)
        made, bank = await attempt(bank, numbered, evolution, lend)
        attempts.append(made)
    return Round(number=number, report=report, attempts=tuple(attempts), bank=bank)
