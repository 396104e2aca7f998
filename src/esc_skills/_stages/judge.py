"""The arrow *judge*: evidence becomes scores."""

from __future__ import annotations

import attrs

from esc_skills._stages.cast import Lend, Stamp
from esc_skills.model import Evidence, Score
from esc_skills.spec import Evaluator


def readable(evaluator: Evaluator, evidence: Evidence) -> bool:
    """Whether the evidence holds something of what the evaluator reads."""
    have = {
        "traces": bool(evidence.traces),
        "responses": bool(evidence.responses),
        "bank": evidence.bank is not None,
    }
    return all(have[part] for part in evaluator.reads)


async def judge(
    evidence: Evidence,
    evaluators: tuple[Evaluator, ...],
    arm: str,
    lend: Lend,
    stamp: Stamp = lambda component: "",
) -> tuple[Score, ...]:
    """Score one arm with every evaluator that can read its evidence.

    Args:
        evidence: What there is of the arm.
        evaluators: Who scores.
        arm: Its name.
        lend: Contexts by actor.
        stamp: Names the models behind an evaluator; they become part of its scores' signatures.
    """
    scores: list[Score] = []
    for evaluator in evaluators:
        if readable(evaluator, evidence):
            made = await evaluator.score(evidence, lend(f"evaluator/{evaluator.name}"))
            model = stamp(evaluator)
            scores += [
                attrs.evolve(score, arm=arm, signature=score.signature + model) for score in made
            ]
    return tuple(scores)
