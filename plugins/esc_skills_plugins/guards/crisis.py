"""Watches for crisis disclosures of seekers and for boundaries that replies must keep.

The rules, their examples and all fixed texts are data files beside this module. They were not
reviewed by a clinician. In three trials they found 30 of 84 disclosures written afresh to try
them: expect them to miss more than half of what is said in new words. They read English and
simplified Chinese only; in any other language no alarm says nothing at all.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Alarm, Skill, Speaker
from esc_skills.spec import Context, Guard, hookimpl
from esc_skills_plugins.guards.plain import plain
from esc_skills_plugins.guards.rules import default_rules, watching
from esc_skills_plugins.guards.texts import boundary_text, help_text, oldest, protected_skills


@attrs.frozen(kw_only=True)
class CrisisGuard:
    """A lexicon of cues with their near misses, and fixed help texts by country."""

    name: ClassVar[str] = "crisis"
    summary: ClassVar[str] = "crisis cues and reply boundaries by lexicon (en, zh), fixed help text"
    languages: ClassVar[tuple[str, ...]] = ("en", "zh")
    """Languages the rules are written for."""
    checked: ClassVar[str] = oldest().isoformat()
    """Day of the last look at the help texts' sources; ``plugins doctor`` warns when it is old."""

    locale: str = ""
    """Where the seekers are, such as ``US`` (in capitals) or ``en-GB``, for the help text. An
    empty or unknown country gets a neutral text that names no number. The seeker's language
    says nothing about the country and is never used for it."""

    def protected(self) -> tuple[Skill, ...]:
        """The skill ``crisis-first``, from the manifest."""
        return protected_skills()

    async def check(self, text: str, speaker: Speaker, language: str, ctx: Context) -> Alarm | None:
        """Tell the gravest rule that a message sets off.

        English and Chinese cues are looked for whatever the language tag says, because people
        mix languages and tags are wrong.
        """
        flat = plain(text)
        for rule in watching(speaker):
            if rule.fires(flat):
                return Alarm(
                    rule=rule.id, speaker=speaker, severity=rule.severity, reason=rule.reason
                )
        return None

    def answer(self, alarm: Alarm, language: str) -> str:
        """Help text for a disclosure or dangerous words, boundary text for other bad replies."""
        kinds = {rule.id: rule.answer for rule in default_rules()}
        if kinds.get(alarm.rule, "help") == "boundary":
            return boundary_text(language)
        return help_text(self.locale, language)


@hookimpl
def esc_skills_guards() -> list[type[Guard]]:
    """Offer the component of this file."""
    return [CrisisGuard]
