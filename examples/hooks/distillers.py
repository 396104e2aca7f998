"""A skill for every action that was followed by something good more often than not."""

from collections import defaultdict

import attrs

from esc_skills.model import Condition, Prototype, Skill
from esc_skills.spec import Distillate, hookimpl


@attrs.frozen(kw_only=True)
class Majority:
    name = "majority"
    summary = "a skill for every action that did good more often than not"

    async def distil(self, units, taxonomy, ctx):
        groups = defaultdict(list)
        for unit in units:
            groups[unit.before.label, unit.action.label, unit.change.polarity].append(unit.id)
        tried = defaultdict(int)
        for (state, action, _), ids in groups.items():
            tried[state, action] += len(ids)
        prototypes = [
            Prototype(
                state=state,
                action=action,
                polarity=polarity,
                units=tuple(sorted(ids)),
                tried=tried[state, action],
                rate=len(ids) / tried[state, action],
            )
            for (state, action, polarity), ids in groups.items()
        ]
        good = [one for one in prototypes if one.polarity == "positive" and one.rate > 0.5]
        return Distillate(
            prototypes=tuple(sorted(prototypes, key=lambda one: one.key)),
            skills=tuple(sorted(map(self._skill, good), key=lambda one: one.name)),
        )

    def _skill(self, one):
        return Skill(
            name=f"{one.action}-when-{one.state}",
            overview=f"Where a seeker is {one.state}, {one.action} mostly does good.",
            applies=(Condition(states=(one.state,)),),
            actions=(one.action,),
            guidance=(f"Do what is called {one.action}, in one sentence.",),
            evidence=one.units,
        )


@hookimpl
def esc_skills_distillers():
    return [Majority]
