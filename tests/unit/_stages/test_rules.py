"""Rules of every bank, whoever made it."""

from __future__ import annotations

import pytest

from esc_skills._stages.rules import SKILL_LIMIT, TEXT_LIMIT, check_bank, check_skill
from esc_skills.errors import BankRuleError
from esc_skills.model import Condition, Risk
from esc_skills.testing.samples import bank, protected_skill, skill


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"guidance": (" ",)}, "bank.guidance"),
        ({"examples": ("x" * TEXT_LIMIT,)}, "bank.size"),
        ({"evidence": ()}, "S10"),
        ({"protected": True}, "S5"),
        ({"risks": (Risk(trigger="Late.", instead="Ring 030 123 45 67."),)}, "S13"),
        ({"not_when": (Condition(words="they wrote @ann_lee"),)}, "S13"),
    ],
    ids=["guidance", "size", "evidence", "protected", "phone", "handle"],
)
def test_each_rule_names_its_id(changes: dict[str, object], rule: str) -> None:
    """S5, S10, S13, B18: what is broken stands in ``where``; personal data are not repeated."""
    with pytest.raises(BankRuleError) as refused:
        check_bank(bank(skill(**changes)), protected=())
    assert refused.value.where == rule
    assert "030" not in refused.value.line
    assert "ann_lee" not in refused.value.line


def test_a_flood_is_refused() -> None:
    """B18: a bank has an end."""
    flood = (skill(f"s-{number}") for number in range(SKILL_LIMIT + 1))
    with pytest.raises(BankRuleError) as refused:
        check_bank(bank(*flood), protected=())
    assert refused.value.where == "bank.size"


def test_a_guards_words_are_its_own() -> None:
    """S13, negative control: a protected skill may name its helpline's number."""
    guard = protected_skill(guidance=("Call +49 800 111 0 111.",))
    check_bank(bank(skill(), guard), protected=(guard,))


def test_the_limits_themselves_are_allowed() -> None:
    """B18: as many skills, and as many characters, as the rule says; one blank step is no fault."""
    check_bank(bank(*(skill(f"s-{number}") for number in range(SKILL_LIMIT))), protected=())
    parts = {"pitfalls": (), "examples": (), "risks": (), "guidance": (" ", "x")}
    check_skill(skill(overview="x" * (TEXT_LIMIT - 2), **parts))
