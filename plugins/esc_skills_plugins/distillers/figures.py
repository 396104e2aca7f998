"""Tables for retrievers and responders: how well which action does in which state."""

from __future__ import annotations

from collections.abc import Mapping

from esc_skills.model import Table, Taxonomy
from esc_skills_plugins.distillers.counting import Cell, Pair
from esc_skills_plugins.distillers.grouping import Chances, chances

_ACTION_PRIOR = 20.0
_CELL_PRIOR = 6.0


def action_tables(table: Mapping[Pair, Cell], taxonomy: Taxonomy) -> tuple[Table, Table]:
    """Estimated share of good turns, and number of tries, of every action in every state.

    The estimate is the state's own share, plus what the action adds everywhere, plus what it adds
    here; both additions are against the share to expect in that third of a dialogue, and drawn
    towards zero where there were few tries.
    """
    expected = chances(table)
    states = tuple(label.name for label in taxonomy.states)
    actions = tuple(label.name for label in taxonomy.actions)
    adds = {action: _gain(_column(table, action), expected, _ACTION_PRIOR) for action in actions}
    shares = {state: _share(table, state) for state in states}
    none = Cell()

    def success(state: str, action: str) -> float:
        cell = table.get((state, action), none)
        here = _gain(cell, expected, _CELL_PRIOR)
        kept = _CELL_PRIOR / (cell.tried + _CELL_PRIOR)
        return round(max(0.0, min(1.0, shares[state] + here + kept * adds[action])), 6)

    return (
        Table(
            name="action-success",
            rows=states,
            columns=actions,
            values=tuple(tuple(success(state, action) for action in actions) for state in states),
            note="Share of good turns after an action in a state, adjusted for the place in the"
            " dialogue and smoothed.",
        ),
        Table(
            name="action-count",
            rows=states,
            columns=actions,
            values=tuple(
                tuple(float(table.get((state, action), none).tried) for action in actions)
                for state in states
            ),
            note="Units of each action in each state, crises left out.",
        ),
    )


def _column(table: Mapping[Pair, Cell], action: str) -> Cell:
    return sum((cell for (_, name), cell in table.items() if name == action), Cell())


def _gain(cell: Cell, expected: Chances, prior: float) -> float:
    """Mean of outcome (1 good, 0 other) less what was to expect, drawn towards zero."""
    surplus = len(cell.positive) - sum(expected.of(unit) for unit in cell.units)
    return surplus / (cell.tried + prior)


def _share(table: Mapping[Pair, Cell], state: str) -> float:
    """Share of good turns in a state, drawn towards that of all states."""
    everything = sum(table.values(), Cell())
    row = sum((cell for (name, _), cell in table.items() if name == state), Cell())
    overall = len(everything.positive) / everything.tried if everything.tried else 0.0
    return (len(row.positive) + _ACTION_PRIOR * overall) / (row.tried + _ACTION_PRIOR)
