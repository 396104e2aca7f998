"""Responder ``plain``: a model without skills, the arm that skills must beat."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import InterventionUnit, Match, Moment, Reply, SkillsBank
from esc_skills.model.invariants import between
from esc_skills.spec import Ask, Context, Responder, Voice, hookimpl
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins.responders.drafting import ROLE, PlainDraft, draft, plain_prompt


@attrs.frozen(kw_only=True)
class PlainVoice:
    """A model that sees the talk alone."""

    most_turns: int
    """Turns of the talk that it is shown."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Answer the seeker; skills are not looked at.

        Raises:
            ReplyError: The model wrote no message.
        """
        asked = plain_prompt(moment, self.most_turns)
        _, reply = await draft(ctx, moment, asked, PlainDraft)
        return reply


@attrs.frozen(kw_only=True)
class Plain:
    """Asks the model of role ``responder`` for strategy and message, without any skill."""

    name: ClassVar[str] = "plain"
    summary: ClassVar[str] = "a model without skills: strategy and message from the talk alone"

    most_turns: int = attrs.field(default=24, validator=between(1, 1000))
    """Turns of the talk that the model is shown; a cut is marked."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a reply; a second one when it cannot be used."""
        return (
            Ask(
                role=ROLE,
                per="reply",
                prompt=prompt("responders", "plain", "reply"),
                into=PlainDraft,
                most=2,
                turns=self.most_turns,
                data=50,
                answer=140,
            ),
        )

    async def prepare(
        self, bank: SkillsBank | None, units: tuple[InterventionUnit, ...], ctx: Context
    ) -> Voice:
        """Get ready; bank and units are left alone."""
        return PlainVoice(most_turns=self.most_turns)


@hookimpl
def esc_skills_responders() -> list[type[Responder]]:
    """Bring the responder ``plain``."""
    return [Plain]
