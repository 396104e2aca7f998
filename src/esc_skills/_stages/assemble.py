"""The arrow *assemble*: skills, statistics and protected skills become bank version 0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from esc_skills._stages.commit import commit
from esc_skills._stages.patch import HUMAN, KERNEL, Patch, Rules, refusal
from esc_skills._stages.personal import personal
from esc_skills._stages.sayings import Sayings, lines
from esc_skills.model import InterventionUnit, Skill, SkillsBank, Taxonomy
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
        said: What people said in the corpora.

    A distilled skill that repeats people (S14), holds personal data (S13) or rests on one dialogue
    alone (S11) is left out, and the bank's notes say how many were.

    Raises:
        BankRuleError: A distilled skill claims protection, or rests on nothing.
    """
    protected = {skill.name: skill for guard in guards for skill in guard.protected()}
    units = tuple(units)
    voices = {unit.id: unit.source.dialogue for unit in units} or None
    rules = Rules(protected=tuple(protected.values()), said=said, voices=voices)
    own, stamps = _sound(distillate.skills, rules)
    skills = {**{skill.name: skill for skill in own}, **protected}
    bank = SkillsBank(
        skills=tuple(skills[name] for name in sorted(skills)),
        tables=distillate.tables,
        taxonomy=taxonomy,
        licences=tuple(sorted({unit.source.licence for unit in units if unit.source.licence})),
        sources=tuple(sorted(sources)),
        notes=tuple(sorted((*notes, *stamps))),
    )
    patch = Patch(kind="assemble", actor=KERNEL, base="", version=bank)
    return commit(SkillsBank(), patch, rules).bank


def _sound(skills: Iterable[Skill], rules: Rules) -> tuple[list[Skill], list[str]]:
    """Skills that may enter, and how many had to stay out by which rule."""
    broken = [(skill, _broken(skill, rules)) for skill in skills]
    counts = Counter(rule for _, rule in broken if rule)
    notes = [f"{rule}: {counts[rule]} skills left out" for rule in sorted(counts)]
    return [skill for skill, rule in broken if not rule], notes


def _broken(skill: Skill, rules: Rules) -> str:
    known = rules.voices
    unknown = [
        one for one in skill.evidence if not one.startswith(HUMAN) and one not in (known or ())
    ]
    if known is not None and unknown:
        raise refusal(
            "S10", f"skill {skill.name!r} rests on {unknown[0]!r}, no unit of the run", "cite units"
        )
    if rules.said is not None and rules.said.copied(skill):
        return "S14"
    if any(map(personal, lines(skill))):
        return "S13"
    voices = {rules.voice(source) for source in skill.evidence}
    written = any(source.startswith(HUMAN) for source in skill.evidence)
    return "S11" if known is not None and not written and len(voices) < rules.least_voices else ""
