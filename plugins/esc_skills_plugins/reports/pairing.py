"""Two runs on the same seekers: who makes a pair, and what may be said of the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum
from typing import Literal

import attrs

from esc_skills.model import INTENTIONS, PERSONA_TYPES, Score, Trace
from esc_skills.spec import RunRecord
from esc_skills.stats import losses_differ, paired_difference

Seat = tuple[str, int]
"""Profile id and repeat."""
Kind = Literal["persona_type", "intention"]

LEVEL = 0.05
"""Of the test whether both runs lost conversations at one rate."""
MEASURE = "emotion-difference"
"""Name of the figure: final emotion in B less final emotion in A."""


@attrs.frozen(kw_only=True)
class Pair:
    """One seeker and repeat in both runs."""

    left: Trace
    """Conversation of run A."""
    right: Trace
    """Conversation of run B."""

    @property
    def difference(self) -> int:
        """Final emotion in B less that in A."""
        return self.right.emotion - self.left.emotion

    @property
    def seat(self) -> Seat:
        """Profile id and repeat."""
        return self.left.profile.id, self.left.repeat

    @property
    def broken(self) -> bool:
        """Whether a fault ended one of the two talks."""
        return _lost((self.left, self.right)) > 0


@attrs.frozen(kw_only=True)
class Group:
    """One kind of seeker under both runs."""

    name: str
    """Persona type or intention."""
    left: float
    """Mean final emotion in A."""
    right: float
    """Mean final emotion in B."""
    score: Score
    """The difference with its interval."""


@attrs.frozen(kw_only=True)
class Pairing:
    """What two runs have in common, and what they have not."""

    arm: str
    """Arm whose conversations are paired; empty when the runs share none."""
    pairs: tuple[Pair, ...] = ()
    """In order of seats."""
    alone: tuple[tuple[Seat, ...], tuple[Seat, ...]] = ((), ())
    """Seats that only A has, and only B."""
    strangers: tuple[Seat, ...] = ()
    """Seats of one name where the two profiles differ: other people, so no pairs."""
    broken: tuple[Seat, ...] = ()
    """Shared seats where a fault ended one of the talks: in no figure."""
    lost: tuple[int, int] = (0, 0)
    """Conversations over the shared seats that ended in a fault, in A and in B."""
    score: Score | None = None
    """The difference over all pairs; None without pairs."""
    why: str = ""
    """Why no verdict may be given; empty when one may."""

    @property
    def verdict(self) -> str:
        """Word on run B, as ``Score.claim`` has it; empty when a verdict is refused."""
        return "" if self.why or self.score is None else self.score.claim


def paired(left: RunRecord, right: RunRecord) -> Pairing:
    """Pair two runs seeker by seeker, in the ``evolved`` arm or else the last that both have."""
    arm = shared_arm(left, right)
    mine, theirs = seats(left, arm), seats(right, arm)
    both = [seat for seat in mine if seat in theirs]
    strangers = tuple(seat for seat in both if mine[seat].profile != theirs[seat].profile)
    odd = frozenset(strangers)
    ended = [Pair(left=mine[seat], right=theirs[seat]) for seat in both if seat not in odd]
    lost = _lost(pair.left for pair in ended), _lost(pair.right for pair in ended)
    whole = tuple(pair for pair in ended if not pair.broken)
    return Pairing(
        arm=arm,
        pairs=whole,
        alone=(_only(mine, theirs), _only(theirs, mine)),
        strangers=strangers,
        broken=tuple(pair.seat for pair in ended if pair.broken),
        lost=lost,
        score=difference(whole) if whole else None,
        why=_unlike(whole) or _losses(lost, len(ended)),
    )


def shared_arm(left: RunRecord, right: RunRecord) -> str:
    """``evolved`` where both runs have it, else the last arm that both have, else empty."""
    theirs = {trace.arm for trace in right.traces}
    both = [arm for arm in dict.fromkeys(one.arm for one in left.traces) if arm in theirs]
    return "evolved" if "evolved" in both else next(reversed(both), "")


def seats(record: RunRecord, arm: str) -> dict[Seat, Trace]:
    """Conversations of an arm by seat, in order of seats."""
    mine = {(one.profile.id, one.repeat): one for one in record.traces if one.arm == arm}
    return dict(sorted(mine.items()))


def difference(pairs: Sequence[Pair]) -> Score:
    """Mean difference of final emotion, B less A, clustered by seeker."""
    found = paired_difference(
        [pair.left.emotion for pair in pairs],
        [pair.right.emotion for pair in pairs],
        clusters=[pair.left.profile.id for pair in pairs],
    ).rounded()
    return Score(
        evaluator="paired",
        name=MEASURE,
        value=found.value,
        n=found.n,
        of=len(pairs),
        low=found.low,
        high=found.high,
        signature=pairs[0].left.signature,
        better="higher",
    )


def groups(pairs: Sequence[Pair], kind: Kind) -> tuple[Group, ...]:
    """The pairs by persona type or by intention, in the taxonomy's order."""
    names = PERSONA_TYPES if kind == "persona_type" else INTENTIONS
    parts = {
        name: [pair for pair in pairs if getattr(pair.left.profile, kind) == name] for name in names
    }
    return tuple(
        Group(
            name=name,
            left=_mean(pair.left.emotion for pair in some),
            right=_mean(pair.right.emotion for pair in some),
            score=difference(some),
        )
        for name, some in parts.items()
        if some
    )


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return round(fsum(every) / len(every), 6)


def _lost(traces: Iterable[Trace]) -> int:
    return sum(trace.ending == "fault" for trace in traces)


def _only(mine: dict[Seat, Trace], theirs: dict[Seat, Trace]) -> tuple[Seat, ...]:
    return tuple(seat for seat in mine if seat not in theirs)


def _unlike(pairs: Sequence[Pair]) -> str:
    """Says in which parts signatures differ; empty when all pairs were measured alike."""
    odd = [pair for pair in pairs if pair.left.signature != pair.right.signature]
    if not odd:
        return ""
    one, two = (side.signature.split("|") for side in (odd[0].left, odd[0].right))
    gaps = [[part for part in one if part not in two], [part for part in two if part not in one]]
    told = " against ".join(", ".join(parts) or "nothing" for parts in gaps)
    return f"the two runs measured differently (signatures of {len(odd)} pairs differ: {told})"


def _losses(lost: tuple[int, int], due: int) -> str:
    if losses_differ(lost[0], due, lost[1], due) >= LEVEL:
        return ""
    told = " against ".join(f"{gone} of {due}" for gone in lost)
    return f"the two runs lost unlike shares of their conversations to faults: {told}"
