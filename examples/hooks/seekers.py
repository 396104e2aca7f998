"""A seeker who likes to be asked."""

import attrs

from esc_skills.model import Reaction
from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Talker:
    name = "talker"
    summary = "feels better when asked, and worse when not"
    step: int = 5

    @property
    def signature(self):
        return f"talker:v1|step={self.step}"

    async def meet(self, profile, ctx):
        return Sitting(profile, self.step, profile.start_emotion)


@attrs.define
class Sitting:
    profile: object
    step: int
    emotion: int

    @property
    def opening(self):
        return self.profile.opening

    async def react(self, reply, history, ctx):
        delta = self.step if reply.text.rstrip().endswith(("?", "？")) else -self.step
        self.emotion = max(0, min(100, self.emotion + delta))
        told = len(history) // 2 - 1
        lines = self.profile.lines or ("It is all a bit much.",)
        return Reaction(delta=delta, emotion=self.emotion, text=lines[told % len(lines)])


@hookimpl
def esc_skills_seekers():
    return [Talker]
