"""Skills written by a model on counted groups: bad words never become facts."""

from __future__ import annotations

import asyncio

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_skills._codec.nouns import load
from esc_skills.errors import ReplyError
from esc_skills.model import Label, Taxonomy, content_hash
from esc_skills.spec import Distillate
from esc_skills.testing import conformance, context
from esc_skills.testing.strategies import units as any_units
from esc_skills_plugins.distillers.paper import Paper, esc_skills_distillers
from esc_skills_plugins.distillers.tally import Tally
from esc_skills_plugins.distillers.written import WrittenSkill

WORDS = WrittenSkill(
    name="keep-close",
    overview="Keep close to what was said.",
    guidance=("Say back the core.", "Wait."),
)


def distil(units, taxonomy, ctx, **settings_):
    component = Paper(**{"strategy_model": False, **settings_})
    return asyncio.run(component.distil(tuple(units), taxonomy, ctx))


@pytest.mark.parametrize(
    "answer",
    [
        WORDS,
        WrittenSkill(),
        WrittenSkill(
            name="copy",
            overview="It is case 3 that worries me at work every single day again.",
            guidance=("What then?", "It is case 3 that worries me at work every day."),
        ),
        ReplyError("no shape", hint="-"),
    ],
    ids=["good", "empty", "copy", "unusable"],
)
def test_the_promise_of_the_role_is_kept(answering, answer):
    """The component passes every law for distillers, whatever the model answers (S14)."""
    component = Paper(min_units=1, min_dialogues=1)
    conformance.check("distiller", component, lend=answering({WrittenSkill: answer}))


def test_no_units_ask_nothing(taxonomy):
    """An empty run ends in an empty distillate without a question."""
    ctx = context()
    assert distil((), taxonomy, ctx) == Distillate()
    assert ctx.asked == []


def test_counts_are_those_of_tally(answering, many, taxonomy):
    """Prototypes, tables, evidence and conditions are counted; only the words are written."""
    plain = asyncio.run(Tally(strategy_model=False).distil(many, taxonomy, context()))
    ctx = answering({WrittenSkill: WORDS})()
    made = distil(many, taxonomy, ctx)
    assert (made.prototypes, made.tables) == (plain.prototypes, plain.tables)
    assert len(ctx.asked) == len(plain.skills) == len(made.skills)
    assert {role for role, _ in ctx.asked} == {"distiller"}
    assert sorted(skill.evidence for skill in made.skills) == sorted(
        skill.evidence for skill in plain.skills
    )
    assert {skill.overview for skill in made.skills} == {WORDS.overview}


def test_equal_names_are_told_apart(answering, many, taxonomy):
    """A model that calls every skill the same still gives a bank of unique sorted names."""
    made = distil(many, taxonomy, answering({WrittenSkill: WORDS})())
    names = [skill.name for skill in made.skills]
    assert names == sorted(set(names))
    assert "keep-close-2" in names


def test_long_equal_names_stay_within_the_limit(answering, many, taxonomy):
    """A number behind a name never makes it too long."""
    words = attrs.evolve(WORDS, name="very-" * 20)
    made = distil(many, taxonomy, answering({WrittenSkill: words})())
    assert all(len(skill.name) <= 64 for skill in made.skills)


def test_unusable_groups_are_counted_not_invented(answering, many, taxonomy):
    """A group whose answers cannot be used has no skill, and the notes say how many."""
    answers = iter([WORDS, ReplyError("no shape", hint="-"), WrittenSkill()])
    ctx = answering({WrittenSkill: lambda number: next(answers, WORDS)})()
    made = distil(many, taxonomy, ctx)
    assert len(made.skills) == len(ctx.asked) - 2
    assert made.notes[-1].startswith("2 groups without a skill")
    assert [kind for kind, _ in ctx.notes] == ["skill-unwritten", "skill-checked"]


def test_the_model_sees_counts_and_one_unit_a_dialogue(answering, several, taxonomy):
    """No single talk speaks for all; with ``shown = 0`` nobody's words leave the machine."""
    units = [*several(9, text="My own words here."), *several(3, "worried", "validate", "negative",
             start=50, text="Bad words.")]  # fmt: skip
    ctx = answering({WrittenSkill: WORDS})()
    distil(units, taxonomy, ctx, shown=4)
    data = dict(ctx.asked[0][1].data)
    assert '"polarity": "negative"' in data["counts"]
    assert data["units"].count("My own words here.") == 4
    assert data["units"].count("Bad words.") == 3
    blind = answering({WrittenSkill: WORDS})()
    distil(units, taxonomy, blind, shown=0)
    assert "words" not in str([prompt.data for _, prompt in blind.asked])


def test_the_order_of_units_does_not_matter(answering, many, taxonomy):
    """Equal evidence gives equal questions and equal bytes."""
    lend = answering({WrittenSkill: WORDS})
    first, second = lend(), lend()
    one = distil(many, taxonomy, first)
    two = distil(tuple(reversed(many)), taxonomy, second)
    assert content_hash(one) == content_hash(two)
    assert first.asked == second.asked


def marked(unit, mark):
    """The unit with a marker in every field that came from outside."""
    return attrs.evolve(
        unit,
        source=attrs.evolve(unit.source, dialogue=f"{mark}{unit.source.dialogue}", corpus=mark),
        before=attrs.evolve(unit.before, label=f"{mark}s", scenario=mark, emotion=mark),
        action=attrs.evolve(unit.action, label=f"{mark}a", text=f"{mark} {unit.action.text}"),
        change=attrs.evolve(unit.change, label=f"{mark}c", polarity="positive"),
        context=f"{mark} {unit.context}",
    )


@settings(suppress_health_check=list(HealthCheck), max_examples=25, deadline=None)
@given(found=st.lists(any_units(), min_size=2, max_size=6))
def test_untrusted_text_is_data_alone(answering, found):
    """S16: no word of a unit stands in system or task, whatever field it comes from."""
    mark = "ZXQMARK"
    ctx = answering({WrittenSkill: WORDS})()
    units = [marked(unit, mark) for unit in found]
    labels = {
        "states": (Label(name=f"{mark}s", definition="A state."),),
        "actions": (Label(name=f"{mark}a", definition="An action."),),
    }
    distil(units, Taxonomy(name="bare", **labels), ctx, min_units=1, min_dialogues=1)
    assert ctx.asked
    for _, prompt in ctx.asked:
        assert mark not in prompt.system + prompt.task + prompt.id


def test_json_of_a_model_becomes_a_skill():
    """What is left out has a default; the engine's own codec reads it."""
    made = load({"name": "x", "risks": [{"trigger": "t"}]}, WrittenSkill, "answer")
    assert made.risks[0].severity == "medium"


def test_the_hook_offers_the_component():
    """The module's hook gives the class."""
    assert esc_skills_distillers() == [Paper]
