"""The arrow *assemble*: skills, statistics and protected skills become bank version 0."""

from __future__ import annotations

from collections.abc import Iterable

from esc_skills._stages.promote import check_bank
from esc_skills._stages.sayings import Sayings
from esc_skills.model import InterventionUnit, SkillsBank, Taxonomy
from esc_skills.spec import Distillate, Guard


def assemble(
    distillate: Distillate,
    units: Iterable[InterventionUnit],
    *,
    taxonomy: Taxonomy,
    guards: tuple[Guard, ...],
    sources: Iterable[str] = (),
    notes: tuple[str, ...] = (),
    said: Sayings | None = None,
) -> SkillsBank:
    """Put a bank together.

    Args:
        distillate: What the distiller made.
        units: What it was made from; their licences become the bank's.
        taxonomy: Labels the skills are written in.
        guards: Their protected skills replace any distilled skill of the same name.
        sources: Fingerprints of the dialogues behind the units.
        notes: Stamps such as ``no-guard``.
        said: What people said in the corpora; a distilled skill that repeats it is left out,
            and the bank's notes say how many were (S14).

    Raises:
        BankRuleError: A distilled skill claims protection, or rests on nothing.
    """
    protected = {skill.name: skill for guard in guards for skill in guard.protected()}
    own = [skill for skill in distillate.skills if said is None or not said.copied(skill)]
    if len(own) < len(distillate.skills):
        notes += (f"S14: {len(distillate.skills) - len(own)} skills left out",)
    skills = {**{skill.name: skill for skill in own}, **protected}
    bank = SkillsBank(
        skills=tuple(skills[name] for name in sorted(skills)),
        tables=distillate.tables,
        taxonomy=taxonomy,
        licences=tuple(sorted({unit.source.licence for unit in units if unit.source.licence})),
        sources=tuple(sorted(sources)),
        notes=tuple(sorted(notes)),
    )
    check_bank(bank, protected=tuple(protected.values()))
    return bank
