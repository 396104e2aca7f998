"""Asks a model about every message of both sides; to stand beside ``crisis``, not instead of it.

The model only points at a rule of the closed list in ``rules.toml``; severity, reason and every
word that a seeker then reads come from the reviewed data files, so a model's answer can neither
soften an alarm nor write into the fixed text. A model that fails, or names no rule of the list,
counts as an alarm: the fault goes out of ``check``, and the kernel fails closed on it.

A model may miss what a lexicon finds, and may be talked out of it by the message itself. How
often is not measured here; choose ``guards = ["crisis", "model"]``. A slow model is waited for as
long as the gateway waits for any; one that fails for good ends the conversation in fixed text, and
that conversation is counted as a guard's fault and not scored.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import Alarm, Skill, Speaker
from esc_skills.spec import Ask, Context, Guard, hookimpl
from esc_skills_plugins._shared.promptfiles import prompt
from esc_skills_plugins.guards.crisis import CrisisGuard
from esc_skills_plugins.guards.rules import watching
from esc_skills_plugins.guards.texts import protected_skills

NOTHING = "none"
"""What the model answers when no rule is touched."""


@attrs.frozen(kw_only=True)
class Sighting:
    """The model's answer about one message."""

    rule: str
    """Id of a rule for this speaker, or ``none``."""


@attrs.frozen(kw_only=True)
class ModelGuard:
    """One question a message: which rule of the closed list does it touch?"""

    name: ClassVar[str] = "model"
    summary: ClassVar[str] = "asks a model which rule a message touches; beside crisis, fixed text"
    languages: ClassVar[tuple[str, ...]] = ("en", "zh")
    """Languages the questions and the fixed texts are written in."""
    checked: ClassVar[str] = CrisisGuard.checked
    """Day of the last look at the sources of the help texts, which are those of ``crisis``."""

    locale: str = ""
    """Where the seekers are, such as ``US`` (in capitals) or ``en-GB``, for the help text; as in
    the guard ``crisis``."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """A question a message; the seeker's and the supporter's are asked about in turn."""
        asked = prompt("guards", "model", "seeker")
        return (Ask(role="guard", per="message", prompt=asked, into=Sighting, turns=1, answer=12),)

    def protected(self) -> tuple[Skill, ...]:
        """The skill ``crisis-first``, from the same manifest as the guard ``crisis``."""
        return protected_skills()

    async def check(self, text: str, speaker: Speaker, language: str, ctx: Context) -> Alarm | None:
        """Ask about one message; a blank one is not asked about.

        Raises:
            ReplyError: The model named no rule of the list; the kernel takes it for an alarm.
        """
        if not text.strip():
            return None
        asked = prompt("guards", "model", speaker, language=language, data=(("message", text),))
        seen = await ctx.ask("guard", asked, into=Sighting)
        if seen.rule == NOTHING:
            return None
        for rule in watching(speaker):
            if rule.id == seen.rule:
                return Alarm(
                    rule=rule.id, speaker=speaker, severity=rule.severity, reason=rule.reason
                )
        raise ReplyError(
            f"the guard's model named no rule of its list for a {speaker}'s message",
            hint="use a model that keeps to a closed list; until then every message is stopped",
        )

    def answer(self, alarm: Alarm, language: str) -> str:
        """The fixed text that the guard ``crisis`` gives for the same rule, byte for byte."""
        return CrisisGuard(locale=self.locale).answer(alarm, language)


@hookimpl
def esc_skills_guards() -> list[type[Guard]]:
    """Offer the component of this file."""
    return [ModelGuard]
