"""What to do next: model, skills, record and place, weighed against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log

import attrs

from esc_skills.model import (
    STRATEGIES,
    Match,
    Moment,
    SeekerState,
    Skill,
    SkillsBank,
    Table,
    Taxonomy,
)
from esc_skills_plugins._shared.acts import act_reader
from esc_skills_plugins._shared.strategyfeatures import takes_leave
from esc_skills_plugins._shared.strategymodel import StrategyModel
from esc_skills_plugins._shared.strategyview import View

SUCCESS = "action-success"
"""Table of a bank: share of good turns, states × actions."""
CLOSING = "closing"
_RANK, _ORDER = 0.6, 0.6
_RISKY = 0.5
_PLANNED = 0.5
_HABIT = 0.7

PLAN = (
    "explore-situation",
    "explore-feelings",
    "name-feeling",
    "ask-needs",
    "validate",
    "suggest-step",
    "guide-reflection",
    "encourage",
    "inform",
    "paraphrase",
)
"""A supporter without skills: first explore, then understand, then strengthen and advise."""
_COMPANY = "keep-company"


@attrs.frozen(kw_only=True)
class Choice:
    """A chosen action."""

    action: str
    """Action label."""
    strategy: str
    """ESConv strategy it is a kind of."""
    used: tuple[str, ...] = ()
    """Offered skills that recommend it."""
    why: str = ""
    """One sentence."""


@attrs.frozen(kw_only=True)
class Weights:
    """How much each voice counts, in units of log-odds; 0 silences it."""

    balance: float
    """How far the model is freed from how often strategies are used, 0-1."""
    skill: float
    """First action of the best match, when a strategy is chosen."""
    kind: float
    """The same, when one of the actions of that strategy is chosen."""
    proof: float
    """In place of ``skill``, where a trial by lot has shown that the skill helps."""
    success: float
    """Log of an action's success share in this state against its mean share."""
    run: float
    """Each time that a strategy was used in a row, beyond the first."""
    closing: float
    """Others, when the seeker says goodbye."""
    repeat: float
    """Each time that an action was among the last three."""


def planned(view: View, state: SeekerState) -> str:
    """The action of a supporter who follows a fixed plan, whatever it hears."""
    place = len(view.steps)
    if state.label == CLOSING or takes_leave(view.now):
        return _COMPANY
    if place and not view.now:
        return PLAN[(place + 3) % len(PLAN)]
    return PLAN[place % len(PLAN)]


