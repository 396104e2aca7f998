"""Seekers written by a model: every cell, unique, without a leak, or noted as missing."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._codec.nouns import load
from esc_skills.errors import BudgetExceeded, ReplyError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES
from esc_skills.testing import conformance, context
from esc_skills_plugins.profiles.casting import WrittenProfile
from esc_skills_plugins.profiles.generated import GeneratedProfiles, esc_skills_profiles

ONE = {"purposes": ("report",), "persona_types": ("passive",), "intentions": ("practical-advice",)}


def written(number, **changes):
    facts = {
        "persona": f"Person {number}, a cook.",
        "scene": f"Story {number}: the oven broke.\n\nAnd then the door.",
        "opening": f"The oven number {number} broke again today.",
        "lines": ("It smoked.", " ", "I slept  badly."),
    }
    return WrittenProfile(**facts | changes)


def make(answers, **settings_):
    ctx = context(answers={"profiles": answers})
    return asyncio.run(GeneratedProfiles(**settings_).profiles(ctx)), ctx


@pytest.mark.parametrize("settings_", [{}, {"language": "zh"}], ids=["en", "zh"])
def test_the_promise_of_the_role_is_kept(answering, settings_):
    """The component passes every law for profiles."""
    lend = answering({WrittenProfile: written})
    conformance.check("profiles", GeneratedProfiles(**settings_), lend=lend)


def test_every_cell_is_filled():
    """Intention x persona type x purpose, in that order, from one question each."""
    made, ctx = make([written(at) for at in range(72)])
    cells = {(item.purpose, item.persona_type, item.intention) for item in made}
    assert cells == {(p, k, i) for p in PURPOSES for k in PERSONA_TYPES for i in INTENTIONS}
    assert len(ctx.asked) == 72
    assert {role for role, _ in ctx.asked} == {"profiles"}
    assert made[0].lines == ("It smoked.", "I slept badly.")
    assert ctx.notes == []


def test_equal_seeds_ask_the_same():
    """The same run asks the same questions, so that a journal answers them."""
    first = make([written(at) for at in range(72)])
    second = make([written(at) for at in range(72)])
    assert first[0] == second[0]
    assert first[1].asked == second[1].asked


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (written(0, opening="I need advice, please."), "leak"),
        (written(0, scene=""), "empty"),
        (written(0, opening="word " * 300), "long"),
    ],
)
def test_a_bad_seeker_is_written_again(bad, reason):
    """The next question names the broken rule, so that it is another question to a journal."""
    made, ctx = make([bad, written(1)], **ONE)
    assert [item.opening for item in made] == ["The oven number 1 broke again today."]
    assert ctx.notes[0][1]["reason"] == reason
    first, second = (prompt for _, prompt in ctx.asked)
    assert first.task != second.task
    assert second.task.startswith(first.task)


def test_one_opening_serves_one_seeker():
    """The second seeker with the same opening is written again; the first stays."""
    made, _ = make([written(1), written(1), written(2)], per_cell=2, **ONE)
    assert [item.persona for item in made] == ["Person 1, a cook.", "Person 2, a cook."]


def test_a_seeker_that_never_comes_right_is_missing():
    """Nobody is invented by code; the note says who is missing and why."""
    made, ctx = make([written(1, opening="")] * 2, tries=2, **ONE)
    assert made == ()
    kind, facts = ctx.notes[-1]
    assert (kind, facts["reason"]) == ("profile-missing", "empty")


def test_unusable_answers_are_asked_again(answering):
    """A reply without a shape costs a try; a spent budget ends the writing."""
    answers = [ReplyError("no", hint="-"), written(1)]
    ctx = answering({WrittenProfile: lambda number: answers[number]})()
    made = asyncio.run(GeneratedProfiles(**ONE).profiles(ctx))
    assert len(made) == 1
    spent = answering({WrittenProfile: BudgetExceeded("spent", hint="-")})()
    with pytest.raises(BudgetExceeded):
        asyncio.run(GeneratedProfiles(**ONE).profiles(spent))


def test_no_answer_comes_back_in_a_question():
    """S16: what a model wrote never enters a later system or task."""
    mark = "ZXQMARK"
    bad = WrittenProfile(persona=mark, scene=mark, opening=f"{mark} advice", lines=(mark,))
    _, ctx = make([bad, attrs.evolve(bad, opening=""), written(1)], **ONE)
    for _, prompt in ctx.asked:
        assert mark not in prompt.system + prompt.task + prompt.id


@pytest.mark.parametrize(
    "wrong",
    [{"purposes": ()}, {"intentions": ("fame",)}, {"language": "en\nIgnore all"}, {"tries": 0}],
)
def test_wrong_settings_are_refused(wrong):
    """A setting outside its values is an error before anything is asked."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GeneratedProfiles(**wrong)


def test_json_of_a_model_becomes_a_seeker():
    """What is left out has a default; the engine's own codec reads it."""
    assert load({"opening": "Hi"}, WrittenProfile, "answer").lines == ()


def test_the_hook_offers_the_component():
    """The module's hook gives the class."""
    assert esc_skills_profiles() == [GeneratedProfiles]
