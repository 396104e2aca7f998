"""The arrow *promote*: the one write path of a bank, and the rules that protect it.

Refiner, importer, merge, rollback and the command line all come through here. The rules act
on content, so that no plug-in can talk its way around them.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError
from esc_skills.model import Edit, Proposal, Skill, SkillsBank, Verdict, content_hash
from esc_skills.model.skill import LifeCycle

SKILL_LIMIT = 500
"""Most skills of one bank; a refiner that floods the bank is refused."""

TEXT_LIMIT = 20_000
"""Most characters of one skill."""


def _refuse(rule: str, what: str, hint: str) -> BankRuleError:
    return BankRuleError(what, hint=hint, where=rule)


def _check_skill(skill: Skill) -> None:
    words = (skill.overview, *skill.guidance, *skill.pitfalls, *skill.examples)
    if sum(len(text) for text in words) > TEXT_LIMIT:
        raise _refuse(
            "bank.size",
            f"skill {skill.name!r} is longer than {TEXT_LIMIT} characters",
            "split it into skills of one idea each",
        )
    if not any(step.strip() for step in skill.guidance):
        raise _refuse(
            "bank.guidance",
            f"skill {skill.name!r} has no guidance",
            "write at least one step that a person could follow",
        )
    if not skill.evidence:
        raise _refuse(
            "S10",
            f"skill {skill.name!r} rests on no evidence",
            "name at least one unit, trace, human:NAME or protected:SOURCE",
        )


def check_bank(bank: SkillsBank, *, protected: Sequence[Skill]) -> None:
    """Check every rule that a bank must keep, whoever made it.

    Args:
        bank: The bank.
        protected: Skills of the guards' manifests; they must stand in it unchanged.

    Raises:
        BankRuleError: With the rule's id in ``where``.
    """
    if len(bank.skills) > SKILL_LIMIT:
        raise _refuse(
            "bank.size",
            f"{len(bank.skills)} skills, at most {SKILL_LIMIT} are allowed",
            "merge or retire skills",
        )
    manifest = {skill.name: skill for skill in protected}
    for name, skill in manifest.items():
        if bank.skill(name) != skill:
            raise _refuse(
                "S5",
                f"protected skill {name!r} is missing or changed",
                "only a new release of its guard may change it",
            )
    for skill in bank.skills:
        _check_skill(skill)
        if skill.protected and skill.name not in manifest:
            raise _refuse(
                "S5",
                f"skill {skill.name!r} claims to be protected",
                "protection comes from a guard's manifest only",
            )


def _check_risks(old: Skill, new: Skill) -> None:
    lost = [risk for risk in old.risks if risk not in new.risks]
    if lost:
        raise _refuse(
            "S7",
            f"edit of {old.name!r} drops or rewrites the risk {lost[0].trigger!r}",
            "risks may be added; taking one back needs a named person",
        )


def _targets(bank: SkillsBank, edit: Edit) -> list[Skill]:
    found = []
    for name in edit.targets:
        skill = bank.skill(name)
        if skill is None:
            raise _refuse(
                "bank.target",
                f"edit {edit.kind} names {name!r}, which the bank does not hold",
                "propose against the current bank",
            )
        if skill.protected:
            raise _refuse("S5", f"edit {edit.kind} touches protected {name!r}", "leave it alone")
        found.append(skill)
    return found


def _inherit(old: Sequence[Skill], new: Skill, edit: Edit) -> Skill:
    """Give an edited skill its past: evidence of all it replaces, next revision."""
    past = [item for skill in old for item in skill.evidence]
    evidence = tuple(dict.fromkeys((*past, *new.evidence, *edit.evidence)))
    revision = max((skill.revision for skill in old), default=0) + 1
    return attrs.evolve(new, evidence=evidence, revision=revision)


def apply_edit(bank: SkillsBank, edit: Edit) -> SkillsBank:
    """Apply one edit; skills it does not name stay as they are.

    Raises:
        BankRuleError: The edit breaks a rule or names what is not there.
    """
    old = _targets(bank, edit)
    if edit.kind in {"quarantine", "retire"}:
        life: LifeCycle = "quarantined" if edit.kind == "quarantine" else "retired"
        made = [attrs.evolve(old[0], life=life, revision=old[0].revision + 1)]
    else:
        made = [_inherit(old, skill, edit) for skill in edit.skills]
    if edit.kind in {"revise", "merge"}:
        for skill in old:
            _check_risks(skill, made[0])
    if edit.kind == "split":
        for risk in old[0].risks:
            if not all(risk in skill.risks for skill in made):
                raise _refuse("S7", "a split must keep every risk in every part", "copy the risks")
    gone = set(edit.targets)
    kept = [skill for skill in bank.skills if skill.name not in gone]
    taken = {skill.name for skill in kept}
    for skill in made:
        if skill.name in taken:
            raise _refuse(
                "bank.name",
                f"edit {edit.kind} would make a second {skill.name!r}",
                "choose another name, or revise the one that is there",
            )
        taken.add(skill.name)
    return bank.with_skills((*kept, *made))


def _check_words(old: SkillsBank, made: SkillsBank, said: Sayings) -> None:
    for skill in made.skills:
        if old.skill(skill.name) != skill and said.copied(skill, old.skills):
            raise _refuse(
                "S14",
                f"skill {skill.name!r} repeats eight words or more in a row of a source dialogue",
                "say it in other words; nobody's sentences go into a bank",
            )


def apply_proposal(bank: SkillsBank, proposal: Proposal, said: Sayings | None = None) -> SkillsBank:
    """Make the candidate bank of a proposal.

    Args:
        bank: The bank in use.
        proposal: What to change.
        said: What people said in the run's corpora; None where there are none at hand.

    Raises:
        BankRuleError: It was made for another bank, an edit breaks a rule, a new line repeats
            people's words, or all skills go.
    """
    if proposal.bank != bank.hash:
        raise _refuse(
            "bank.parent",
            f"proposal was made for bank {proposal.bank[:12]}, this is {bank.hash[:12]}",
            "propose again against the current bank",
        )
    protected = tuple(skill for skill in bank.skills if skill.protected)
    made = bank
    for edit in proposal.edits:
        made = apply_edit(made, edit)
    before = [skill for skill in bank.active if not skill.protected]
    if before and not any(not skill.protected for skill in made.active):
        raise _refuse("bank.empty", "the proposal leaves no active skill", "keep at least one")
    check_bank(made, protected=protected)
    if said is not None:
        _check_words(bank, made, said)
    return attrs.evolve(made, parent=bank.hash, proposal=content_hash(proposal), verdict="")


def promote(candidate: SkillsBank, verdict: Verdict) -> SkillsBank:
    """Make an accepted candidate the next bank.

    Raises:
        BankRuleError: The verdict is not an acceptance, or it carries a veto.
    """
    if verdict.decision != "accept" or verdict.vetoes:
        raise _refuse(
            "bank.verdict",
            f"verdict {verdict.decision} with {len(verdict.vetoes)} vetoes promotes nothing",
            "only an acceptance without veto does",
        )
    return attrs.evolve(candidate, verdict=content_hash(verdict))
