"""Strategy names are found under every known spelling and under no other."""

from __future__ import annotations

import pytest

from esc_skills.model import STRATEGIES
from esc_skills_plugins._shared.strategies import ALIASES, strategy_hint, strategy_of


@pytest.mark.parametrize("name", [*STRATEGIES, *ALIASES])
def test_case_space_and_hyphen_do_not_matter(name):
    """Every known spelling leads to one of the eight, however it is typed."""
    assert strategy_of(name) in STRATEGIES
    assert strategy_of(f"  {name.upper().replace(' ', '  ').replace('-', ' ')} ") == strategy_of(
        name
    )


def test_the_unknown_is_not_guessed():
    """A near miss gives no strategy, but a hint; a far one gets the list."""
    assert strategy_of("Questioning the seeker") == ""
    assert "did you mean 'information'" in strategy_hint("Informations")
    assert "Self-disclosure" in strategy_hint("xyz")
