"""From a group of states and actions to a skill that a person could follow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from esc_skills.model import Condition, ExpectedOutcome, InterventionUnit, Skill
from esc_skills.model.skill import NAME_LIMIT
from esc_skills.stats import wilson
from esc_skills_plugins.distillers.counting import Cell, Pair
from esc_skills_plugins.distillers.grouping import SkillGroup
from esc_skills_plugins.distillers.harm import (
    best_other,
    crisis_bar,
    elsewhere,
    risks,
    troubles,
)
from esc_skills_plugins.distillers.wording import Wording

_MOST_STEPS = 5
_MOST_CHANGES = 3
_EXAMPLES = (6, 2)
_POINTS_PER_STEP = 10


@attrs.frozen(kw_only=True)
class Parts:
    """Which parts of a skill are written; each can be switched off for an ablation."""

    risks: bool = True
    """Risks with a trigger and a way out."""
    conditions: bool = True
    """When it applies and when not; the bar against crises always stays."""


def skill_of(
    group: SkillGroup,
    table: Mapping[Pair, Cell],
    wording: Wording,
    parts: Parts,
) -> Skill:
    """Write the skill of a group.

    Args:
        group: States and actions with their evidence.
        table: All cells, to compare with.
        wording: Words for every label.
        parts: What to write.
    """
    lead = wording.action(group.actions[0])
    found = troubles(group)
    barred = [one.when for one in found if one.certain] if parts.conditions else []
    return Skill(
        name=_name(group, wording),
        overview=_overview(group, wording),
        applies=(_applies(group, wording),) if parts.conditions else (),
        not_when=(*barred, crisis_bar()),
        actions=group.actions,
        guidance=_guidance(group, wording),
        expected=_expected(group.cell.positive),
        risks=risks(group, found, best_other(table, group, wording)) if parts.risks else (),
        pitfalls=(*lead.pitfalls, *elsewhere(table, group, wording)),
        examples=_examples(group, wording),
        evidence=tuple(sorted({unit.id for unit in (*group.cell.positive, *group.cell.negative)})),
    )


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold())) or "reply"


def _name(group: SkillGroup, wording: Wording) -> str:
    when = group.states[0] if len(group.states) == 1 else group.need
    name = f"{_slug(wording.action(group.actions[0]).slug)}-when-{_slug(when)}"
    return name[:NAME_LIMIT].strip("-")


def _when(states: Sequence[str], wording: Wording) -> str:
    first, *rest = (wording.state(state).when for state in states)
    clauses = [first, *(clause.removeprefix("the seeker ") for clause in rest)]
    return first if not rest else f"{', '.join(clauses[:-1])} or {clauses[-1]}"


def _overview(group: SkillGroup, wording: Wording) -> str:
    lead = wording.action(group.actions[0])
    good, tried = len(group.cell.positive), group.cell.tried
    low, high = (round(100 * end) for end in wilson(good, tried))
    return (
        f"When {_when(group.states, wording)}, {lead.does}. {lead.why}"
        f" Replies of this kind were followed by a good turn in {good} of {tried} moments"
        f" ({round(100 * group.rate)} %, 95 % interval {low} to {high} %; after any reply there:"
        f" {round(100 * group.base)} %)."
    )


def _applies(group: SkillGroup, wording: Wording) -> Condition:
    return Condition(states=group.states, words=_when(group.states, wording))


def _guidance(group: SkillGroup, wording: Wording) -> tuple[str, ...]:
    """Recognise, act, add one more thing, watch: at most five steps."""
    state = wording.state(group.states[0])
    lead = wording.action(group.actions[0])
    steps = [state.notice, *lead.steps[:3]]
    if len(group.actions) > 1 and len(steps) < _MOST_STEPS - 1:
        steps.append(wording.action(group.actions[1]).also)
    return tuple(step for step in (*steps, state.check) if step)[:_MOST_STEPS]


def _examples(group: SkillGroup, wording: Wording) -> tuple[str, ...]:
    first, second = _EXAMPLES
    lines = list(wording.action(group.actions[0]).examples[:first])
    for action in group.actions[1:2]:
        lines += wording.action(action).examples[:second]
    return tuple(lines)


def _expected(units: Sequence[InterventionUnit]) -> ExpectedOutcome:
    """The commonest good changes; the gain is a tenth of the mean fall of distress, 1 to 3."""
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.change.label] = counts.get(unit.change.label, 0) + 1
    ranked = sorted(counts, key=lambda label: (-counts[label], label))
    fall = sum(unit.before.intensity - unit.after.intensity for unit in units) / len(units)
    gain = max(1, min(3, round(fall / _POINTS_PER_STEP)))
    return ExpectedOutcome(changes=tuple(ranked[:_MOST_CHANGES]), least_gain=gain)
