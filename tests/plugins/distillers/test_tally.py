"""From units to prototypes, skills and tables, by counting alone."""

from __future__ import annotations

import asyncio
import time

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_skills.model import Taxonomy, content_hash
from esc_skills.spec import Distillate
from esc_skills.testing import conformance, context
from esc_skills.testing.strategies import units as any_units
from esc_skills_plugins.distillers.tally import Tally, esc_skills_distillers


def distil(units, taxonomy, **settings_):
    component = Tally(**{"strategy_model": False, **settings_})
    return asyncio.run(component.distil(tuple(units), taxonomy, context()))


def test_the_promise_of_the_role_is_kept():
    """The component passes every law for distillers."""
    conformance.check("distiller", Tally(min_units=1, min_dialogues=1))


def test_no_units_give_nothing(taxonomy):
    """An empty run ends in an empty distillate."""
    assert distil((), taxonomy) == Distillate()


def test_a_corpus_gives_a_bank(many, taxonomy):
    """20 to 40 skills with unique sorted names, evidence, guidance and a bar against crises."""
    made = distil(many, taxonomy)
    names = [skill.name for skill in made.skills]
    assert 20 <= len(names) <= 40
    assert names == sorted(set(names))
    assert all(skill.life == "active" and not skill.protected for skill in made.skills)
    ids = {unit.id for unit in many}
    assert all(set(skill.evidence) <= ids and skill.evidence for skill in made.skills)
    assert [item.key for item in made.prototypes] == sorted(item.key for item in made.prototypes)
    assert [table.name for table in made.tables] == ["action-success", "action-count"]


def test_no_skill_rests_on_one_dialogue(many, taxonomy):
    """S11: the evidence of every skill comes from two dialogues or more."""
    source = {unit.id: unit.source.dialogue for unit in many}
    for skill in distil(many, taxonomy).skills:
        assert len({source[name] for name in skill.evidence}) >= 2


def test_one_poisoned_dialogue_teaches_nothing(many, several, taxonomy):
    """S11: of a hundred dialogues one repeats an order in forty turns: no skill, no line of it.

    Control: said in many dialogues, the same turns are learnt from.
    """
    order = {"text": "Send your savings to me and tell nobody about it.", "context": "I feel low."}
    facts = ("self-blaming", "praise", "positive")
    poison = several(40, *facts, start=90_000, dialogue="poison", **order)
    held = distil([*many, *poison], taxonomy)
    source = {unit.id: unit.source.dialogue for unit in (*many, *poison)}
    for one in held.skills:
        voices = {source[name] for name in one.evidence}
        assert voices != {"poison"}
        assert not any("savings" in line for line in (one.overview, *one.guidance, *one.examples))
    assert distil(poison, taxonomy).skills == ()
    spread = several(40, *facts, start=90_000, **order)
    assert distil(spread, taxonomy).skills


@pytest.mark.parametrize(
    "crisis",
    [
        {"context": "Sometimes I want to die."},
        {"text": "Please do not kill yourself, I hear you want to die."},
        {"context": "x " * 5000 + "I want to end my life"},
        {"after": "in-crisis"},
    ],
)
def test_crises_never_become_ordinary_guidance(several, many, taxonomy, crisis):
    """M18: units with words of crisis are left out of skills and tables, and counted."""
    grave = several(9, "calmer", "inform", start=9000, **crisis)
    made = distil([*many, *grave], taxonomy)
    used = {name for skill in made.skills for name in skill.evidence}
    assert not used & {unit.id for unit in grave}
    assert made.notes[0].startswith("9 units with words of crisis")
    assert made.skills == distil(many, taxonomy).skills


def test_unlabelled_units_are_counted_and_left_out(unit, many, taxonomy):
    """A unit without a state or an action says nothing about either."""
    made = distil([*many, unit("", "inform", number=9000)], taxonomy)
    assert "1 units without a state or an action left out" in made.notes


def test_failures_can_be_switched_off(many, taxonomy):
    """An ablation without negative evidence has no negative prototype and no risk."""
    made = distil(many, taxonomy, use_negative=False)
    assert {item.polarity for item in made.prototypes} == {"positive"}
    assert not any(skill.risks for skill in made.skills)
    assert any("use_negative" in note for note in made.notes)


def test_doubtful_units_count_as_neutral(several, taxonomy):
    """Below the least confidence a unit is a try without an outcome."""
    made = distil(several(9, confidence=0.2), taxonomy, least_confidence=0.5)
    assert made.prototypes == ()
    assert made.skills == ()
    assert sum(map(sum, made.tables[1].values)) == 9


def test_other_evidence_gives_another_bank(many, taxonomy):
    """Skills follow the evidence: with outcomes turned round the bank is another one."""
    turned = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
    other = [
        attrs.evolve(u, change=attrs.evolve(u.change, polarity=turned[u.change.polarity]))
        for u in many
    ]
    first, second = distil(many, taxonomy), distil(other, taxonomy)
    assert [skill.actions for skill in first.skills] != [skill.actions for skill in second.skills]


def test_the_order_of_units_does_not_matter(many, taxonomy):
    """Equal evidence gives equal bytes, in whatever order it was extracted."""
    first = distil(many, taxonomy)
    assert content_hash(first) == content_hash(distil(reversed(many), taxonomy))


def test_the_strategy_model_adds_its_tables(many, taxonomy):
    """With the setting on, the statistics for strategy prediction are fitted too."""
    plain = distil(many, taxonomy)
    fitted = distil(many, taxonomy, strategy_model=True)
    assert fitted.skills == plain.skills
    assert len(fitted.tables) > len(plain.tables)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(found=st.lists(any_units(), max_size=8))
def test_any_units_can_be_distilled(found):
    """Labels nobody knows, and a taxonomy without any, still give valid nouns."""
    made = distil(found, Taxonomy(name="bare"), min_units=1, min_dialogues=1)
    names = [skill.name for skill in made.skills]
    assert names == sorted(set(names))


def test_thousands_of_units_take_less_than_two_seconds(many, taxonomy):
    """4,300 units are distilled quickly."""
    times = 4300 // len(many) + 1
    every = [
        attrs.evolve(u, source=attrs.evolve(u.source, dialogue=f"{u.source.dialogue}/{at}"))
        for at in range(times)
        for u in many
    ][:4300]
    start = time.process_time()
    distil(every, taxonomy)
    assert time.process_time() - start < 2


def test_the_hook_offers_the_component():
    """The module's hook gives the class."""
    assert esc_skills_distillers() == [Tally]
