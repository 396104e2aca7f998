"""Which states and actions become one skill: needs by families, split where evidence allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from esc_skills_plugins.distillers.counting import Cell, Pair, dialogues
from esc_skills_plugins.distillers.wording import Wording

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
    """Weaker groups are taken in up to this number."""
    max_skills: int
    """Large groups are split up to this number."""

    def met(self, cell: Cell) -> bool:
        """Say whether a cell bears a skill."""
        enough = len(cell.positive) >= self.min_units
        return enough and dialogues(cell.positive) >= self.min_dialogues


@attrs.frozen(kw_only=True)
class SkillGroup:
    """States and actions that become one skill."""

    need: str
    """Name of the need."""
    states: tuple[str, ...]
    """State labels, most evidence first."""
    actions: tuple[str, ...]
    """Recommended action labels, best first."""
    family: tuple[str, ...]
    """All action labels that were counted."""
    cell: Cell
    """All units of these states and actions."""
    base: float
    """Share of good turns after any reply in these states, 0-1."""

    @property
    def rate(self) -> float:
        """Share of good turns after these actions, 0-1."""
        return len(self.cell.positive) / self.cell.tried

    @property
    def worth(self) -> float:
        """The rate, drawn towards the base where there is little evidence."""
        return smoothed(len(self.cell.positive), self.cell.tried, self.base)


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


def _all_of(table: Mapping[Pair, Cell], states: Sequence[str]) -> Cell:
    return total(table, states, sorted({action for _, action in table}))


def group_of(
    table: Mapping[Pair, Cell], need: str, states: Sequence[str], family: Sequence[str]
) -> SkillGroup | None:
    """Join states and actions; None when no good turn is behind them."""
    by_state = {state: len(total(table, [state], family).positive) for state in states}
    found = sorted((s for s in states if by_state[s]), key=lambda s: (-by_state[s], s))
    cell = total(table, found, family)
    if not found:
        return None
    everything = _all_of(table, found)
    return SkillGroup(
        need=need,
        states=tuple(found),
        actions=_recommended(table, found, family, cell),
        family=tuple(family),
        cell=cell,
        base=len(everything.positive) / everything.tried,
    )


def _recommended(
    table: Mapping[Pair, Cell], states: Sequence[str], family: Sequence[str], cell: Cell
) -> tuple[str, ...]:
    """Actions of the family, best first; those that did clearly worse are left out."""
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


def choose(
    table: Mapping[Pair, Cell], wording: Wording, limits: Limits
) -> tuple[SkillGroup, ...]:
    """Groups that become skills, in the order of their need and worth."""
    ranked: list[list[SkillGroup]] = []
    for need in wording.needs:
        made = (
            group_of(table, need.name, need.labels, family.labels) for family in wording.families
        )
        kept = [group for group in made if group is not None and limits.met(group.cell)]
        ranked.append(sorted(kept, key=lambda group: (-group.worth, group.family)))
    in_turn = [row[at] for at in range(max(map(len, ranked), default=0)) for row in ranked
               if at < len(row)]  # fmt: skip
    firsts = {row[0] for row in ranked if row}
    strong = [group for group in in_turn if group in firsts or group.rate >= group.base]
    weak = [group for group in in_turn if group not in strong]
    chosen = _split_up(table, strong[: limits.max_skills], limits)
    missing = max(0, limits.min_skills - len(chosen))
    return tuple(chosen + weak[:missing])


def _split_up(
    table: Mapping[Pair, Cell], groups: list[SkillGroup], limits: Limits
) -> list[SkillGroup]:
    """Halve the largest group that can be halved, again and again."""
    done = list(groups)
    whole: list[SkillGroup] = []
    while done and len(done) + len(whole) < limits.max_skills:
        largest = max(done, key=lambda group: (len(group.cell.positive), group.family))
        done.remove(largest)
        parts = _halves(table, largest, limits)
        if parts:
            done += parts
        else:
            whole.append(largest)
    return whole + done


def _halves(
    table: Mapping[Pair, Cell], group: SkillGroup, limits: Limits
) -> list[SkillGroup]:
    """Two groups by state, else by action; empty when one half would lack evidence."""
    first, *rest = group.states
    cuts: list[tuple[list[str], list[str], list[str], list[str]]] = []
    family = list(group.family)
    if rest:
        cuts.append(([first], family, rest, family))
    by_size = sorted(
        family, key=lambda a: (-len(total(table, group.states, [a]).positive), a)
    )
    states = list(group.states)
    cuts.append((states, by_size[:1], states, by_size[1:]))
    for left_states, left, right_states, right in cuts:
        parts = [
            group_of(table, group.need, left_states, left),
            group_of(table, group.need, right_states, right),
        ]
        made = [part for part in parts if part is not None and limits.met(part.cell)]
        if len(made) == len(parts):
            return made
    return []
