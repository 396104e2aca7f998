"""How model, skills, record and place are weighed."""

from __future__ import annotations

from typing import Any

import pytest

from esc_skills.model import (
    STRATEGIES,
    Condition,
    Effect,
    Match,
    Moment,
    Risk,
    SeekerState,
    Skill,
    SkillsBank,
    Table,
    Turn,
)
from esc_skills_plugins._shared.strategyview import Step, View
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.responders.choice import (
    PLAN,
    Choice,
    Chooser,
    Weights,
    choose_planned,
    planned,
)

STATE = SeekerState(scenario="", label="worried", intensity=60)
MOMENT = Moment(history=(Turn(speaker="seeker", text="Hm."),), state=STATE)
VIEW = View((), "Hm.")


def skill(name: str, *actions: str, **changes: Any) -> Skill:
    """A skill that recommends some actions."""
    return Skill(name=name, overview="o", guidance=("g",), actions=actions, **changes)


def chooser(*skills: Skill, tables: tuple[Table, ...] = (), **weights: float) -> Chooser:
    """A chooser without a strategy model: the plan stands in for it."""
    chosen: dict[str, Any] = {
        "balance": 0.5,
        "skill": 0.3,
        "proof": 1.5,
        "kind": 2.0,
        "success": 1.0,
        "run": 0.5,
        "closing": 1.5,
        "repeat": 1.2,
    } | weights
    taxonomy = default_taxonomy()
    bank = SkillsBank(
        skills=tuple(sorted(skills, key=lambda one: one.name)), tables=tables, taxonomy=taxonomy
    )
    return Chooser(bank=bank, taxonomy=taxonomy, model=None, weights=Weights(**chosen))


def match(*names: str) -> tuple[Match, ...]:
    """Offers, best first."""
    return tuple(Match(skill=name, score=1.0) for name in names)


def choose(one: Chooser, *names: str, view: View = VIEW) -> Choice:
    """Choose for a worried seeker."""
    return one.choose(view, MOMENT, match(*names))


def test_a_skill_picks_the_action_inside_a_strategy() -> None:
    """Without a vote the plan's kind of question is asked; with one, the skill's."""
    one = chooser(skill("ask", "guide-reflection"))
    assert choose(one).action == PLAN[0]
    found = choose(one, "ask")
    assert (found.action, found.used) == ("guide-reflection", ("ask",))


def test_weight_turns_a_skill_into_the_strategy() -> None:
    """A heavy skill decides the strategy; at weight 0 it does not."""
    one = skill("praise", "praise")
    assert choose(chooser(one, skill=5.0), "praise").action == "praise"
    assert choose(chooser(one, skill=0.0), "praise").used == ()


def test_order_of_actions_and_matches_counts() -> None:
    """First action of the best match 1, later ones and later matches less."""
    one = chooser(skill("a", "praise", "validate"), skill("b", "inform"))
    votes = one.votes(STATE, match("a", "b"))
    assert votes == {"praise": 1.0, "validate": 0.6, "inform": 0.6}


def test_a_risk_that_holds_halves_the_vote() -> None:
    """A skill whose risk is there is trusted half."""
    risk = Risk(trigger="t", when=Condition(intensity_min=50))
    assert chooser(skill("a", "praise", risks=(risk,))).votes(STATE, match("a")) == {"praise": 0.5}


def test_matches_of_another_bank_are_left_aside() -> None:
    """An offer that the bank does not know neither counts nor is used."""
    assert choose(chooser(), "ghost").used == ()


def test_the_record_decides_between_kinds() -> None:
    """The kind of question that went best in this state is asked."""
    table = Table(
        name="action-success",
        rows=("worried",),
        columns=("explore-situation", "ask-needs"),
        values=((0.05, 0.9),),
    )
    assert choose(chooser(tables=(table,))).action == "ask-needs"


def test_it_does_not_go_on_and_on() -> None:
    """The same strategy over and over gives way, however well it fits."""
    steps = tuple(Step("x", "Why did he?", "Question") for _ in range(10))
    assert choose(chooser()).strategy == "Question"
    assert choose(chooser(), view=View(steps, "Hm.")).strategy != "Question"


@pytest.mark.parametrize("place", range(12))
def test_the_plan_knows_place_and_goodbye_only(place: int) -> None:
    """The arm without skills: ten actions in turn, and company at the goodbye."""
    steps = tuple(Step("x", "y", "Others") for _ in range(place))
    assert planned(View(steps, "Hm."), STATE) == PLAN[place % len(PLAN)]
    assert planned(View(steps, "Bye!"), STATE) == "keep-company"
    found = choose_planned(View(steps, "Hm."), MOMENT, default_taxonomy())
    assert found.strategy in STRATEGIES
    assert found.used == ()


def proven(name: str, *actions: str, low: float, high: float) -> Skill:
    """A skill that was tried by lot."""
    effect = Effect(
        group="all", value=(low + high) / 2, n=40, low=low, high=high, basis="randomised"
    )
    return skill(name, *actions, effects=(effect,))


def test_what_a_trial_has_shown_speaks_louder() -> None:
    """A proven skill counts ``proof``, one that is not proven ``skill``, a harmful one nothing."""
    one = chooser(
        proven("helps", "praise", low=0.5, high=4.0),
        proven("unsure", "praise", low=-0.5, high=4.0),
        proven("harms", "praise", low=-4.0, high=-0.5),
        skill("new", "praise"),
    )
    said = {name: one.said(STATE, match(name)) for name in ("helps", "unsure", "harms", "new")}
    assert said == {
        "helps": {"praise": 1.5},
        "unsure": {"praise": 0.3},
        "harms": {"praise": 0.0},
        "new": {"praise": 0.3},
    }
    assert one.votes(STATE, match("harms")) == {"praise": 0.0}


def test_what_was_merely_seen_is_no_proof() -> None:
    """Figures from when a bank chose to act do not make a skill louder."""
    seen = Effect(group="all", value=5.0, n=400, low=4.0, high=6.0)
    one = chooser(skill("seen", "praise", effects=(seen,)))
    assert one.said(STATE, match("seen")) == {"praise": 0.3}


def test_a_skill_on_trial_is_heard() -> None:
    """A candidate is offered by lot alone, and a trial that nobody follows shows nothing."""
    one = chooser(skill("trial-praise", "praise", life="candidate"))
    assert one.said(STATE, match("trial-praise")) == {"praise": 1.5}
