"""The arrow distil."""

from __future__ import annotations

import asyncio

import attrs

from esc_skills._stages.distil import distil
from esc_skills.model import InterventionUnit, Taxonomy
from esc_skills.spec import Context, Distillate
from esc_skills.testing import context
from esc_skills.testing.conformance.scenes import units
from esc_skills.testing.samples import skill, taxonomy


@attrs.frozen
class Keeper:
    """A distiller that keeps what it was given."""

    given: list[tuple[object, ...]] = attrs.field(factory=list)

    async def distil(
        self, units: tuple[InterventionUnit, ...], taxonomy: Taxonomy, ctx: Context
    ) -> Distillate:
        self.given.append((units, taxonomy, ctx.place))
        return Distillate(skills=(skill(),))


def test_all_units_are_distilled_at_once() -> None:
    """The distiller gets every unit in order, the taxonomy, and a context of its own."""
    keeper = Keeper()
    made = asyncio.run(distil(units(), taxonomy(), keeper, lambda actor: context(place=actor)))
    assert keeper.given == [(units(), taxonomy(), "distil")]
    assert made == Distillate(skills=(skill(),))
