"""The arms of a run, scored on report profiles and on held-out dialogues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from esc_skills._engine.contexts import Lender
from esc_skills._engine.theatre import Theatre
from esc_skills._stages.judge import judge
from esc_skills._stages.verify import Seat
from esc_skills.model import Dialogue, Evidence, Score, SkillsBank, Trace
from esc_skills.stats import paired_difference

Arms = Mapping[str, SkillsBank | None]
"""Arm name → its bank; None is the no-skills arm."""


def differences(traces: Mapping[str, Sequence[Trace]]) -> tuple[Score, ...]:
    """Paired differences of final emotion between arms: the later arm minus the earlier one.

    Args:
        traces: By arm, in seat order; the same seats in every arm.
    """
    scores = []
    for first, second in combinations(traces, 2):
        pairs = [
            (old, new)
            for old, new in zip(traces[first], traces[second], strict=True)
            if "fault" not in (old.ending, new.ending)
        ]
        signatures = sorted({trace.signature for pair in pairs for trace in pair})
        if not pairs or len(signatures) > 1:
            continue
        found = paired_difference(
            [old.emotion for old, _ in pairs],
            [new.emotion for _, new in pairs],
            clusters=[old.profile.id for old, _ in pairs],
        )
        scores.append(
            Score(
                evaluator="paired",
                name="emotion-difference",
                value=found.value,
                n=len(pairs),
                of=len(traces[first]),
                low=found.low,
                high=found.high,
                signature=f"paired:v1|by=profile,repeat|{signatures[0]}",
                arm=f"{second}-{first}",
            )
        )
    return tuple(scores)


async def score_talks(
    theatre: Theatre, arms: Arms, seats: Sequence[Seat], lender: Lender
) -> tuple[Score, ...]:
    """Let every arm meet the same seekers, and score what happened."""
    traces: dict[str, tuple[Trace, ...]] = {}
    scores: tuple[Score, ...] = ()
    for arm, bank in arms.items():
        traces[arm] = await theatre.play(bank, seats, f"score/{arm}")
        evidence = Evidence(traces=traces[arm], bank=bank)
        talkers = tuple(item for item in theatre.crew.evaluators if "responses" not in item.reads)
        scores += await judge(evidence, talkers, arm, lender.at("score"))
    return scores + differences(traces)


async def score_responses(
    theatre: Theatre,
    arms: Arms,
    dialogues: Sequence[Dialogue],
    lender: Lender,
    *,
    see_situation: bool,
) -> tuple[Score, ...]:
    """Let every arm answer held-out dialogues, and score the answers."""
    readers = tuple(item for item in theatre.crew.evaluators if "responses" in item.reads)
    scores: tuple[Score, ...] = ()
    for arm, bank in arms.items() if dialogues and readers else ():
        responses = await theatre.answer(bank, dialogues, see_situation=see_situation)
        evidence = Evidence(responses=responses, bank=bank)
        scores += await judge(evidence, readers, arm, lender.at("score"))
    return scores
