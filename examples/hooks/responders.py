"""A supporter that asks to hear more, whatever it is offered."""

import attrs

from esc_skills.model import Reply
from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Curious:
    name = "curious"
    summary = "asks to hear more, whatever it is offered"

    async def prepare(self, bank, units, ctx):
        return Asker()


@attrs.frozen
class Asker:
    async def reply(self, moment, matches, ctx):
        return Reply(text="Would you tell me more about that?", strategy="Question")


@hookimpl
def esc_skills_responders():
    return [Curious]
