"""Distiller without a model: counts, shares with intervals, and words written for the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from esc_skills.model import InterventionUnit, Skill, Table, Taxonomy
from esc_skills.spec import Context, Distillate, hookimpl
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins._shared.cues import compile_cues, tokens
from esc_skills_plugins.distillers.assembly import Parts, skill_of
from esc_skills_plugins.distillers.counting import Cell, Pair, cells, prototypes
from esc_skills_plugins.distillers.figures import action_tables
from esc_skills_plugins.distillers.grouping import Limits, choose
from esc_skills_plugins.distillers.wording import Wording, wording_for

Units = tuple[InterventionUnit, ...]


@attrs.frozen(kw_only=True)
class Tally:
    """Counts what followed which action in which state, and writes skills from it."""

    name: ClassVar[str] = "tally"
    summary: ClassVar[str] = "counts outcomes by state and action; skills in the bank's own words"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "failed turns": {"use_negative": False},
        "risks": {"risks": False},
        "conditions": {"conditions": False},
        "strategy statistics": {"strategy_model": False},
    }
    """What can be left out, with the settings that switch it off."""

    min_units: int = attrs.field(default=3, validator=attrs.validators.ge(1))
    """Least units of a prototype, and least good turns behind a skill, from 1."""
    min_dialogues: int = attrs.field(default=2, validator=attrs.validators.ge(1))
    """Least dialogues behind a skill, from 1."""
    min_skills: int = attrs.field(default=20, validator=attrs.validators.ge(0))
    """Groups with thin evidence, or below the usual share, are taken in up to this number."""
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
        skills, silent = self._skills(table, wording)
        notes += [
            _said(folded, "rare keys folded into their nearest neighbour"),
            _said(silent, "ordinary states without a skill: too little evidence"),
        ]
        return Distillate(
            prototypes=made,
            skills=skills,
            tables=self._tables(calm, units, table, taxonomy),
            notes=tuple(note for note in notes if note),
        )

    def _sift(self, units: Units, taxonomy: Taxonomy) -> tuple[Units, list[str]]:
        """Leave out crises and unlabelled units; count what was left out."""
        crisis = taxonomy.label("state", CRISIS)
        lexicon = compile_cues({CRISIS: crisis.cues if crisis else ()})

        def grave(unit: InterventionUnit) -> bool:
            named = CRISIS in (unit.before.label, unit.after.label)
            # Nothing is cut here: a cue of crisis counts wherever it stands.
            said = (tokens(text, limit=None) for text in (unit.context, unit.action.text))
            return named or any(lexicon.count(words) for words in said)

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
        self, table: Mapping[Pair, Cell], wording: Wording
    ) -> tuple[tuple[Skill, ...], int]:
        limits = Limits(
            min_units=self.min_units,
            min_dialogues=self.min_dialogues,
            min_skills=self.min_skills,
            max_skills=self.max_skills,
        )
        parts = Parts(risks=self.risks, conditions=self.conditions)
        groups = choose(table, wording, limits)
        made = [skill_of(group, table, wording, parts) for group in groups]
        served = {state for group in groups for state in group.states}
        silent = {state for state, _ in table} - served
        return tuple(sorted(made, key=lambda skill: skill.name)), len(silent)

    def _tables(
        self, units: Units, everything: Units, table: Mapping[Pair, Cell], taxonomy: Taxonomy
    ) -> tuple[Table, ...]:
        made = action_tables(table, taxonomy)
        if not self.strategy_model:
            return made
        from esc_skills_plugins._shared.strategymodel import fit

        return (*made, *fit(units, history=everything))


def _said(count: int, what: str) -> str:
    return f"{count} {what}" if count else ""


@hookimpl
def esc_skills_distillers() -> list[type[Tally]]:
    """The distiller of this module."""
    return [Tally]
