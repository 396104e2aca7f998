"""Retriever ``random``."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import Moment
from esc_skills.testing import context, strategies
from esc_skills.testing.samples import bank, protected_skill, skill, state
from esc_skills_plugins.retrievers.random import RandomRetriever


def search(found, moment, k, seed):
    """Matches drawn with a seed."""

    async def go():
        index = await RandomRetriever(k=k).index(found, context())
        return await index.search(moment, context(seed))

    return asyncio.run(go())


@settings(max_examples=40, deadline=None)
@given(strategies.banks(), strategies.moments(), st.integers(1, 4), st.integers(0, 99))
def test_laws_for_any_bank(found, moment, k, seed):
    """Active skills only, each once, as many as asked for or all; equal seeds draw alike."""
    first = search(found, moment, k, seed)
    names = [match.skill for match in first]
    assert set(names) <= {item.name for item in found.active}
    assert len(set(names)) == len(names)
    ordinary = [item for item in found.active if not item.protected]
    assert min(k, len(ordinary)) <= len(names) <= k
    assert first == search(found, moment, k, seed)


def test_every_skill_has_its_chance():
    """Over many seeds each skill is drawn, also one whose conditions do not fit."""
    found = bank(*(skill(f"s-{n}") for n in range(5)))
    moment = Moment(history=(), state=state(label="angry"))
    drawn = {search(found, moment, 1, seed)[0].skill for seed in range(60)}
    assert len(drawn) == 5


def test_protected_skill_is_offered_when_it_fits():
    """S6: the lot never decides about a protected skill; its conditions do."""
    found = bank(skill(), protected_skill())
    crisis = search(found, Moment(history=(), state=state(label="in-crisis")), 1, 1)
    assert [match.skill for match in crisis] == ["crisis-first"]
    calm = {search(found, Moment(history=(), state=state()), 2, n)[0].skill for n in range(20)}
    assert calm == {"listen-first"}
