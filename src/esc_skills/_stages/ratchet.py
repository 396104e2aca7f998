"""The risk ratchet: what was learned about harm may grow, and is lost by name only (S7)."""

from __future__ import annotations

from collections.abc import Iterable

from esc_skills._stages.patch import HUMAN, Rules, Waiver, refusal
from esc_skills.model import Condition, Risk, Skill


def cautions(skill: Skill) -> tuple[Risk | Condition, ...]:
    """Risks and contraindications of a skill."""
    return (*skill.risks, *skill.not_when)


def words(caution: Risk | Condition) -> str:
    """What a waiver calls a risk or a contraindication."""
    return caution.trigger if isinstance(caution, Risk) else caution.words or repr(caution)


def complete(waiver: Waiver, rules: Rules) -> bool:
    """Whether a named person and enough independent conversations stand behind a waiver."""
    known = rules.voices is None or all(trace in rules.voices for trace in waiver.traces)
    voices = {rules.voice(trace) for trace in waiver.traces}
    named = waiver.by.startswith(HUMAN) and bool(waiver.by.removeprefix(HUMAN).strip())
    return named and known and len(voices) >= rules.waiver_voices


def check_ratchet(old: Skill, new: Skill, waivers: Iterable[Waiver], rules: Rules) -> None:
    """Refuse to drop or reword a risk or contraindication without a complete waiver.

    Raises:
        BankRuleError: S7.
    """
    kept = cautions(new)
    given = {
        waiver.line for waiver in waivers if waiver.skill == old.name and complete(waiver, rules)
    }
    for caution in cautions(old):
        if caution not in kept and words(caution) not in given:
            raise refusal(
                "S7",
                f"skill {old.name!r} would lose or reword the risk {words(caution)!r}",
                f"add beside it; taking one back needs a named person and {rules.waiver_voices}"
                " independent conversations",
            )
