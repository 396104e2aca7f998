"""Which states and actions become one skill: needs by families, split where evidence allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from esc_skills.model import InterventionUnit
from esc_skills.stats import wilson
from esc_skills_plugins.distillers.counting import Cell, Pair, dialogues
from esc_skills_plugins.distillers.wording import Group, Wording

_PRIOR = 6.0
_SIDE = 0.85
_LEAD_SHARE = 0.15


@attrs.frozen(kw_only=True)
class Limits:
    """How much evidence a skill needs, and how many skills there may be."""

    min_units: int
    """Least good turns behind a skill."""
    min_dialogues: int
    """Least dialogues they come from (faults S11)."""
    min_skills: int
    """Poor and thin groups are taken in up to this number."""
    max_skills: int
    """Large groups are split up to this number."""

    def met(self, cell: Cell) -> bool:
        """Say whether a cell bears a skill."""
        return len(cell.positive) >= self.min_units and self.mixed(cell)

    def mixed(self, cell: Cell) -> bool:
        """Say whether a cell, however thin, rests on enough dialogues."""
        return dialogues(cell.positive) >= self.min_dialogues


@attrs.frozen(kw_only=True)
class SkillGroup:
    """States and actions that become one skill."""

    need: str
    """Name of the need."""
    states: tuple[str, ...]
    """State labels, most evidence first."""
    actions: tuple[str, ...]
    """Action labels that did about equally well, best first."""
    cell: Cell
    """All units of these states and actions."""
    base: float
    """Share of good turns to expect after any reply in these states at these places, 0-1."""

    @property
    def rate(self) -> float:
        """Share of good turns after these actions, 0-1."""
        return len(self.cell.positive) / self.cell.tried

    @property
    def poor(self) -> bool:
        """True when the rate is below the base beyond chance (95 % interval)."""
        return wilson(len(self.cell.positive), self.cell.tried)[1] < self.base

    @property
    def worth(self) -> float:
        """By how much the rate is above the base, less where there is little evidence."""
        return smoothed(len(self.cell.positive), self.cell.tried, self.base) - self.base


def smoothed(successes: int, tried: int, prior: float, strength: float = _PRIOR) -> float:
    """A share drawn towards ``prior``, as if ``strength`` tries of it had been seen before."""
    return (successes + strength * prior) / (tried + strength)


def total(table: Mapping[Pair, Cell], states: Iterable[str], actions: Iterable[str]) -> Cell:
    """All units of these states and actions."""
    wanted = tuple(actions)
    made = Cell()
    for state in states:
        for action in wanted:
            made = made + table.get((state, action), Cell())
    return made


@attrs.frozen
class Chances:
    """Share of good turns after any reply, by state and third of the dialogue.

    Good turns are commoner late in a talk, where advice stands and thanks follow; without the
    third, every early action would look bad.
    """

    shares: Mapping[tuple[str, int], float]
    """0-1, drawn towards the share of the third where a state is rare."""

    def of(self, unit: InterventionUnit) -> float:
        """The share to expect for a unit, whatever the action."""
        return self.shares[unit.before.label, _third(unit)]

    def mean(self, units: Sequence[InterventionUnit]) -> float:
        """The mean share to expect; 0 without units."""
        return sum(self.of(unit) for unit in units) / len(units) if units else 0.0


def _third(unit: InterventionUnit) -> int:
    return min(2, int(unit.position * 3))


def chances(table: Mapping[Pair, Cell]) -> Chances:
    """Count the shares over all actions."""
    good: dict[tuple[str, int], int] = {}
    tried: dict[tuple[str, int], int] = {}
    for (state, _), cell in table.items():
        for unit in cell.units:
            for key in ((state, _third(unit)), ("", _third(unit))):
                tried[key] = tried.get(key, 0) + 1
                good[key] = good.get(key, 0) + (unit.change.polarity == "positive")
    usual = {third: good["", third] / tried["", third] for label, third in tried if not label}
    return Chances({key: smoothed(good[key], tried[key], usual[key[1]]) for key in tried if key[0]})


def group_of(
    table: Mapping[Pair, Cell],
    need: str,
    states: Sequence[str],
    family: Sequence[str],
    expected: Chances,
) -> SkillGroup | None:
    """Join states with those actions that did about equally well; None without a good turn."""
    everything = total(table, states, family)
    if not everything.positive:
        return None
    actions = _compatible(table, states, family, everything)
    by_state = {state: len(total(table, [state], actions).positive) for state in states}
    found = sorted((s for s in states if by_state[s]), key=lambda s: (-by_state[s], s))
    cell = total(table, found, actions)
    return SkillGroup(
        need=need,
        states=tuple(found),
        actions=actions,
        cell=cell,
        base=expected.mean(cell.units),
    )


def _compatible(
    table: Mapping[Pair, Cell], states: Sequence[str], family: Sequence[str], cell: Cell
) -> tuple[str, ...]:
    """Actions of the family, best first; those that did clearly worse are left to others."""
    rate = len(cell.positive) / cell.tried
    counted = {action: total(table, states, [action]) for action in family}
    worth = {
        action: smoothed(len(item.positive), item.tried, rate)
        for action, item in counted.items()
        if item.positive
    }
    ranked = sorted(worth, key=lambda action: (-worth[action], action))
    least = _LEAD_SHARE * len(cell.positive)
    lead = next((action for action in ranked if len(counted[action].positive) >= least), ranked[0])
    rest = [a for a in ranked if a != lead and worth[a] >= _SIDE * worth[lead]]
    return (lead, *rest)


def _groups(
    table: Mapping[Pair, Cell], need: Group, family: Group, expected: Chances
) -> Iterator[SkillGroup]:
    """The best actions of a family, then the best of those left over, until none has evidence."""
    left = list(family.labels)
    while left:
        made = group_of(table, need.name, need.labels, left, expected)
        if made is None:
            return
        yield made
        left = [action for action in left if action not in made.actions]


def choose(table: Mapping[Pair, Cell], wording: Wording, limits: Limits) -> tuple[SkillGroup, ...]:
    """Groups that become skills, in the order of their need and worth."""
    expected = chances(table)
    ranked: list[list[SkillGroup]] = []
    for need in wording.needs:
        kept = [
            group
            for family in wording.families
            if not family.needs or need.name in family.needs
            for group in _groups(table, need, family, expected)
            if limits.mixed(group.cell)
        ]
        ranked.append(sorted(kept, key=lambda group: (-group.worth, group.actions)))
    in_turn = [row[at] for at in range(max(map(len, ranked), default=0)) for row in ranked
               if at < len(row)]  # fmt: skip
    strong = [group for group in in_turn if limits.met(group.cell) and not group.poor]
    weak = [group for group in in_turn if group not in strong]
    chosen = _split_up(table, strong[: limits.max_skills], limits, expected)
    chosen += weak[: max(0, limits.min_skills - len(chosen))]
    # With little evidence a thin skill of its own is still truer than one for three states.
    thin = attrs.evolve(limits, min_units=1, max_skills=limits.min_skills)
    return tuple(_split_up(table, chosen, thin, expected))


def _split_up(
    table: Mapping[Pair, Cell], groups: list[SkillGroup], limits: Limits, expected: Chances
) -> list[SkillGroup]:
    """Halve the largest group that can be halved, again and again."""
    done = list(groups)
    whole: list[SkillGroup] = []
    while done and len(done) + len(whole) < limits.max_skills:
        largest = max(done, key=lambda group: (len(group.cell.positive), group.actions))
        done.remove(largest)
        parts = _halves(table, largest, limits, expected)
        if parts:
            done += parts
        else:
            whole.append(largest)
    return whole + done


def _halves(
    table: Mapping[Pair, Cell], group: SkillGroup, limits: Limits, expected: Chances
) -> list[SkillGroup]:
    """Two groups by state, else by action; empty when one half would lack evidence."""
    states, actions = list(group.states), list(group.actions)
    by_size = sorted(actions, key=lambda a: (-len(total(table, states, [a]).positive), a))
    cuts = [
        (states[:1], actions, states[1:], actions),
        (states, by_size[:1], states, by_size[1:]),
    ]
    for left_states, left, right_states, right in cuts:
        parts = [
            group_of(table, group.need, left_states, left, expected),
            group_of(table, group.need, right_states, right, expected),
        ]
        made = [part for part in parts if part is not None and limits.met(part.cell)]
        if len(made) == len(parts):
            return made
    return []
