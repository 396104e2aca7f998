"""The first active skills that fit the seeker's state."""

import attrs

from esc_skills.model import Match
from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Fitting:
    name = "fitting"
    summary = "the first skills, by name, whose conditions allow the seeker's state"
    k: int = 1

    async def index(self, bank, ctx):
        return Shelf(tuple(sorted(bank.active, key=lambda skill: skill.name)), self.k)


@attrs.frozen
class Shelf:
    skills: tuple
    k: int

    async def search(self, moment, ctx):
        fitting = [skill for skill in self.skills if skill.fits(moment.state)]
        return tuple(
            Match(skill=skill.name, score=1.0, why="its conditions fit")
            for skill in fitting[: self.k]
        )


@hookimpl
def esc_skills_retrievers():
    return [Fitting]
