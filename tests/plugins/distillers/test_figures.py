"""The tables say how well which action did in which state."""

from __future__ import annotations

from esc_skills_plugins.distillers.counting import cells
from esc_skills_plugins.distillers.figures import action_tables


def value(table, state, action):
    return table.values[table.rows.index(state)][table.columns.index(action)]


def test_tables_have_all_labels(several, taxonomy):
    """15 rows and 17 columns, with the tries as they were counted."""
    success, counts = action_tables(cells(several(4)), taxonomy)
    assert (len(success.rows), len(success.columns)) == (15, 17)
    assert value(counts, "worried", "validate") == 4.0
    assert value(counts, "angry", "validate") == 0.0


def test_better_actions_have_higher_estimates(several, taxonomy):
    """An action that helped stands above one that did not, in the same state."""
    units = several(20, "worried", "praise") + several(20, "worried", "inform", "neutral", start=50)
    success, _ = action_tables(cells(units), taxonomy)
    assert value(success, "worried", "praise") > 0.6 > value(success, "worried", "inform")


def test_what_was_not_tried_follows_the_action(several, taxonomy):
    """An untried pair takes over what the action showed in other states."""
    units = several(30, "worried", "praise") + several(30, "worried", "inform", "neutral", start=50)
    success, _ = action_tables(cells(units), taxonomy)
    assert value(success, "angry", "praise") > value(success, "angry", "inform")


def test_estimates_are_shares(many, taxonomy):
    """Every estimate lies in 0-1."""
    success, _ = action_tables(cells(many), taxonomy)
    assert all(0 <= number <= 1 for row in success.values for number in row)
