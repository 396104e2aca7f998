"""Trial offers: at some turns of the refiner's conversations, chance decides what is offered.

A micro-randomised trial (Klasnja et al. 2015; Liao et al. 2016). Without it, what followed an
action is mixed up with when the bank tends to take it: late in a talk, with seekers who are worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import attrs

from esc_skills._stages.commit import draft
from esc_skills._stages.patch import Patch, Rules
from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError, EscSkillsError, PluginError
from esc_skills.model import Edit, Match, Skill, SkillsBank
from esc_skills.model.invariants import between, filled
from esc_skills.spec import Context, Random, Refiner, TrialRefiner

MOST = 32
"""Most skills on trial at once."""
WITHHELD = 0.1
"""Chance that all offers of a turn are held back: what a skill is worth is told against these."""
HELD_BACK = "none"
"""How a turn is marked at which the offers were held back; a trial skill may not be called so."""


@attrs.frozen(kw_only=True)
class Trials:
    """Skills on trial and the lots that are drawn; part of the key its talks are kept under."""

    skills: tuple[Skill, ...] = attrs.field(validator=filled)
    """In the order they are drawn from."""
    chance: float = attrs.field(validator=between(0, 0.9))
    """Chance that a turn offers one of them, 0-0.9."""
    withheld: float = WITHHELD
    """Chance that a turn offers nothing, 0-0.1."""

    def draw(
        self, matches: tuple[Match, ...], bank: SkillsBank | None, rng: Random
    ) -> tuple[tuple[Match, ...], str]:
        """Draw what is offered at one turn.

        The lot is drawn before anybody looks at the offers, so that turn n of a talk has lot n.

        Args:
            matches: What the retriever offers; left alone where a protected skill is among it.
            bank: The bank in use.
            rng: Chance of the trial alone; no other actor draws from it.

        Returns:
            The offers, and the mark of the exchange.
        """
        lot, pick = rng.random(), rng.choice(self.skills)
        held = [bank.skill(match.skill) for match in matches] if bank else []
        if any(skill is not None and skill.protected for skill in held):
            return matches, ""
        if lot < self.chance:
            return (Match(skill=pick.name, score=1.0, why="on trial, drawn by lot"),), pick.name
        if lot < self.chance + self.withheld:
            return (), HELD_BACK
        return matches, ""

    def beside(self, bank: SkillsBank) -> SkillsBank:
        """The bank as a responder must know it: with the skills on trial, as candidates."""
        return bank.with_skills((*bank.skills, *self.skills))


def wished(
    refiner: Refiner,
    bank: SkillsBank,
    chance: float,
    *,
    said: Sayings | None,
    ctx: Context,
) -> Trials | None:
    """Skills that a refiner wants tried and that the bank's rules allow.

    Returns:
        None when it wants none.
    """
    kept: list[Skill] = []
    for skill in _asked(refiner, bank, ctx):
        if len(kept) == MOST:
            ctx.note("trial-left-out", skill=skill.name, rule="at most 32 skills are tried at once")
        elif fault := _refused(skill, bank, [one.name for one in kept], said):
            ctx.note("trial-left-out", skill=skill.name, rule=fault)
        else:
            kept.append(skill)
    return Trials(skills=tuple(kept), chance=chance) if kept else None


def _asked(refiner: Refiner, bank: SkillsBank, ctx: Context) -> tuple[Skill, ...]:
    """What an optional promise gives; the host's pane does not know it, so it is checked here."""
    if not callable(getattr(refiner, "trials", None)):
        return ()
    wish = cast(TrialRefiner, refiner).trials
    try:
        found = wish(bank, ctx)
    except EscSkillsError:
        raise
    except Exception as fault:
        said = f"trials of refiner {refiner.name} failed with {type(fault).__name__}: {fault}"
        hint = "report it to its authors, or switch trials off: --set evolve.trials=0"
        raise PluginError(said, hint=hint, plugin=refiner.name) from fault
    if not isinstance(found, tuple) or not all(isinstance(one, Skill) for one in found):
        hint = "compare with esc_skills.spec.TrialRefiner"
        told = f"trials of refiner {refiner.name} gave no tuple of skills"
        raise PluginError(told, hint=hint, plugin=refiner.name)
    return found


def _refused(skill: Skill, bank: SkillsBank, taken: Sequence[str], said: Sayings | None) -> str:
    """Which rule keeps a skill from being tried; empty when none does."""
    if skill.life != "candidate" or skill.name in {HELD_BACK, *taken}:
        return "bank.trial"
    edit = Edit(kind="add", skills=(skill,), reason="to be tried")
    try:
        draft(bank, Patch(actor="kernel", base=bank.hash, edits=(edit,)), Rules(said=said))
    except BankRuleError as fault:
        return fault.where
    return ""
