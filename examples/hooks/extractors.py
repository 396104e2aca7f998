"""Every supporter turn between two seeker turns is a unit; nothing is read into it."""

import attrs

from esc_skills.model import (
    Action,
    Change,
    InterventionUnit,
    Label,
    SeekerState,
    Source,
    Taxonomy,
)
from esc_skills.spec import hookimpl

LABELS = Taxonomy(
    name="plain-1",
    states=(Label(name="troubled", definition="Looks for support."),),
    actions=(Label(name="answer", definition="Says something.", strategy="Others"),),
    changes=(Label(name="goes-on", definition="Keeps talking."),),
)
TROUBLED = SeekerState(scenario="", label="troubled")


@attrs.frozen(kw_only=True)
class Plain:
    name = "plain"
    summary = "every supporter turn between two seeker turns, with one label for all"

    @property
    def taxonomy(self):
        return LABELS

    async def extract(self, dialogue, ctx):
        who = [turn.speaker for turn in dialogue.turns]
        middles = (place for place in range(1, len(who) - 1) if who[place] == "supporter")
        return tuple(
            self._unit(dialogue, place)
            for place in middles
            if who[place - 1] == who[place + 1] == "seeker"
        )

    def _unit(self, dialogue, place):
        return InterventionUnit(
            source=Source(
                dialogue=dialogue.id,
                first=place - 1,
                last=place + 1,
                corpus=dialogue.corpus,
                licence=dialogue.licence,
            ),
            before=TROUBLED,
            action=Action(label="answer", strategy="Others", text=dialogue.turns[place].text),
            change=Change(label="goes-on", polarity="neutral"),
            after=TROUBLED,
            context=dialogue.turns[place - 1].text,
        )

    async def read_state(self, history, ctx):
        return TROUBLED


@hookimpl
def esc_skills_extractors():
    return [Plain]
