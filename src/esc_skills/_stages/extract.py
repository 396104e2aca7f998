"""The arrow *extract*: dialogues become Intervention Units."""

from __future__ import annotations

from esc_skills._stages.cast import Lend
from esc_skills.model import Dialogue, InterventionUnit
from esc_skills.spec import Extractor


async def extract(
    dialogue: Dialogue, extractor: Extractor, lend: Lend
) -> tuple[InterventionUnit, ...]:
    """Cut one dialogue into units, in turn order."""
    return await extractor.extract(dialogue, lend(f"extract/{dialogue.id}"))
