"""The arrow *judge*: evidence becomes scores."""

from __future__ import annotations

import attrs

from esc_skills._stages.cast import Lend
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
    evidence: Evidence, evaluators: tuple[Evaluator, ...], arm: str, lend: Lend
) -> tuple[Score, ...]:
    """Score one arm with every evaluator that can read its evidence."""
    scores: list[Score] = []
    for evaluator in evaluators:
        if readable(evaluator, evidence):
            made = await evaluator.score(evidence, lend(f"evaluator/{evaluator.name}"))
            scores.extend(attrs.evolve(score, arm=arm) for score in made)
    return tuple(scores)
