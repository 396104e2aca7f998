"""The arrow *promote*: an accepted proposal becomes the next bank, through ``commit``."""

from __future__ import annotations

from esc_skills._stages.commit import Commit, commit
from esc_skills._stages.patch import Patch, Rules
from esc_skills.model import Proposal, SkillsBank, Verdict


def promote(
    bank: SkillsBank, proposal: Proposal, verdict: Verdict, rules: Rules, *, head: str = ""
) -> Commit:
    """Make an accepted candidate the next bank.

    Raises:
        BankRuleError: The verdict is not an acceptance, it carries a veto, or a rule is broken.
    """
    return commit(bank, Patch.of(proposal, verdict), rules, head=head)
