"""An optional promise of refiners: skills that they want tried out."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from esc_skills.model import Skill, SkillsBank
from esc_skills.spec.roles import Refiner
from esc_skills.spec.services import Context


@runtime_checkable
class TrialRefiner(Refiner, Protocol):
    """A refiner that wants some skills tried out.

    In conversations with refine seekers, and nowhere else, chance decides at each turn whether
    the retriever's offers stand, are held back, or give way to one of these skills. What followed
    is then no matter of when the bank tends to do what: a micro-randomised trial.
    """

    def trials(self, bank: SkillsBank, ctx: Context) -> tuple[Skill, ...]:
        """Skills to try on the seekers that the refiner will see, at most 32.

        Each has ``life="candidate"`` and a name that the bank does not know; it passes the rules
        of the bank as any new skill does, or it is left out.
        """
