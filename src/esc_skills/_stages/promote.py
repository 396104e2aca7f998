"""The arrow *promote*: an accepted proposal becomes the next bank, through ``commit``."""

from __future__ import annotations

from esc_skills._stages.commit import Commit, commit, draft
from esc_skills._stages.patch import Patch, Rules
from esc_skills._stages.sayings import Sayings
from esc_skills.model import Proposal, SkillsBank, Verdict


def apply_proposal(bank: SkillsBank, proposal: Proposal, said: Sayings | None = None) -> SkillsBank:
    """Make the candidate bank of a proposal; no version of a bank, but what a gate tries out.

    Args:
        bank: The bank in use.
        proposal: What to change.
        said: What people said in the run's corpora; None where there are none at hand.

    Raises:
        BankRuleError: It was made for another bank, or an edit breaks a rule.
    """
    return draft(bank, Patch.of(proposal), Rules(said=said))


def promote(
    bank: SkillsBank, proposal: Proposal, verdict: Verdict, rules: Rules, *, head: str = ""
) -> Commit:
    """Make an accepted candidate the next bank.

    Raises:
        BankRuleError: The verdict is not an acceptance, it carries a veto, or a rule is broken.
    """
    return commit(bank, Patch.of(proposal, verdict), rules, head=head)
