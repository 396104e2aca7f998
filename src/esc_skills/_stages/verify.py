"""The arrow *verify*: a candidate meets the same seekers as the current bank."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs

from esc_skills._stages.cast import Lend
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
) -> tuple[Verdict, tuple[Pair, ...]]:
    """Play pairs until the gate decides or the seats run out.

    Args:
        current: The bank in use.
        candidate: The bank that a proposal makes.
        gate: Who decides.
        seats: Verify profiles with repeats, in the order they are used.
        batch: Pairs played between two looks of the gate.
        play: How a bank meets seekers.
        lend: Contexts by actor.

    Returns:
        The verdict, never ``continue``, and the pairs it rests on.
    """
    pairs: tuple[Pair, ...] = ()
    used = 0
    verdict = await gate.decide(pairs, len(seats), lend("gate"))
    while verdict.decision == "continue" and used < len(seats):
        some = seats[used : used + batch]
        used += len(some)
        pairs += pair_up(await play(current, some), await play(candidate, some))
        verdict = await gate.decide(pairs, len(seats) - used, lend("gate"))
    if verdict.decision == "continue":
        verdict = attrs.evolve(verdict, decision="inconclusive", reason="no seats were left")
    return attrs.evolve(verdict, pairs=len(pairs), excluded=used - len(pairs)), pairs
