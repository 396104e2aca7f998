"""Causes and expectations that the kernel adds to a refiner's report."""

from __future__ import annotations

import asyncio

from esc_skills._stages.expect import Witness, completed
from esc_skills.model import Failure, FailureReport
from esc_skills.stats import expectations
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill


def test_a_report_gets_causes_by_seeker_and_checks() -> None:
    """Two conversations of one seeker are one profile; checks are those of the same traces."""
    talk = trace(profile("a"), -1, skills=("listen-first",))
    failure = Failure(kind="missing-skill", trace=talk.id, exchange=0, cause="worried/ask")
    found = completed(FailureReport(failures=(failure,), traces=1), (talk,), bank())
    assert found.causes[0].profiles == ("a",)
    assert found.checks == expectations((talk,), bank()).checks
    assert found.failures == (failure,)


def test_a_witness_keeps_the_talks_of_its_bank_alone() -> None:
    """Conversations of a candidate and of no bank are played and not kept; each once."""
    other = bank(skill("other"))

    async def play(held, seats):
        return tuple(trace(who, 1) for who, _ in seats)

    witness = Witness(bank(), play)
    for held in (bank(), other, None, bank()):
        assert len(asyncio.run(witness(held, [(profile("a"), 0)]))) == 1
    assert len(witness.seen) == 1
