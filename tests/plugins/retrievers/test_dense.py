"""Retriever ``dense``."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from math import isfinite
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from probing import moment, mrr, probe, whole

from esc_skills.model import Condition, Effect, Moment, SkillsBank, Turn
from esc_skills.testing import conformance, context, strategies
from esc_skills.testing.samples import bank, protected_skill, skill, state
from esc_skills_plugins.retrievers.bm25 import BM25Retriever
from esc_skills_plugins.retrievers.dense import DenseRetriever
from esc_skills_plugins.retrievers.words import skill_text, spoken, tokens

PROBE = probe("probe")
CHANCE = sum(1 / rank for rank in range(1, 13)) / 12
"""Mean reciprocal rank of one right skill among twelve in an order by lot."""


def search(found, text="", seen=None, **settings):
    """Matches of a bank for the words of a seeker."""

    async def go():
        index = await DenseRetriever(**settings).index(found, context())
        said = (Turn(speaker="seeker", text=text),) if text else ()
        return await index.search(Moment(history=said, state=seen or state()), context())

    return asyncio.run(go())


def general(name, overview):
    """A skill without conditions."""
    return skill(name, overview=overview, applies=(), guidance=("Go on.",), examples=())


ANY = (general("sleep", "Nights without sleep."), general("money", "Debts and bills."))


def test_the_probe_shares_no_word_with_its_skills():
    """The probe has the promised size, and words alone cannot find the right skill."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    stop = frozenset(word.replace("'", "") for word in STOPWORDS_EN_PLUS)
    assert len(PROBE.bank.active) == 12
    assert [len(lines) for lines in PROBE.lines.values()] == [24, 0, 6]
    held = {one.name: set(tokens(skill_text(one, None), stop)) for one in PROBE.bank.active}
    shared = {
        line: sorted(set(spoken(line, stop)) & held[name])
        for lines in PROBE.lines.values()
        for name, line in lines
    }
    assert {line: words for line, words in shared.items() if words} == {}


def test_it_hears_paraphrase():
    """MRR on the probe is 0.75 or more, in English and in Chinese; words alone are near chance."""
    dense, lexical = whole(DenseRetriever), whole(BM25Retriever)
    assert mrr(dense, PROBE.bank, PROBE.lines["lines"]) >= 0.75
    assert mrr(dense, PROBE.bank, PROBE.lines["chinese"]) >= 0.75
    assert mrr(lexical, PROBE.bank, PROBE.lines["lines"]) <= CHANCE + 0.1


def test_a_why_says_how_near():
    """The why names the cosine; a skill about something else is not offered."""
    found = search(bank(*ANY), "lying awake till morning", seen=state(label="", scenario=""))
    assert [match.skill for match in found] == ["sleep"]
    assert found[0].why.startswith("similar in meaning (0.")


def test_conditions_forbid():
    """A skill whose conditions do not fit is filtered, unless an ablation says otherwise."""
    other = skill("sleep", overview="Nights.", applies=(Condition(states=("angry",)),))
    assert search(bank(other), "cannot sleep", floor=-10) == ()
    assert len(search(bank(other), "cannot sleep", floor=-10, respect_conditions=False)) == 1


def test_conditions_and_records_add_to_the_score():
    """A held condition and a measured effect bring their points; both can be switched off."""
    effect = Effect(group="all", value=4, n=90, low=3, high=5)
    one = bank(attrs.evolve(skill(), effects=(effect,)))
    score = search(one, "anything", floor=-100)[0].score
    assert score - search(one, "anything", floor=-100, condition_weight=0)[
        0
    ].score == pytest.approx(1.5)
    assert score - search(one, "anything", floor=-100, effect_weight=0)[0].score == pytest.approx(
        3.6
    )


def test_the_reading_of_the_state_can_be_left_out():
    """With weight 0, two readings under which the same conditions hold give one score."""
    found = bank(*ANY)
    for weight, same in ((0.0, True), (0.5, False)):
        scores = [
            search(found, "hello", seen=state(label=label), floor=-100, state_weight=weight)[
                0
            ].score
            for label in ("worried", "in-crisis")
        ]
        assert (scores[0] == scores[1]) is same


def test_empty_bank_and_empty_question():
    """An empty bank and an empty question are no fault."""
    assert search(SkillsBank(), "hello") == ()
    assert search(bank(*ANY), "", seen=state(label="", scenario="")) == ()


def test_protected_skill_keeps_to_its_conditions():
    """S6: in a crisis the protected skill leads; elsewhere it is not offered, in no setting."""
    found = bank(*ANY, protected_skill())
    crisis = search(found, "sleep", seen=state(label="in-crisis"), k=1)
    assert [match.skill for match in crisis] == ["crisis-first"]
    calm = search(found, "sleep", respect_conditions=False, floor=-100)
    assert "crisis-first" not in [match.skill for match in calm]


@settings(max_examples=20, deadline=None)
@given(strategies.banks(), strategies.moments())
def test_laws_for_any_bank(found, moment):
    """Only active skills that fit, at most k, each once, finite, the same again."""

    async def go():
        retriever = DenseRetriever(k=2, floor=-100)
        index = await retriever.index(found, context())
        again = await pickle.loads(pickle.dumps(retriever)).index(found, context(seed=9))
        return await index.search(moment, context()), await again.search(moment, context(seed=9))

    first, second = asyncio.run(go())
    names = [match.skill for match in first]
    assert first == second
    assert set(names) <= {item.name for item in found.active if item.fits(moment.state)}
    assert len(names) == len(set(names)) <= 2
    assert all(isfinite(match.score) for match in first)


def test_scores_are_equal_in_processes_with_other_threads():
    """Another process, with another number of threads, gives the same digits."""
    code = (
        "import asyncio; from probing import probe, moment, whole; "
        "from esc_skills.testing import context; "
        "from esc_skills_plugins.retrievers.dense import DenseRetriever as D\n"
        "async def go():\n"
        "    index = await whole(D, cache=False).index(probe('probe').bank, context())\n"
        "    print(await index.search(moment('it is 3 am and I stare at the wall'), context()))\n"
        "asyncio.run(go())"
    )
    support = str(Path(sys.modules["probing"].__file__).parent)
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": support, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(shown) == 1
    assert "rest-at-night" in shown.pop()


def test_keeps_the_promise_of_its_role():
    """The conformance suite finds nothing."""
    conformance.check("retriever", DenseRetriever())


def test_an_index_answers_for_its_own_bank_only():
    """Two banks in one process do not mix."""

    async def go():
        first = await DenseRetriever(floor=-100).index(bank(ANY[0]), context())
        second = await DenseRetriever(floor=-100).index(bank(ANY[1]), context())
        asked = moment("hello")
        return await first.search(asked, context()), await second.search(asked, context())

    assert [found[0].skill for found in asyncio.run(go())] == ["sleep", "money"]
