"""Retriever ``none``."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings

from esc_skills.testing import context, strategies
from esc_skills_plugins.retrievers.none import NoRetriever


@settings(max_examples=20, deadline=None)
@given(strategies.banks(), strategies.moments())
def test_always_abstains(found, moment):
    """Whatever the bank and the moment, nothing is offered."""

    async def go():
        index = await NoRetriever().index(found, context())
        return await index.search(moment, context())

    assert asyncio.run(go()) == ()
