"""Refiner ``tally``: diagnosis and proposals over whole conversations."""

from __future__ import annotations

import asyncio

import attrs
import pytest
from drafted import apply_proposal
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import Edit, FailureReport
from esc_skills.testing import context, strategies
from esc_skills.testing.conformance.scenes import fault_trace, mixed_bank, trace, traces
from esc_skills.testing.samples import bank, profile, skill, state
from esc_skills_plugins.refiners.tally import TallyRefiner

ACTIONS = ("explore-feelings", "validate", "suggest-step", "praise", "")
STATES = ("worried", "grieving", "angry", "in-crisis", "")
SKILLS = ("listen-first", "stay-close", "crisis-first", "unknown")


def refine(talks, found, rejected=(), **settings):
    """Report and proposals."""
    refiner = TallyRefiner(**settings)

    async def go():
        report = await refiner.diagnose(talks, found, context())
        return report, await refiner.propose(report, talks, found, rejected, context())

    return asyncio.run(go())


@st.composite
def talks(draw):
    """Conversations over few states, actions and skills, so that patterns appear."""
    made = []
    for number in range(draw(st.integers(1, 6))):
        who = profile(
            f"r{number}",
            purpose="refine",
            persona_type=draw(st.sampled_from(("negative", "passive", "avoidant"))),
            intention=draw(st.sampled_from(("deep-empathy", "practical-advice"))),
        )
        deltas = draw(st.lists(st.integers(-10, 10), min_size=1, max_size=8))
        used = draw(st.sets(st.sampled_from(SKILLS), max_size=2))
        talk = trace(who, *deltas, skills=tuple(sorted(used)))
        items = [
            attrs.evolve(
                item,
                state=state(label=draw(st.sampled_from(STATES))),
                reply=attrs.evolve(item.reply, action=draw(st.sampled_from(ACTIONS))),
            )
            for item in talk.exchanges
        ]
        made.append(attrs.evolve(talk, exchanges=tuple(items)))
    return tuple(made)


def harmful(action="explore-feelings", used=("listen-first",), count=4):
    """Conversations in which an action loses."""
    seekers = [profile(f"r{n}", purpose="refine") for n in range(count)]
    return tuple(trace(who, -5, -4, -6, skills=used) for who in seekers)


def test_report_counts_what_it_saw():
    """Faults are not looked at; failures stand in trace order."""
    report, _ = refine(traces(), mixed_bank())
    assert report.traces == len(traces()) - 1
    order = [talk.id for talk in traces()]
    places = [(order.index(one.trace), one.exchange) for one in report.failures]
    assert places == sorted(places)
    assert report.failures


def test_nothing_to_learn_from():
    """Without sound traces there is no failure and no proposal."""
    report, proposals = refine((fault_trace(),), bank())
    assert report == FailureReport()
    assert proposals == ()


@settings(max_examples=80, deadline=None)
@given(talks(), st.sampled_from([mixed_bank(), bank(), bank(skill(applies=()))]))
def test_proposals_are_well_formed(played, found):
    """Law: every proposal applies cleanly to the bank it names, touches no protected skill,
    keeps every risk, stays within its limits, and names traces as evidence.
    """
    report, proposals = refine(played, found, min_n=2, retire_after=5, max_edits=2)
    ids = {talk.id for talk in played}
    assert all(one.trace in ids for one in report.failures)
    assert len(proposals) <= 3
    touched = [name for one in proposals for edit in one.edits for name in edit.targets]
    assert len(set(touched)) == len(touched)
    assert "crisis-first" not in touched
    for proposal in proposals:
        assert 1 <= len(proposal.edits) <= 2
        made = apply_proposal(found, proposal)
        for old in found.skills:
            new = made.skill(old.name)
            merged = any(
                edit.kind == "merge" and old.name in edit.targets for edit in proposal.edits
            )
            assert merged or new is not None
            assert new is None or merged or set(old.risks) <= set(new.risks)
        for edit in proposal.edits:
            assert isinstance(edit, Edit)
            assert edit.reason.endswith(".")
            assert set(edit.evidence) <= ids
            assert edit.evidence or edit.kind == "merge"


@settings(max_examples=30, deadline=None)
@given(talks())
def test_same_traces_same_proposals(played):
    """Law: equal traces and bank give equal reports and proposals."""
    assert refine(played, mixed_bank(), min_n=2) == refine(played, mixed_bank(), min_n=2)


@settings(max_examples=30, deadline=None)
@given(talks())
def test_it_runs_out_of_ideas(played):
    """Law: when a gate refuses everything, proposals never repeat and come to an end."""
    rejected: tuple = ()
    seen: set[str] = set()
    for _ in range(30):
        _, proposals = refine(played, mixed_bank(), rejected, min_n=2)
        if not proposals:
            break
        assert not seen & {one.id for one in proposals}
        seen |= {one.id for one in proposals}
        rejected += proposals
    else:
        pytest.fail("it never stops proposing")


@settings(max_examples=20, deadline=None)
@given(strategies.banks(), st.lists(strategies.traces(), max_size=2))
def test_any_traces_and_bank_are_borne(found, played):
    """Law: no bank and no traces make it fail."""
    once = {talk.id: talk for talk in played}
    refine(tuple(once.values()), found, min_n=2)


def test_switches():
    """Each of the three kinds can be switched off for an ablation."""
    off = {"use_missing": False, "use_unsafe": False, "use_profile": False}
    played = (*traces(), *harmful(used=()))
    ids = {talk.id: talk for talk in played}
    assert refine(tuple(ids.values()), mixed_bank())[0].failures
    assert refine(tuple(ids.values()), mixed_bank(), **off)[0].failures == ()
    assert refine(tuple(ids.values()), mixed_bank(), max_proposals=0)[1] == ()


def test_crises_teach_nothing():
    """M18: replies to a crisis never become guidance."""
    played = tuple(
        attrs.evolve(
            talk,
            exchanges=tuple(
                attrs.evolve(item, state=state(label="in-crisis")) for item in talk.exchanges
            ),
        )
        for talk in harmful()
    )
    assert refine(played, mixed_bank())[1] == ()


def test_a_harmful_skill_is_set_aside():
    """A skill that loses with everyone is proposed for quarantine, with its numbers."""
    good = tuple(
        trace(profile(f"g{n}", purpose="refine"), 3, 3, 3, skills=("stay-close",)) for n in range(4)
    )
    _, proposals = refine((*harmful(), *good), mixed_bank())
    kinds = {edit.targets: edit for one in proposals for edit in one.edits}
    assert kinds[("listen-first",)].kind == "quarantine"
    assert "n=12" in kinds[("listen-first",)].reason
