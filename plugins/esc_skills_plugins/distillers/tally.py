"""Distiller without a model: counts, shares with intervals, and words written for the bank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import attrs

from esc_skills.model import InterventionUnit, Skill, Table, Taxonomy
from esc_skills.spec import Context, Distillate, hookimpl
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins._shared.cues import compile_cues
from esc_skills_plugins.distillers.assembly import Parts, skill_of
from esc_skills_plugins.distillers.counting import Cell, Pair, cells, prototypes
from esc_skills_plugins.distillers.grouping import Limits, SkillGroup, choose, smoothed
from esc_skills_plugins.distillers.wording import Wording, wording_for

Units = tuple[InterventionUnit, ...]
_ACTION_PRIOR = 20.0


@attrs.frozen(kw_only=True)
class Tally:
    """Counts what followed which action in which state, and writes skills from it."""

    name: ClassVar[str] = "tally"
    summary: ClassVar[str] = "counts outcomes by state and action; skills in the bank's own words"

    min_units: int = attrs.field(default=3, validator=attrs.validators.ge(1))
    """Least units of a prototype, and least good turns behind a skill, from 1."""
    min_dialogues: int = attrs.field(default=2, validator=attrs.validators.ge(1))
    """Least dialogues behind a skill, from 1."""
    min_skills: int = attrs.field(default=20, validator=attrs.validators.ge(0))
    """Groups that do no better than others are taken in up to this number."""
    max_skills: int = attrs.field(default=27, validator=attrs.validators.ge(1))
    """Most skills; the paper has 27."""
    least_confidence: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))
    """Key units with less confidence than this count as neutral, 0-1."""
    use_negative: bool = True
    """Whether units that went wrong are looked at."""
    risks: bool = True
    """Whether skills state risks."""
    conditions: bool = True
    """Whether skills state when they apply; switched off, only the bar against crises stays."""
    strategy_model: bool = True
    """Whether the statistics for strategy prediction are fitted."""

    async def distil(
        self, units: tuple[InterventionUnit, ...], taxonomy: Taxonomy, ctx: Context
    ) -> Distillate:
        """Distil all units of a run at once; no units gives an empty distillate."""
        if not units:
            return Distillate()
        calm, notes = self._sift(units, taxonomy)
        wording = wording_for(taxonomy)
        table = cells(calm)
        made, folded = prototypes(table, wording, self.min_units)
        skills, silent = self._skills(table, calm, wording)
        notes += [
            _said(folded, "rare keys folded into their nearest neighbour"),
            _said(silent, "ordinary states without a skill: too little evidence"),
        ]
        return Distillate(
            prototypes=made,
            skills=skills,
            tables=self._tables(calm, table, taxonomy),
            notes=tuple(note for note in notes if note),
        )

    def _sift(self, units: Units, taxonomy: Taxonomy) -> tuple[Units, list[str]]:
        """Leave out crises and unlabelled units; count what was left out."""
        crisis = taxonomy.label("state", CRISIS)
        lexicon = compile_cues({CRISIS: crisis.cues if crisis else ()})

        def grave(unit: InterventionUnit) -> bool:
            named = CRISIS in (unit.before.label, unit.after.label)
            return named or bool(lexicon.hits(f"{unit.context} . {unit.action.text}"))

        safe = [unit for unit in units if not grave(unit)]
        known = [unit for unit in safe if unit.before.label and unit.action.label]
        weighed = [self._weighed(unit) for unit in known]
        kept = tuple(u for u in weighed if self.use_negative or u.change.polarity != "negative")
        return kept, [
            _said(len(units) - len(safe), "units with words of crisis left out of ordinary skills"),
            _said(len(safe) - len(known), "units without a state or an action left out"),
            _said(len(weighed) - len(kept), "units that went wrong left out by use_negative"),
        ]

    def _weighed(self, unit: InterventionUnit) -> InterventionUnit:
        if unit.change.polarity == "neutral" or unit.change.confidence >= self.least_confidence:
            return unit
        return attrs.evolve(unit, change=attrs.evolve(unit.change, polarity="neutral"))

    def _skills(
        self, table: Mapping[Pair, Cell], units: Units, wording: Wording
    ) -> tuple[tuple[Skill, ...], int]:
        limits = Limits(
            min_units=self.min_units,
            min_dialogues=self.min_dialogues,
            min_skills=self.min_skills,
            max_skills=self.max_skills,
        )
        parts = Parts(risks=self.risks, conditions=self.conditions)
        groups = choose(table, wording, limits)
        made = [
            skill_of(group, table, _neutral(units, group), wording, parts) for group in groups
        ]
        served = {state for group in groups for state in group.states}
        silent = {state for state, _ in table} - served
        return tuple(sorted(made, key=lambda skill: skill.name)), len(silent)

    def _tables(
        self, units: Units, table: Mapping[Pair, Cell], taxonomy: Taxonomy
    ) -> tuple[Table, ...]:
        made = action_tables(table, taxonomy)
        if not self.strategy_model:
            return made
        from esc_skills_plugins._shared.strategymodel import fit

        return (*made, *fit(units))


def _said(count: int, what: str) -> str:
    return f"{count} {what}" if count else ""


def _neutral(units: Iterable[InterventionUnit], group: SkillGroup) -> Sequence[InterventionUnit]:
    return [
        unit
        for unit in units
        if unit.change.polarity == "neutral"
        and unit.before.label in group.states
        and unit.action.label in group.family
    ]


def action_tables(table: Mapping[Pair, Cell], taxonomy: Taxonomy) -> tuple[Table, Table]:
    """Share of good turns, and number of tries, of every action in every state.

    A share is drawn towards the action's share in all states, and that towards the share of all
    replies, as far as tries are few.
    """
    states = tuple(label.name for label in taxonomy.states)
    actions = tuple(label.name for label in taxonomy.actions)
    tried = sum(cell.tried for cell in table.values())
    overall = sum(len(cell.positive) for cell in table.values()) / tried if tried else 0.0
    prior = {}
    for action in actions:
        column = [cell for (_, name), cell in table.items() if name == action]
        good = sum(len(cell.positive) for cell in column)
        prior[action] = smoothed(good, sum(cell.tried for cell in column), overall, _ACTION_PRIOR)
    none = Cell()
    success = tuple(
        tuple(
            round(smoothed(len(cell.positive), cell.tried, prior[action]), 6)
            for action in actions
            for cell in (table.get((state, action), none),)
        )
        for state in states
    )
    counts = tuple(
        tuple(float(table.get((state, action), none).tried) for action in actions)
        for state in states
    )
    return (
        Table(
            name="action-success",
            rows=states,
            columns=actions,
            values=success,
            note="Share of good turns after an action in a state, smoothed towards the action's.",
        ),
        Table(
            name="action-count",
            rows=states,
            columns=actions,
            values=counts,
            note="Units of each action in each state, crises left out.",
        ),
    )


@hookimpl
def esc_skills_distillers() -> list[type[Tally]]:
    """The distiller of this module."""
    return [Tally]
