"""The arrow *distil*: units become prototypes, skills and statistics."""

from __future__ import annotations

from esc_skills._stages.cast import Lend
from esc_skills.model import InterventionUnit, Taxonomy
from esc_skills.spec import Distillate, Distiller


async def distil(
    units: tuple[InterventionUnit, ...], taxonomy: Taxonomy, distiller: Distiller, lend: Lend
) -> Distillate:
    """Distil all units of a run at once."""
    return await distiller.distil(units, taxonomy, lend("distil"))