@attrs.frozen(kw_only=True, eq=False)
class Chooser:
    """Chooses for one bank; immutable."""

    bank: SkillsBank
    """Skills and tables."""
    taxonomy: Taxonomy
    """Labels of the actions."""
    model: StrategyModel | None
    """Strategy model of the bank; None when it has none."""
    weights: Weights
    """How much each voice counts."""

    def choose(self, view: View, moment: Moment, matches: Sequence[Match]) -> Choice:
        """Choose strategy, then action; ties go to the order of STRATEGIES and of the taxonomy."""
        votes = self.votes(moment.state, matches)
        odds = self.odds(view, moment.state, self.said(moment.state, matches))
        known = {label.strategy for label in self.taxonomy.actions}
        strategy = max((name for name in STRATEGIES if name in known), key=lambda name: odds[name])
        action = self._action(strategy, view, moment.state, votes)
        used = tuple(match.skill for match in matches if self._recommends(match.skill, action))
        return Choice(
            action=action,
            strategy=strategy,
            used=tuple(dict.fromkeys(used)),
            why=self._why(strategy, action, odds, used),
        )

    def votes(self, state: SeekerState, matches: Sequence[Match]) -> dict[str, float]:
        """How strongly the matches recommend each action, 0-1; 1 is the first of the best."""
        return self._heard(state, matches, lambda skill: 0.0 if _harms(skill) else 1.0)

    def said(self, state: SeekerState, matches: Sequence[Match]) -> dict[str, float]:
        """What the matches add to the log-odds of each action's strategy."""
        return self._heard(state, matches, self._weight)

    def _heard(
        self, state: SeekerState, matches: Sequence[Match], weight: Callable[[Skill], float]
    ) -> dict[str, float]:
        heard: dict[str, float] = {}
        skills = [skill for match in matches if (skill := self.bank.skill(match.skill))]
        for rank, skill in enumerate(skills):
            risky = any(risk.when is not None and risk.when.holds(state) for risk in skill.risks)
            trust = weight(skill) * _RANK**rank * (_RISKY if risky else 1.0)
            for order, action in enumerate(skill.actions):
                heard[action] = max(heard.get(action, 0.0), trust * _ORDER**order)
        return heard

    def _weight(self, skill: Skill) -> float:
        """What a skill has earned: little by being there, more by a trial, nothing by harm."""
        proof = skill.proof
        if skill.life == "candidate":  # offered by lot, to be tried: it must be heard
            return self.weights.proof
        if _harms(skill):
            return 0.0
        return self.weights.proof if proof is not None and proof.low > 0 else self.weights.skill

    def odds(self, view: View, state: SeekerState, said: Mapping[str, float]) -> dict[str, float]:
        """Log-odds of every strategy, up to a constant."""
        if self.model is not None:
            shares = self.model.predict(view, self.weights.balance)
        else:
            plan = self.taxonomy.strategy_of(planned(view, state))
            rest = (1 - _PLANNED) / (len(STRATEGIES) - 1)
            shares = {name: _PLANNED if name == plan else rest for name in STRATEGIES}
        spoken = dict.fromkeys(STRATEGIES, 0.0)
        for action, weight in said.items():
            strategy = self.taxonomy.strategy_of(action)
            spoken[strategy] = max(spoken[strategy], weight)
        run, leaves = _run(view), takes_leave(view.now)
        return {
            name: log(max(shares[name], 1e-9))
            + spoken[name]
            - self.weights.run * run.get(name, 0)
            + (self.weights.closing if name == "Others" and leaves else 0.0)
            for name in STRATEGIES
        }

    def _action(
        self, strategy: str, view: View, state: SeekerState, votes: Mapping[str, float]
    ) -> str:
        names = [one.name for one in self.taxonomy.actions if one.strategy == strategy]
        recent = self._recent(view)
        plan = planned(view, state)
        record = _record(self.bank.table(SUCCESS), state.label)

        def weight(name: str) -> float:
            return (
                self.weights.kind * votes.get(name, 0.0)
                + self.weights.success * record.get(name, 0.0)
                - self.weights.repeat * recent.count(name)
                + (_HABIT if name == plan else 0.0)
            )

        return max(names, key=weight)

    def _recent(self, view: View) -> list[str]:
        reader = act_reader(self.taxonomy)
        last = view.steps[-3:]
        return [reader.act(step.supporter, (step.strategy,))[0] for step in last if step.strategy]

    def _recommends(self, name: str, action: str) -> bool:
        skill = self.bank.skill(name)
        return skill is not None and action in skill.actions

    def _why(
        self, strategy: str, action: str, odds: Mapping[str, float], used: Sequence[str]
    ) -> str:
        source = "the strategy model" if self.model is not None else "the fixed plan"
        ahead = sorted(odds.values())[-1] - sorted(odds.values())[-2]
        skills = f"skill {used[0]} recommends" if used else "no offered skill recommends"
        return f"{source} and the skills favour {strategy} by {ahead:.2f}; {skills} {action}."


def _harms(skill: Skill) -> bool:
    """Whether a trial by lot has shown that a skill harms."""
    return skill.proof is not None and skill.proof.high < 0


def _run(view: View) -> dict[str, int]:
    """How often the last strategy was used in a row, beyond twice."""
    names = [step.strategy for step in reversed(view.steps)]
    length = next((place for place, name in enumerate(names) if name != names[0]), len(names))
    return {names[0]: length - 1} if length > 1 else {}


def _record(table: Table | None, state: str) -> dict[str, float]:
    """Log of the success share of every action in a state, against the mean of the state."""
    if table is None or state not in table.rows:
        return {}
    row = table.values[table.rows.index(state)]
    shares = [max(share, 1e-3) for share in row]
    mean = sum(shares) / len(shares) if shares else 1.0
    return {name: log(share / mean) for name, share in zip(table.columns, shares, strict=True)}


def choose_planned(view: View, moment: Moment, taxonomy: Taxonomy) -> Choice:
    """Choose without any skill, figure or model: the arm that others are compared with."""
    action = planned(view, moment.state)
    if taxonomy.label("action", action) is None:
        action = taxonomy.actions[len(view.steps) % len(taxonomy.actions)].name
    return Choice(
        action=action,
        strategy=taxonomy.strategy_of(action),
        why=f"without skills, turn {len(view.steps) + 1} of the fixed plan is {action}.",
    )
