"""The bank that a proposal would make, for tests of those who propose."""

from __future__ import annotations

from esc_skills._stages.commit import draft
from esc_skills._stages.patch import Patch, Rules
from esc_skills._stages.sayings import Sayings
from esc_skills.model import Proposal, SkillsBank


def apply_proposal(bank: SkillsBank, proposal: Proposal, said: Sayings | None = None) -> SkillsBank:
    """What a gate would let seekers meet; a broken rule raises as it does in a run."""
    return draft(bank, Patch.of(proposal), Rules(said=said))
