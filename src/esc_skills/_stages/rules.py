"""Rules that a bank keeps whoever made it; each names its id in ``where``."""

from __future__ import annotations

from collections.abc import Sequence

from esc_skills._stages.origins import check_origins
from esc_skills._stages.patch import refusal
from esc_skills._stages.personal import personal
from esc_skills._stages.sayings import lines
from esc_skills.model import Skill, SkillsBank

SKILL_LIMIT = 500
"""Most skills of one bank; a refiner that floods the bank is refused."""
TEXT_LIMIT = 20_000
"""Most characters of one skill."""


def check_skill(skill: Skill) -> None:
    """Size, guidance, evidence and personal data of one skill (S10, S13).

    Raises:
        BankRuleError: It breaks a rule.
    """
    if sum(map(len, lines(skill))) > TEXT_LIMIT:
        raise refusal(
            "bank.size",
            f"skill {skill.name!r} is longer than {TEXT_LIMIT} characters",
            "split it into skills of one idea each",
        )
    if not any(step.strip() for step in skill.guidance):
        raise refusal(
            "bank.guidance",
            f"skill {skill.name!r} has no guidance",
            "write at least one step that a person could follow",
        )
    if not skill.evidence:
        raise refusal(
            "S10",
            f"skill {skill.name!r} rests on no evidence",
            "name at least one unit, trace, human:NAME or protected:SOURCE",
        )


def check_person(skill: Skill) -> None:
    """No line holds personal data that have a shape (S13); the data are not repeated.

    Raises:
        BankRuleError: One does.
    """
    said = (*lines(skill), *(test.words for test in (*skill.applies, *skill.not_when)))
    kind = next(filter(None, map(personal, said)), "")
    if kind:
        raise refusal(
            "S13", f"a line of skill {skill.name!r} holds {kind}", "say it without personal data"
        )


def check_protected(bank: SkillsBank, protected: Sequence[Skill]) -> None:
    """The manifests' skills stand unchanged, and no other skill claims protection (S5).

    Raises:
        BankRuleError: One is missing or changed, or one more claims it.
    """
    manifest = {skill.name: skill for skill in protected}
    for name, skill in manifest.items():
        if bank.skill(name) != skill:
            raise refusal(
                "S5",
                f"protected skill {name!r} is missing or changed",
                "only a new release of its guard may change it",
            )
    for skill in bank.skills:
        if skill.protected and skill.name not in manifest:
            raise refusal(
                "S5",
                f"skill {skill.name!r} claims to be protected",
                "protection comes from a guard's manifest only",
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
        raise refusal(
            "bank.size",
            f"{len(bank.skills)} skills, at most {SKILL_LIMIT} are allowed",
            "merge or retire skills",
        )
    check_protected(bank, protected)
    for skill in bank.skills:
        check_skill(skill)
        if not skill.protected:
            check_person(skill)
    check_origins(bank)
