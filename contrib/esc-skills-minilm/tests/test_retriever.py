"""Retriever ``minilm``."""

from __future__ import annotations

import asyncio
import pickle

import attrs
import pytest
from esc_skills_minilm.retriever import MiniLMRetriever

import esc_skills
from esc_skills.model import Condition, Effect, Moment, SeekerState, Skill, SkillsBank, Turn
from esc_skills.testing import conformance, context
from esc_skills.testing.samples import bank, protected_skill, skill, state

UNREAD = SeekerState(scenario="", label="")
PROBE = {
    "cooling-off": (
        "Let an angry person move before they speak.",
        "The seeker is furious.",
        ("my blood boils when he grins at me", "I could throw a plate at the wall"),
    ),
    "good-nights": (
        "Find a way back to sleep.",
        "The seeker suffers from insomnia.",
        ("I toss and turn until dawn", "four in the morning and my eyes are wide open"),
    ),
    "paying-debts": (
        "Put debts in order.",
        "The seeker owes money.",
        ("the bank wants its loan back and my wallet is empty", "I can't afford the rent"),
    ),
    "after-a-death": (
        "Keep company in mourning.",
        "Somebody close has died.",
        ("we buried my brother on monday", "her chair at the table stays empty since the funeral"),
    ),
    "first-friends": (
        "Find company in a new place.",
        "The seeker is lonely.",
        ("nobody ever calls me", "I spend every weekend by myself"),
    ),
    "calm-in-panic": (
        "Slow breathing in a panic attack.",
        "The seeker panics.",
        ("my heart races and I can't get air", "I shake all over and think I'm dying"),
    ),
}
"""A probe of this package's own: overview, condition, and lines in other words."""


def find(found, asked, **settings):
    """Matches of a bank for a moment."""

    async def go():
        index = await MiniLMRetriever(**settings).index(found, context())
        return await index.search(asked, context())

    return asyncio.run(go())


def said(text, seen=UNREAD):
    """A moment after one message."""
    return Moment(history=(Turn(speaker="seeker", text=text),), state=seen)


def probed():
    """The bank of the probe."""
    skills = [
        Skill(
            name=name, overview=facts[0], applies=(Condition(words=facts[1]),), guidance=("Go on.",)
        )
        for name, facts in PROBE.items()
    ]
    return SkillsBank(licences=("Apache-2.0",)).with_skills(tuple(skills))


def test_it_hears_paraphrase():
    """The mean reciprocal rank over lines in other words is 0.75 or more; chance gives 0.41."""
    found, shares = probed(), []
    for name, (_, _, lines) in PROBE.items():
        for line in lines:
            offered = [match.skill for match in find(found, said(line), k=6, floor=-100)]
            shares.append(1 / (1 + offered.index(name)))
    assert sum(shares) / len(shares) >= 0.75


def test_it_abstains():
    """What is about none of the skills is offered none."""
    assert find(probed(), said("the train leaves from platform two")) == ()
    assert find(SkillsBank(), said("hello")) == ()


def test_conditions_and_records_count():
    """Conditions bar and bring points, records count; every one of them can be switched off."""
    effect = Effect(group="all", value=4, n=90, low=3, high=5)
    one = bank(attrs.evolve(skill(), effects=(effect,)))
    asked, low = said("anything", state()), {"floor": -100}
    full = find(one, asked, **low)[0].score
    assert full - find(one, asked, condition_weight=0, **low)[0].score == pytest.approx(1.0)
    assert full - find(one, asked, effect_weight=0, **low)[0].score == pytest.approx(3.6)
    assert full != find(one, asked, state_weight=0, **low)[0].score
    barred = said("anything", state(label="angry"))
    assert find(one, barred, **low) == ()
    assert len(find(one, barred, respect_conditions=False, **low)) == 1


def test_protected_skill_keeps_to_its_conditions():
    """In a crisis the protected skill leads; elsewhere it is not offered, in no setting."""
    found = bank(skill(), protected_skill())
    crisis = find(found, said("sleep", state(label="in-crisis")), k=1)
    assert [match.skill for match in crisis] == ["crisis-first"]
    calm = find(found, said("sleep", state()), respect_conditions=False, floor=-100)
    assert "crisis-first" not in [match.skill for match in calm]


def test_keeps_the_promise_of_its_role():
    """The conformance suite finds nothing, also after a journey to another process."""
    conformance.check("retriever", MiniLMRetriever())
    assert pickle.loads(pickle.dumps(MiniLMRetriever(k=2))) == MiniLMRetriever(k=2)


def test_an_experiment_chooses_it(tmp_path):
    """A run on sample data takes skills from it; the catalogue knows whose it is."""
    few = {"use": "grid", "intentions": ["deep-empathy"]}
    experiment = {
        "profiles": [few],
        "retriever": {"use": "minilm", "k": 2},
        "evolve": {"rounds": 0},
        "run": {"seed": 13},
    }
    done = esc_skills.run(experiment, out=tmp_path / "run")
    assert done.scores
    traces = (path.read_text("utf-8") for path in (tmp_path / "run" / "traces").rglob("*.jsonl"))
    assert any("similar in meaning" in text for text in traces)
