"""Edits applied to skills, one after the other, with the sources of every line."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills._stages.origins import Stands, check_quota, cited, inherit, vouched
from esc_skills._stages.patch import Patch, Rules, refusal
from esc_skills._stages.ratchet import check_ratchet
from esc_skills._stages.shapes import check_shape
from esc_skills.model import Edit, Skill, SkillsBank
from esc_skills.model.skill import LifeCycle


@attrs.define
class Bench:
    """Skills of a bank while a patch is worked into them."""

    patch: Patch
    """What is wished for."""
    rules: Rules
    """What it meets."""
    skills: dict[str, Skill]
    """By name."""
    told: dict[str, Stands]
    """Sources of every line, by skill."""
    known: set[str]
    """Sources that stood in the bank before the patch."""
    pinned: frozenset[str] = frozenset()
    """Skills that only a named person may change."""

    def apply(self, edit: Edit) -> None:
        """Work one edit in.

        Raises:
            BankRuleError: It breaks a rule or names what is not there.
        """
        if self.patch.foreign and edit.kind != "add":
            raise refusal("S17", "an import changes a skill of the bank", "an import only adds")
        old = self._targets(edit)
        check_shape(edit, old)
        own = [source for skill in old for source in skill.evidence]
        sources = cited(edit, self.patch, self.rules, known=self.known, own=own)
        before = [self.told[skill.name] for skill in old]
        if edit.kind in {"quarantine", "retire"}:
            life: LifeCycle = "quarantined" if edit.kind == "quarantine" else "retired"
            made = [attrs.evolve(old[0], life=life, revision=old[0].revision + 1)]
        else:
            made = [self._inherit(old, skill, edit, sources) for skill in edit.skills]
            for skill in made:
                self._check(old, before, skill, sources)
        for skill in old:
            del self.skills[skill.name], self.told[skill.name]
        for skill in made:
            stand = inherit(before, skill, sources, self.patch.id)
            if self.patch.person and any(one.life != "active" for one in old):
                stand = vouched(stand, self.patch.actor)
            self._put(skill, stand, edit)

    def _targets(self, edit: Edit) -> list[Skill]:
        found = []
        for name in edit.targets:
            skill = self.skills.get(name)
            if skill is None:
                raise refusal(
                    "bank.target",
                    f"edit {edit.kind} names {name!r}, which the bank does not hold",
                    "propose against the current bank",
                )
            if skill.protected:
                raise refusal(
                    "S5", f"edit {edit.kind} touches protected {name!r}", "leave it alone"
                )
            if name in self.pinned and not self.patch.person:
                raise refusal(
                    "bank.pin", f"edit {edit.kind} touches pinned {name!r}", "ask who pinned it"
                )
            found.append(skill)
        if len(set(edit.targets)) < len(found):
            raise refusal("bank.target", f"edit {edit.kind} names a skill twice", "name it once")
        return found

    def _inherit(
        self, old: Sequence[Skill], new: Skill, edit: Edit, sources: tuple[str, ...]
    ) -> Skill:
        """Give an edited skill its past: evidence of all it replaces, next revision."""
        revision = max((skill.revision for skill in old), default=0) + 1
        if self.patch.foreign:
            return attrs.evolve(asleep(new), evidence=sources, revision=revision)
        past = [item for skill in old for item in skill.evidence]
        evidence = tuple(dict.fromkeys((*past, *new.evidence, *edit.evidence, *sources)))
        return attrs.evolve(new, evidence=evidence, revision=revision)

    def _check(
        self, old: Sequence[Skill], before: list[Stands], new: Skill, sources: tuple[str, ...]
    ) -> None:
        resting = any(skill.life != "active" for skill in old)
        if resting and new.life == "active" and not self.patch.person:
            raise refusal("S17", f"an edit would wake {new.name!r}", "only a named person may")
        for skill in old:
            check_ratchet(skill, new, self.patch.waivers, self.rules)
        check_quota(new, before, sources, self.rules)

    def _put(self, skill: Skill, stand: Stands, edit: Edit) -> None:
        if skill.name in self.skills:
            held = self.skills[skill.name]
            raise refusal(
                "S5" if held.protected else "bank.name",
                f"edit {edit.kind} would make a second {skill.name!r}",
                "choose another name, or revise the one that is there",
            )
        self.skills[skill.name], self.told[skill.name] = skill, stand


def asleep(skill: Skill) -> Skill:
    """What comes from outside, as it enters: not retrieved before a person has looked (S17)."""
    return attrs.evolve(skill, life="quarantined")


def start(bank: SkillsBank, told: dict[str, Stands], patch: Patch, rules: Rules) -> Bench:
    """A bench with the skills of a bank."""
    return Bench(
        patch=patch,
        rules=rules,
        skills={skill.name: skill for skill in bank.skills},
        told=told,
        pinned=bank.pinned,
        known={
            *(one for skill in bank.skills for one in skill.evidence),
            *(one for stand in told.values() for sources, _ in stand.values() for one in sources),
        },
    )
