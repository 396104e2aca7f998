"""The arrow extract."""

from __future__ import annotations

import asyncio

import attrs

from esc_skills._stages.extract import extract
from esc_skills.model import Dialogue, InterventionUnit
from esc_skills.spec import Context
from esc_skills.testing import context
from esc_skills.testing.conformance.scenes import dialogue, units
from esc_skills.testing.doubles import PlainReader


@attrs.frozen(kw_only=True)
class Cutter(PlainReader):
    """An extractor that keeps what it was given, and draws by lot."""

    given: list[tuple[str, str, float]] = attrs.field(factory=list)

    async def extract(self, dialogue: Dialogue, ctx: Context) -> tuple[InterventionUnit, ...]:
        self.given.append((dialogue.id, ctx.place, ctx.rng.random()))
        return units()[:2]


def test_units_come_in_turn_order() -> None:
    """What the extractor cuts is handed on as it is."""
    cutter = Cutter()
    found = asyncio.run(extract(dialogue("d-1"), cutter, lambda actor: context(place=actor)))
    assert found == units()[:2]
    assert [item[:2] for item in cutter.given] == [("d-1", "extract/d-1")]


def test_dialogue_has_chance_of_its_own() -> None:
    """A dialogue draws the same lots whatever was cut before it: order changes no unit."""
    forth, back = Cutter(), Cutter()
    for cutter, names in ((forth, ("d-1", "d-2")), (back, ("d-2", "d-1"))):
        for name in names:
            asyncio.run(extract(dialogue(name), cutter, lambda actor: context(place=actor)))
    assert sorted(forth.given) == sorted(back.given)
    assert len({lot for _, _, lot in forth.given}) == 2
