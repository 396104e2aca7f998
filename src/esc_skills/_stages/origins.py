"""Provenance of every line, by code: old lines keep their sources, new ones get the edit's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from esc_skills._stages.patch import CLAIMED, HUMAN, KERNEL, Patch, Rules, refusal
from esc_skills.model import Edit, Origin, Skill, SkillsBank
from esc_skills.model.lineage import lines

Stand = tuple[tuple[str, ...], str]
"""Sources of a line, and the patch that brought it."""
Stands = Mapping[str, Stand]
"""By the line's key."""
CAUTIOUS = {"risks", "not-when"}
"""Parts that may grow on one source (S7)."""


def stands(bank: SkillsBank) -> dict[str, Stands]:
    """Skill → its lines' sources; a skill without a record rests on its evidence as a whole."""
    told: dict[str, dict[str, Stand]] = {}
    for origin in bank.origins:
        for key in origin.lines:
            told.setdefault(origin.skill, {})[key] = (origin.sources, origin.patch)
    return {
        skill.name: told.get(skill.name)
        or {line.key: (skill.evidence, "") for line in lines(skill)}
        for skill in bank.skills
    }


def origins(told: Mapping[str, Stands]) -> tuple[Origin, ...]:
    """The record of a bank: lines of equal standing together, by skill.

    Raises:
        BankRuleError: S10: a line has no source.
    """
    made = []
    for name in sorted(told):
        if not all(sources for sources, _ in told[name].values()):
            raise refusal("S10", f"skill {name!r} rests on no evidence", "name what it rests on")
        groups: dict[Stand, list[str]] = {}
        for key, stand in told[name].items():
            groups.setdefault(stand, []).append(key)
        made += [
            Origin(skill=name, lines=tuple(sorted(keys)), sources=stand[0], patch=stand[1])
            for stand, keys in sorted(groups.items(), key=lambda item: min(item[1]))
        ]
    return tuple(made)


def cited(
    edit: Edit, patch: Patch, rules: Rules, *, known: Iterable[str], own: Iterable[str]
) -> tuple[str, ...]:
    """What the new lines of an edit rest on.

    Args:
        edit: The edit.
        patch: Who asks.
        rules: What ids the run holds.
        known: Sources that stand in the bank.
        own: Sources that stand in the skills it acts on.

    Raises:
        BankRuleError: S10: it cites nothing, something unknown, or a source that only the kernel
            writes.
    """
    if patch.foreign:
        return (patch.actor,)
    made = dict.fromkeys(source for skill in edit.skills for source in skill.evidence)
    mine = {*own, *((patch.actor,) if patch.person else ())}
    standing = {*known, *mine}
    for source in (*edit.evidence, *made):
        if source.startswith(CLAIMED) and patch.actor != KERNEL and source not in mine:
            raise refusal("S10", f"an edit cites {source!r}", "the kernel writes who said what")
        if rules.voices is not None and source not in standing and source not in rules.voices:
            raise refusal(
                "S10", f"an edit rests on {source!r}, unknown to this run", "cite units and traces"
            )
    wanted = tuple(edit.evidence or made)
    if patch.actor != KERNEL:
        wanted = tuple(source for source in wanted if not source.startswith(CLAIMED))
    return tuple(dict.fromkeys((patch.actor, *wanted))) if patch.person else wanted


def inherit(
    old: Sequence[Stands], skill: Skill, sources: tuple[str, ...], patch: str
) -> dict[str, Stand]:
    """Sources of every line of a skill: of the skills it replaces, else those of the edit."""
    made: dict[str, Stand] = {}
    for line in lines(skill):
        held = [stand[line.key] for stand in old if line.key in stand]
        before = tuple(dict.fromkeys(source for stand in held for source in stand[0]))
        made[line.key] = (before, held[0][1]) if held else (sources, patch)
    return made


def check_quota(
    skill: Skill, old: Sequence[Stands], sources: tuple[str, ...], rules: Rules
) -> None:
    """A new line of an active skill rests on two dialogues or seekers, or on a person (S11).

    Raises:
        BankRuleError: S10, S11.
    """
    fresh = [
        line
        for line in lines(skill)
        if line.part not in CAUTIOUS and not any(line.key in stand for stand in old)
    ]
    if fresh and not sources:
        raise refusal("S10", f"skill {skill.name!r} has a line without a source", "cite evidence")
    if not fresh or skill.life != "active" or any(one.startswith(HUMAN) for one in sources):
        return
    voices = {rules.voice(source) for source in sources}
    if rules.voices is not None and len(voices) < rules.least_voices:
        raise refusal(
            "S11",
            f"skill {skill.name!r} has a new line that rests on {len(voices)} dialogue or seeker",
            f"bring evidence of {rules.least_voices} of them at least",
        )


def vouched(stand: Stands, actor: str) -> dict[str, Stand]:
    """The same lines with a person's word behind each."""
    return {
        key: (tuple(dict.fromkeys((*sources, actor))), patch)
        for key, (sources, patch) in stand.items()
    }


def check_origins(bank: SkillsBank) -> None:
    """Every line has a source, and no source stands for a line that is not there (S10).

    Raises:
        BankRuleError: An orphan line, or a record that dangles.
    """
    told: dict[str, set[str]] = {}
    for origin in bank.origins:
        told.setdefault(origin.skill, set()).update(origin.lines)
    for skill in bank.skills if bank.origins else ():
        held = {line.key for line in lines(skill)}
        if held - told.get(skill.name, set()):
            raise refusal("S10", f"a line of {skill.name!r} has no source", "restore the bank")
        if told.pop(skill.name) - held:
            raise refusal("S10", f"{skill.name!r} has a source without a line", "restore the bank")
    if told:
        raise refusal("S10", f"sources of {min(told)!r}, which is not there", "restore the bank")
