"""A model picks skills: only listed names count, and picking none is allowed."""

from __future__ import annotations

import asyncio

import attrs
import pytest
from hypothesis import given, settings

from esc_skills._codec.nouns import load
from esc_skills.errors import BackendError, ReplyError
from esc_skills.model import Condition, Moment, Turn
from esc_skills.testing import conformance, context
from esc_skills.testing.samples import bank, protected_skill, skill, state
from esc_skills.testing.strategies import banks, moments
from esc_skills_plugins.retrievers.reader import (
    Pick,
    Picked,
    ReaderRetriever,
    esc_skills_retrievers,
)

NOW = Moment(history=(Turn(speaker="seeker", text="I am worried about work."),), state=state())


def search(answer, held=None, now=NOW, **settings_):
    ctx = context(answers={"retriever": [answer] if answer else []})

    async def go():
        index = await ReaderRetriever(**settings_).index(held or bank(), ctx)
        return await index.search(now, ctx)

    return asyncio.run(go()), ctx


def picked(*names):
    return Picked(picks=tuple(Pick(skill=name, why="fits") for name in names))


@pytest.mark.parametrize(
    "answer",
    [
        Picked(),
        picked("stay-close", "listen-first"),
        picked("stay-close", "stay-close", "gone", "asleep", "crisis-first", ""),
        ReplyError("no shape", hint="-"),
    ],
    ids=["none", "good", "bad", "unusable"],
)
def test_the_promise_of_the_role_is_kept(answering, answer):
    """The component passes every law for retrievers, whatever the model answers."""
    conformance.check("retriever", ReaderRetriever(), lend=answering({Picked: answer}))


def test_picks_come_in_the_models_order():
    """Best first, with its why."""
    found, ctx = search(picked("stay-close", "listen-first"))
    assert [item.skill for item in found] == ["stay-close", "listen-first"]
    assert found[0].score > found[1].score
    assert found[0].why == "fits"
    assert ctx.asked[0][0] == "retriever"


def test_picking_none_abstains():
    """An empty answer offers nothing, so that a skill can lose to none."""
    assert search(Picked())[0] == ()


def test_unknown_names_count_for_nothing():
    """B21: a name nobody listed is noted, a near one is not guessed."""
    found, ctx = search(picked("listen-frist", " stay-close ", "stay-close"))
    assert [item.skill for item in found] == ["stay-close"]
    assert ctx.notes == [("unknown-skill-picked", {"skill": "listen-frist"})]


def test_at_most_k_are_offered():
    """Too many picks are cut and noted."""
    found, ctx = search(picked("stay-close", "listen-first"), k=1)
    assert [item.skill for item in found] == ["stay-close"]
    assert ctx.notes[0][0] == "too-many-skills-picked"


def test_an_unusable_answer_abstains_but_a_broken_service_does_not(answering):
    """Nothing is offered instead of a guess; faults of the service are not hidden."""

    async def go(fault):
        ctx = answering({Picked: fault})()
        index = await ReaderRetriever().index(bank(), ctx)
        return await index.search(NOW, ctx), ctx.notes

    found, notes = asyncio.run(go(ReplyError("no", hint="-")))
    assert found == ()
    assert notes[0][0] == "skills-unread"
    with pytest.raises(BackendError):
        asyncio.run(go(BackendError("down", hint="-")))


def test_protected_skills_need_no_models_word():
    """S6: a protected skill that fits leads, is never listed, and takes its place of k."""
    held = bank(skill(), protected_skill())
    grave = attrs.evolve(NOW, state=state(label="in-crisis"))
    found, ctx = search(picked("crisis-first"), held, grave, respect_conditions=False)
    assert [item.skill for item in found] == ["crisis-first"]
    assert "crisis-first" not in dict(ctx.asked[0][1].data)["skills"]
    alone, silent = search(None, held, grave, k=1)
    assert [item.skill for item in alone] == ["crisis-first"]
    assert silent.asked == []


def test_conditions_keep_a_skill_off_the_list():
    """What its conditions forbid is not offered, unless an ablation says so."""
    held = bank(skill(), skill("never", not_when=(Condition(states=("worried",)),)))
    found, ctx = search(picked("never"), held)
    assert found == ()
    assert "never" not in dict(ctx.asked[0][1].data)["skills"]
    assert search(picked("never"), held, respect_conditions=False)[0][0].skill == "never"


def test_nothing_to_choose_asks_nothing():
    """No question is spent on an empty list or a silent talk."""
    silent = attrs.evolve(NOW, history=(Turn(speaker="seeker", text=" "),))
    assert search(None, now=silent)[0] == ()
    barred = attrs.evolve(NOW, state=state(label="in-crisis"))
    assert search(None, now=barred)[1].asked == []


def test_a_large_bank_is_listed_in_part():
    """The closest skills are read, in the bank's order, so that equal lists are equal bytes."""
    held = bank(
        *(skill(f"any-{at}", applies=()) for at in range(5)),
        skill("zz-close", applies=(Condition(states=("worried",), scenarios=("job-crisis",)),)),
    )
    _, ctx = search(Picked(), held, listed=2)
    lines = dict(ctx.asked[0][1].data)["skills"].splitlines()
    assert [name in line for name, line in zip(("any-0", "zz-close"), lines, strict=True)] == [
        True,
        True,
    ]


def test_the_prompt_speaks_the_seekers_language():
    """A Chinese moment is asked in Chinese."""
    _, ctx = search(Picked(), now=attrs.evolve(NOW, language="zh-CN"))
    assert "求助者" in ctx.asked[0][1].task + ctx.asked[0][1].system


@settings(max_examples=40, deadline=None)
@given(held=banks(), now=moments())
def test_untrusted_text_is_data_alone(answering, held, now):
    """S16: no word of a skill or a talk stands in system or task."""
    mark = "ZXQMARK"
    skills = tuple(
        attrs.evolve(
            item,
            life="active",
            protected=False,
            overview=mark,
            guidance=(mark,),
            examples=(mark,),
            applies=(Condition(words=mark),),
        )
        for item in held.skills
    )
    talk = tuple(attrs.evolve(turn, text=f"{mark} {turn.text}") for turn in now.history)
    read = attrs.evolve(now.state, scenario=mark, label=mark, emotion=mark, cues=(mark,))
    ctx = answering({Picked: Picked()})()

    async def go():
        index = await ReaderRetriever().index(held.with_skills(skills), ctx)
        await index.search(attrs.evolve(now, history=talk, state=read, situation=mark), ctx)

    asyncio.run(go())
    for _, prompt in ctx.asked:
        assert mark not in prompt.system + prompt.task + prompt.id


def test_json_of_a_model_becomes_picks():
    """What is left out has a default; the engine's own codec reads it."""
    assert load({"picks": [{"skill": "a"}]}, Picked, "answer").picks[0].why == ""


def test_the_hook_offers_the_component():
    """The module's hook gives the class."""
    assert esc_skills_retrievers() == [ReaderRetriever]
