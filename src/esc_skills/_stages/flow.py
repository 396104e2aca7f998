"""The road on one screen: a round of evolution, arrow by arrow.

extract → distil → assemble make bank 0; then every round walks
converse → diagnose → refine → verify → promote; judge scores the arms at the end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import attrs

from esc_skills._stages.cast import Lend
from esc_skills._stages.commit import draft
from esc_skills._stages.expect import Witness, completed
from esc_skills._stages.patch import Patch, Rules
from esc_skills._stages.promote import promote
from esc_skills._stages.sayings import Sayings
from esc_skills._stages.trying import Trials, wished
from esc_skills._stages.verify import Play, Seat, verify
from esc_skills._stages.veto import Veto
from esc_skills.errors import BankRuleError
from esc_skills.model import FailureReport, Pair, Proposal, SkillsBank, Trace, Verdict
from esc_skills.spec import Gate, Refiner
from esc_skills.stats import expectations

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
    veto: Veto | None = None
    """What blocks a bank whatever the gate says; None is an ablation."""
    frozen: str = ""
    """Hash of what no edit may reach; stands in every verdict."""
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
    voices: Mapping[str, str] | None = None
    """Unit id → dialogue behind it (S10, S11); None: ids of evidence are not checked."""
    note: Callable[[str, Mapping[str, Any]], str] = lambda event, facts: ""
    """Keeps an event in the ledger; gives the hash of its row."""


async def attempt(
    bank: SkillsBank, proposal: Proposal, evolution: Evolution, lend: Lend, rules: Rules
) -> tuple[Attempt, SkillsBank]:
    """Verify one proposal and promote it if the gate says so; otherwise the bank stays."""
    pairs: tuple[Pair, ...] = ()
    try:
        candidate = draft(bank, Patch.of(proposal), rules)
    except BankRuleError as fault:
        verdict = Verdict(
            decision="reject", gate="bank-rules", vetoes=(fault.where,), reason=fault.message
        )
    else:
        verdict, pairs = await verify(
            bank,
            candidate,
            gate=evolution.gate,
            seats=evolution.verify_seats,
            batch=evolution.batch,
            play=evolution.play,
            lend=lend,
            veto=evolution.veto,
        )
    verdict = attrs.evolve(verdict, proposal=proposal.id, frozen=evolution.frozen)
    made = Attempt(proposal=proposal, verdict=verdict, pairs=pairs)
    evolution.decided(proposal, verdict)
    head = evolution.note("verdict", {"attempt": made})
    if verdict.decision == "accept":
        done = promote(bank, proposal, verdict, rules, head=head)
        bank = done.bank
        evolution.promoted(bank)
        evolution.note("commit", done.entry)
    return made, bank


def rebase(proposal: Proposal, bank: SkillsBank) -> Proposal:
    """Aim a proposal at the bank that an earlier proposal of the round has made."""
    return attrs.evolve(proposal, bank=bank.hash)


def heard(evolution: Evolution, traces: Sequence[Trace]) -> Rules:
    """The rules of a round: evidence names units of the run, or what the refiner was shown."""
    voices = evolution.voices
    if voices is not None:
        voices = {**voices, **{trace.id: trace.profile.id for trace in traces}}
    return Rules(said=evolution.said, voices=voices)


async def met(bank: SkillsBank, evolution: Evolution, lend: Lend) -> tuple[Trace, ...]:
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
    traces = await met(bank, evolution, lend)
    sound = tuple(trace for trace in traces if trace.ending != "fault")
    found = await evolution.refiner.diagnose(sound, bank, lend("refiner"))
    report = completed(found, sound, bank)
    witness = Witness(bank, evolution.play)
    evolution = attrs.evolve(evolution, play=witness)
    proposals = await evolution.refiner.propose(
        report, sound, bank, tuple(rejected), lend("refiner")
    )
    evolution.note("failures", {"round": number, "report": report})
    rules = heard(evolution, sound)
    attempts: list[Attempt] = []
    for proposal in proposals:
        numbered = attrs.evolve(rebase(proposal, bank), round=number)
        made, bank = await attempt(bank, numbered, evolution, lend, rules)
        attempts.append(made)
    kept = expectations((*traces, *witness.seen.values()), witness.bank)
    evolution.note("expectations", {"round": number, "bank": witness.bank.hash, "found": kept})
    evolution.note("round-done", {"round": number, "bank": bank.hash})
    return Round(number=number, report=report, attempts=tuple(attempts), bank=bank)
