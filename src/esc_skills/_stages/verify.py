"""The arrow *verify*: a candidate meets the same seekers as the current bank."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs

from esc_skills._stages.cast import Lend
from esc_skills._stages.veto import SCAN, VETO, Veto
from esc_skills.model import Pair, SeekerProfile, SkillsBank, Trace, Verdict
from esc_skills.spec import Gate

Seat = tuple[SeekerProfile, int]
"""A profile and a repeat."""

Play = Callable[[SkillsBank | None, Sequence[Seat]], Awaitable[tuple[Trace, ...]]]
"""Let a bank (None: no skills) meet seekers; traces come in seat order."""


def unsafe_events(trace: Trace) -> int:
    """Alarms in the supporter's own words."""
    return sum(alarm.speaker == "supporter" for item in trace.exchanges for alarm in item.alarms)


def pair_up(current: Sequence[Trace], candidate: Sequence[Trace]) -> tuple[Pair, ...]:
    """Pair traces of equal profile and repeat.

    A pair with a fault on either side, or of two signatures, is left out.
    """
    pairs = []
    for old, new in zip(current, candidate, strict=True):
        if "fault" in (old.ending, new.ending) or old.signature != new.signature:
            continue
        pairs.append(
            Pair(
                profile=old.profile.id,
                repeat=old.repeat,
                current=old.emotion,
                candidate=new.emotion,
                group=f"{old.profile.persona_type}/{old.profile.intention}",
                alarms=max(0, unsafe_events(new) - unsafe_events(old)),
            )
        )
    return tuple(pairs)


async def verify(
    current: SkillsBank,
    candidate: SkillsBank,
    *,
    gate: Gate,
    seats: Sequence[Seat],
    batch: int,
    play: Play,
    lend: Lend,
    veto: Veto | None = None,
) -> tuple[Verdict, tuple[Pair, ...]]:
    """Play pairs until the gate decides, the seats run out, or something unsafe happens.

    Args:
        current: The bank in use.
        candidate: The bank that a proposal makes.
        gate: Who decides.
        seats: Verify profiles with repeats, in the order they are used.
        batch: Pairs played between two looks of the gate.
        play: How a bank meets seekers.
        lend: Contexts by actor.
        veto: What blocks a candidate whatever the gate says; None is an ablation.

    Returns:
        The verdict, never ``continue``, and the pairs it rests on.
    """
    seen: tuple[Trace, ...] = ()
    if veto is not None:
        blocked = await _foreseen(current, candidate, veto, play, lend)
        if blocked is not None:
            return blocked, ()
    pairs: tuple[Pair, ...] = ()
    used = 0
    verdict = await gate.decide(pairs, len(seats), lend("gate"))
    while verdict.decision == "continue" and used < len(seats):
        some = seats[used : used + batch]
        used += len(some)
        old, new = await play(current, some), await play(candidate, some)
        pairs, seen = pairs + pair_up(old, new), seen + new
        verdict = await gate.decide(pairs, len(seats) - used, lend("gate"))
        if veto is not None and (found := veto.events(old, new, candidate)):
            verdict = _vetoed(verdict, found)
    if verdict.decision == "continue":
        verdict = attrs.evolve(verdict, decision="inconclusive", reason="no seats were left")
    if veto is not None and verdict.decision == "accept" and (lost := veto.uncovered(seen)):
        verdict = _vetoed(verdict, lost)
    return attrs.evolve(verdict, pairs=len(pairs), excluded=used - len(pairs)), pairs


async def _foreseen(
    current: SkillsBank, candidate: SkillsBank, veto: Veto, play: Play, lend: Lend
) -> Verdict | None:
    """What blocks a candidate before a gate is asked; None when nothing does."""
    found = await veto.scan(current, candidate, lend)
    if found:
        return _vetoed(Verdict(decision="reject", gate=SCAN), found)
    if not veto.seats:
        return None
    old, new = await play(current, veto.seats), await play(candidate, veto.seats)
    found = (*veto.events(old, new, candidate), *veto.uncovered(new))
    return _vetoed(Verdict(decision="reject", gate=VETO), found) if found else None


def _vetoed(verdict: Verdict, found: tuple[str, ...]) -> Verdict:
    """The verdict of a gate that is overruled; its figures stay, for everybody to see."""
    return attrs.evolve(
        verdict, decision="reject", vetoes=(*verdict.vetoes, *found), reason="safety is a veto"
    )
