"""When a kind of reply went wrong: conditions that forbid it, and risks to watch for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import attrs

from esc_skills.model import Condition, InterventionUnit, Risk
from esc_skills.stats import wilson
from esc_skills_plugins._shared.affect import CRISIS
from esc_skills_plugins.distillers.counting import Cell, Pair, dialogues
from esc_skills_plugins.distillers.grouping import SkillGroup, total
from esc_skills_plugins.distillers.wording import Wording

HIGH_DISTRESS = 65
"""Distress, 0-100, from which a state counts as strained when risks are looked for."""
_LEAST = 8
_CERTAIN = 0.99  # many circumstances are looked at, so 95 % would find one by chance
_LEAST_HARM = 2
_EXCESS = 1.4
_MOST_RISKS = 3
_SEVERE = 0.4
_MIDDLING = 0.2


@attrs.frozen(kw_only=True)
class Trouble:
    """A circumstance in which the replies of a group went wrong more often than elsewhere."""

    when: Condition
    """The circumstance as a test."""
    words: str
    """The same as a clause."""
    harmed: int
    """Units after which the seeker was worse off."""
    helped: int
    """Units after which the seeker was better off."""
    tried: int
    """All units in that circumstance."""
    usual: float
    """Share of harm of the same replies in all other circumstances, 0-1."""

    @property
    def certain(self) -> bool:
        """True when harm is above the usual share beyond chance, and commoner than good."""
        above = wilson(self.harmed, self.tried, _CERTAIN)[0] > self.usual
        return above and self.harmed > self.helped


Circumstance = tuple[str, str]
"""Kind (scenario, emotion, distress) and value."""


def _circumstances(unit: InterventionUnit) -> Iterable[Circumstance]:
    if unit.before.scenario:
        yield "scenario", unit.before.scenario
    if unit.before.emotion:
        yield "emotion", unit.before.emotion
    if unit.before.intensity >= HIGH_DISTRESS:
        yield "distress", "high"


def troubles(group: SkillGroup) -> tuple[Trouble, ...]:
    """Circumstances in which the group's replies did harm more often, worst first."""
    units = group.cell.units
    seen: dict[Circumstance, list[InterventionUnit]] = {}
    for unit in units:
        for item in _circumstances(unit):
            seen.setdefault(item, []).append(unit)
    all_harmed = sum(unit.change.polarity == "negative" for unit in units)
    found = []
    for item, inside in sorted(seen.items()):
        harmed = [unit for unit in inside if unit.change.polarity == "negative"]
        outside = len(units) - len(inside)
        enough = min(len(inside), outside) >= _LEAST and dialogues(harmed) >= _LEAST_HARM
        usual = (all_harmed - len(harmed)) / outside if outside else 1.0
        if enough and len(harmed) / len(inside) > _EXCESS * usual:
            found.append(_trouble(group, item, inside, usual))
    return tuple(sorted(found, key=lambda one: (-one.harmed / one.tried, one.words)))


def _trouble(
    group: SkillGroup, item: Circumstance, inside: Sequence[InterventionUnit], usual: float
) -> Trouble:
    kind, value = item
    made: Mapping[str, Callable[[], tuple[Condition, str]]] = {
        "scenario": lambda: (
            Condition(states=group.states, scenarios=(value,)),
            f"the talk is about {value.replace('-', ' ')}",
        ),
        "emotion": lambda: (
            Condition(states=group.states, emotions=(value,)),
            f"the feeling in it is {value}",
        ),
        "distress": lambda: (
            Condition(states=group.states, intensity_min=HIGH_DISTRESS),
            "the distress is very high",
        ),
    }
    when, words = made[kind]()
    turns = [unit.change.polarity for unit in inside]
    return Trouble(
        when=attrs.evolve(when, words=words),
        words=words,
        harmed=turns.count("negative"),
        helped=turns.count("positive"),
        tried=len(inside),
        usual=usual,
    )


def crisis_bar() -> Condition:
    """The condition that keeps every ordinary skill out of a crisis."""
    return Condition(
        states=(CRISIS,), words="the seeker speaks of death, self-harm or danger to someone"
    )


def risks(group: SkillGroup, found: Sequence[Trouble], instead: str) -> tuple[Risk, ...]:
    """Risks that the evidence shows; with no special circumstance, the general one."""
    made = [
        Risk(
            trigger=(
                f"When {one.words}, replies of this kind made it worse in {one.harmed} of"
                f" {one.tried} moments ({_percent(one.usual)} elsewhere)."
            ),
            severity=_severity(one.harmed / one.tried),
            instead=instead,
            when=one.when,
        )
        for one in found[:_MOST_RISKS]
    ]
    harmed = len(group.cell.negative)
    if made or not harmed:
        return tuple(made)
    share = harmed / group.cell.tried
    general = Risk(
        trigger=(
            f"After {harmed} of {group.cell.tried} such replies the seeker was worse off, most"
            f" often: {_commonest(group.cell.negative)}."
        ),
        severity=_severity(share),
        instead=instead,
    )
    return (general,)


def _commonest(units: Sequence[InterventionUnit]) -> str:
    labels = [unit.change.label for unit in units]
    return min(labels, key=lambda label: (-labels.count(label), label)).replace("-", " ")


def _severity(share: float) -> Literal["low", "medium", "high"]:
    return "high" if share >= _SEVERE else "medium" if share >= _MIDDLING else "low"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def best_other(table: Mapping[Pair, Cell], group: SkillGroup, wording: Wording) -> str:
    """What to do instead: an action outside the group that rarely harmed in these states."""
    counted = {
        action: total(table, group.states, [action])
        for action in sorted({action for _, action in table} - set(group.actions))
    }
    ranked = [
        ((len(cell.negative) + 1) / (cell.tried + 4), action)
        for action, cell in counted.items()
        if cell.tried >= _LEAST
    ]
    lead = wording.action(group.actions[0])
    if not ranked:
        return lead.instead
    other = wording.action(min(ranked)[1])
    return f"{lead.instead} Or {other.does}."


def elsewhere(table: Mapping[Pair, Cell], group: SkillGroup, wording: Wording) -> tuple[str, ...]:
    """States outside the group in which the same actions did harm beyond chance."""
    usual = _harm(total(table, sorted({s for s, _ in table}), group.actions))
    said = []
    for state in sorted({state for state, _ in table} - set(group.states)):
        cell = total(table, [state], group.actions)
        harmed = len(cell.negative)
        if cell.tried >= _LEAST and wilson(harmed, cell.tried)[0] > usual:
            said.append(
                f"The same reply did harm when {wording.state(state).when}"
                f" ({harmed} of {cell.tried} moments)."
            )
    return tuple(said)


def _harm(cell: Cell) -> float:
    return len(cell.negative) / cell.tried if cell.tried else 0.0
