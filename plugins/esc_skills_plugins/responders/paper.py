"""Responder ``paper``: a frozen model that writes with the skills on offer (arXiv 2605.27908).

With no skill on offer it asks exactly as ``plain`` does, so that a skill can lose to none and
the arms differ by the skills alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

import attrs

from esc_skills.model import InterventionUnit, Match, Moment, Reply, Skill, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Ask, Context, Responder, Voice, hookimpl
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins.responders.drafting import (
    ROLE,
    Draft,
    PlainDraft,
    draft,
    plain_prompt,
    talk_data,
)
from esc_skills_plugins.responders.skillsheet import PROTECTED, offered, skill_data


@attrs.frozen(kw_only=True, eq=False)
class PaperVoice:
    """A model that sees the talk and the skills on offer."""

    bank: SkillsBank | None
    """Bank in use; None for the no-skills arm."""
    most_turns: int
    """Turns of the talk that it is shown."""
    most_skills: int
    """Unprotected skills that it is shown."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Answer the seeker; ``used`` names only skills that were shown.

        Raises:
            ReplyError: The model wrote no message.
        """
        skills, cut = offered(self.bank, matches, self.most_skills)
        if not skills:
            asked = plain_prompt(moment, self.most_turns)
            return (await draft(ctx, moment, asked, PlainDraft))[1]
        if cut:
            ctx.note("skills-cut", cut=cut)
        data = (*skill_data(skills, cut), *talk_data(moment, self.most_turns))
        asked = prompt("responders", "paper", "reply", language=moment.language, data=data)
        made, reply = await draft(ctx, moment, attrs.evolve(asked, keep=(PROTECTED,)), Draft)
        used = self._used(cast(Draft, made).used, skills, ctx)
        action = self._action(reply.strategy, used)
        names = tuple(skill.name for skill in used)
        return attrs.evolve(reply, used=names, action=action)

    def _used(self, named: Sequence[str], skills: Sequence[Skill], ctx: Context) -> list[Skill]:
        """Skills that the model names and that were on offer, each once, in the offer's order."""
        said = {name.strip().casefold() for name in named}
        used = [skill for skill in skills if skill.name in said]
        if len(used) < len(said):
            ctx.note("unknown-skills", count=len(said) - len(used))
        return used

    def _action(self, strategy: str, used: Sequence[Skill]) -> str:
        """First action of a used skill that is a kind of the chosen strategy."""
        taxonomy = self.bank.taxonomy if self.bank is not None else None
        labels = {label.name: label.strategy for label in taxonomy.actions} if taxonomy else {}
        actions = (action for skill in used for action in skill.actions)
        fitting = (action for action in actions if strategy and labels.get(action) == strategy)
        return next(fitting, "")


@attrs.frozen(kw_only=True)
class Paper:
    """Asks the model of role ``responder`` for strategy, message and the skills it used."""

    name: ClassVar[str] = "paper"
    summary: ClassVar[str] = "a frozen model writes with the skills on offer, or with none"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "skills in replies": {"most_skills": 0},
    }
    """What can be left out, with the settings that switch it off."""

    most_turns: int = attrs.field(default=24, validator=between(1, 1000))
    """Turns of the talk that the model is shown; a cut is marked."""
    most_skills: int = attrs.field(default=5, validator=between(0, 100))
    """Skills that the model is shown; protected ones come on top and are never cut."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a reply, with a few skills; a second one when it cannot be used."""
        return (
            Ask(
                role=ROLE,
                per="reply",
                prompt=prompt("responders", "paper", "reply"),
                into=Draft,
                most=2,
                turns=self.most_turns,
                data=50 + 350 * min(self.most_skills, 3),
                answer=140,
            ),
        )

    async def prepare(
        self, bank: SkillsBank | None, units: tuple[InterventionUnit, ...], ctx: Context
    ) -> Voice:
        """Get ready for one bank; None is the arm without skills. Units are left alone."""
        return PaperVoice(bank=bank, most_turns=self.most_turns, most_skills=self.most_skills)


@hookimpl
def esc_skills_responders() -> list[type[Responder]]:
    """Bring the responder ``paper``."""
    return [Paper]
