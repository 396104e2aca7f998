"""Retriever ``hybrid``."""

from __future__ import annotations

import asyncio
from math import isfinite

import pytest
from hypothesis import given, settings
from probing import UNREAD, mrr, probe, whole

from esc_skills.errors import ConfigError
from esc_skills.model import Condition, Moment, SkillsBank, Turn
from esc_skills.testing import conformance, context, strategies
from esc_skills.testing.samples import bank, protected_skill, skill, state
from esc_skills_plugins.retrievers.bm25 import BM25Retriever
from esc_skills_plugins.retrievers.dense import DenseRetriever
from esc_skills_plugins.retrievers.hybrid import HybridRetriever

PROBE = probe("probe")


def find(retriever, found, asked):
    """Matches of a retriever."""

    async def go():
        index = await retriever.index(found, context())
        return await index.search(asked, context())

    return asyncio.run(go())


def said(text, seen=UNREAD):
    """A moment after one message."""
    return Moment(history=(Turn(speaker="seeker", text=text),) if text else (), state=seen)


def general(name, overview):
    """A skill without conditions."""
    return skill(name, overview=overview, applies=(), guidance=("Go on.",), examples=())


ANY = bank(general("sleep", "Nights without sleep."), general("money", "Debts and bills."))


@pytest.mark.parametrize("kind", ["lines", "chinese"])
def test_no_worse_than_meaning_alone(kind):
    """On lines that share no word with their skill, the list of words does no harm."""
    lines = PROBE.lines[kind]
    fused, dense = (mrr(whole(one), PROBE.bank, lines) for one in (HybridRetriever, DenseRetriever))
    assert fused >= dense


def test_words_settle_what_means_the_same():
    """Two skills of one meaning: the one whose very word was said comes first."""
    twins = bank(
        general("zolpidem-plan", "Sleep medicine Zolpidem."),
        general("doxepin-plan", "Sleep medicine Doxepin."),
    )
    for word in ("Zolpidem", "Doxepin"):
        found = find(HybridRetriever(), twins, said(f"they gave me {word} against insomnia"))
        assert found[0].skill.startswith(word.lower())


def test_a_why_names_both_ranks():
    """The why says where the skill stands in either list, and by which words."""
    found = find(HybridRetriever(), ANY, said("debts keep me awake at night"))
    by_name = {match.skill: match.why for match in found}
    assert by_name["money"].endswith("by words (debts)")
    assert all("by meaning, rank" in why for why in by_name.values())


@settings(max_examples=25, deadline=None)
@given(strategies.banks(), strategies.moments())
def test_with_one_list_it_is_that_list(found, moment):
    """With the other weight at 0, the order is that of ``dense`` or of ``bm25``."""
    pairs = (
        (HybridRetriever(k=50, lexical_weight=0), DenseRetriever(k=50)),
        (HybridRetriever(k=50, dense_weight=0), BM25Retriever(k=50)),
    )
    for fused, alone in pairs:
        got, expected = find(fused, found, moment), find(alone, found, moment)
        assert {match.skill for match in got} == {match.skill for match in expected}
        ranked = {match.skill: match.score for match in expected}
        ordered = [ranked[match.skill] for match in got]
        assert ordered == sorted(ordered, reverse=True)
        assert all(isfinite(match.score) for match in got)


def test_abstains_where_both_lists_do():
    """Nothing shared and nothing near: no offer; near or shared: an offer."""
    assert find(HybridRetriever(), ANY, said("the train leaves from platform two")) == ()
    assert find(HybridRetriever(), ANY, said("insomnia"))[0].skill == "sleep"
    assert find(HybridRetriever(floor=1000), ANY, said("insomnia")) == ()
    # Words alone are enough, though the list by meaning offers nothing.
    assert (
        find(HybridRetriever(floor=1000, lexical_floor=0.1), ANY, said("bills"))[0].skill == "money"
    )


def test_conditions_forbid_and_protected_skills_lead():
    """Conditions bar as everywhere; a protected skill that fits comes first."""
    other = bank(skill("sleep", overview="Nights.", applies=(Condition(states=("angry",)),)))
    low = {"floor": -100, "lexical_floor": -100}
    asked = said("cannot sleep", state())
    assert find(HybridRetriever(**low), other, asked) == ()
    assert len(find(HybridRetriever(respect_conditions=False, **low), other, asked)) == 1
    guarded = bank(*ANY.skills, protected_skill())
    crisis = find(HybridRetriever(k=1), guarded, said("sleep", state(label="in-crisis")))
    assert [match.skill for match in crisis] == ["crisis-first"]
    calm = find(HybridRetriever(respect_conditions=False, **low), guarded, asked)
    assert "crisis-first" not in [match.skill for match in calm]


def test_nothing_to_search():
    """An empty bank and an empty question are no fault."""
    assert find(HybridRetriever(), SkillsBank(), said("hello")) == ()
    assert find(HybridRetriever(), ANY, said("")) == ()


def test_two_weights_of_nothing_are_refused():
    """Fusing no list is a fault of the experiment, and the error says what to type."""
    with pytest.raises(ConfigError, match="both 0"):
        HybridRetriever(dense_weight=0, lexical_weight=0)


def test_keeps_the_promise_of_its_role():
    """The conformance suite finds nothing."""
    conformance.check("retriever", HybridRetriever())
