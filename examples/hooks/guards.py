"""Alarms on one phrase. A real guard knows many, and will still miss some."""

import attrs

from esc_skills.model import Alarm
from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Phrase:
    name = "phrase"
    summary = "alarms on one phrase, and answers with one text"
    phrase: str = "end my life"
    text: str = "Please call your local emergency number now. You need not be alone with this."

    def protected(self):
        return ()

    async def check(self, text, speaker, language, ctx):
        if self.phrase in text.lower():
            return Alarm(rule="phrase.self-harm", speaker=speaker, reason="life comes first")
        return None

    def answer(self, alarm, language):
        return self.text


@hookimpl
def esc_skills_guards():
    return [Phrase]
