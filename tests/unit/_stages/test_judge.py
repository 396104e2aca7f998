"""The arrow judge: each evaluator reads what it can."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._stages.judge import judge, readable
from esc_skills.model import Evidence, Score
from esc_skills.testing import context
from esc_skills.testing.conformance.scenes import responses, traces
from esc_skills.testing.samples import bank


@attrs.frozen
class Counting:
    """An evaluator that counts what it was given."""

    name: str = "counting"
    reads: frozenset[str] = frozenset({"responses"})

    async def score(self, evidence: Evidence, ctx: object) -> tuple[Score, ...]:
        n = len(evidence.responses)
        place = str(getattr(ctx, "place", ""))
        return (Score(evaluator=self.name, name=place, value=n, n=n, of=n, signature="v1"),)


def lend(actor: str) -> object:
    return context(place=actor)


FULL = Evidence(traces=traces(), responses=responses(), bank=bank())


def test_evaluator_is_asked_only_for_what_it_can_read() -> None:
    """No responses, no response-level score: never a zero."""
    assert asyncio.run(judge(Evidence(), (Counting(),), "none", lend)) == ()
    (score,) = asyncio.run(judge(FULL, (Counting(),), "static", lend))
    assert (score.arm, score.value) == ("static", len(responses()))


def test_model_behind_an_evaluator_stands_in_its_signatures() -> None:
    """What answers a judge is part of what its figures mean; others keep their own signature."""
    stamps = {"asking": "|judge=openai:x[temperature=0]"}
    both = (Counting(), Counting(name="asking"))
    made = asyncio.run(judge(FULL, both, "x", lend, lambda one: stamps.get(one.name, "")))
    assert [score.signature for score in made] == ["v1", "v1|judge=openai:x[temperature=0]"]


@pytest.mark.parametrize("part", ["traces", "responses", "bank"])
def test_every_part_that_is_read_must_be_there(part: str) -> None:
    """One missing part of several is enough to leave an evaluator out."""
    empty = {"traces": (), "responses": (), "bank": None}
    less = attrs.evolve(FULL, **{part: empty[part]})
    every = Counting(reads=frozenset(empty))
    assert readable(every, FULL)
    assert not readable(every, less)
    assert readable(Counting(reads=frozenset(empty) - {part}), less)


def test_empty_bank_is_evidence_too() -> None:
    """A bank without skills can be scored; no bank cannot."""
    reader = Counting(reads=frozenset({"bank"}))
    assert readable(reader, Evidence(bank=bank().with_skills(())))
    assert not readable(reader, Evidence())


def test_scores_come_in_the_order_of_evaluators_each_with_its_own_context() -> None:
    """Every evaluator draws chance of its own, and every score gets the arm."""
    made = asyncio.run(judge(FULL, (Counting("b"), Counting("a")), "evolved", lend))
    assert [score.evaluator for score in made] == ["b", "a"]
    assert [score.name for score in made] == ["evaluator/b", "evaluator/a"]
    assert {score.arm for score in made} == {"evolved"}
