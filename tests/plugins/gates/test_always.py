"""Gate ``always``."""

from __future__ import annotations

import asyncio

from esc_skills.testing.contexts import context
from esc_skills_plugins.gates.always import Always


def test_accepts_unseen():
    """It accepts before the first pair, so that nothing is spent."""
    verdict = asyncio.run(Always().decide((), 200, context()))
    assert (verdict.decision, verdict.pairs, verdict.effect) == ("accept", 0, None)
