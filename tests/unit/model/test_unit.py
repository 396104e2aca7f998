"""Intervention Units and prototypes."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

from esc_skills.model import InterventionUnit, Prototype
from esc_skills.testing import strategies


@given(strategies.units())
def test_a_unit_is_known_by_its_content(unit: InterventionUnit) -> None:
    """Equal units share an id; a unit that differs in any word has another."""
    assert attrs.evolve(unit).id == unit.id
    assert unit.id.startswith("iu-")
    assert attrs.evolve(unit, context=unit.context + "x").id != unit.id


@given(strategies.prototypes())
def test_a_rate_lies_within_its_interval(prototype: Prototype) -> None:
    """The strategy makes sound prototypes, and the key names the three parts."""
    assert prototype.low <= prototype.rate <= prototype.high
    assert prototype.key == f"{prototype.state}/{prototype.action}/{prototype.polarity}"


def test_a_prototype_has_units() -> None:
    """S10: a count without sources is not kept."""
    with pytest.raises(ValueError, match="units"):
        Prototype(state="s", action="a", polarity="neutral", units=())
