"""How many words a supporter's reply has."""

import attrs

from esc_skills.model import Item, Score
from esc_skills.spec import hookimpl
from esc_skills.stats import mean_interval


@attrs.frozen(kw_only=True)
class Words:
    name = "words"
    summary = "words of a supporter's reply, counted at blanks"
    reads = frozenset({"traces"})

    async def score(self, evidence, ctx):
        whole = [trace for trace in evidence.traces if trace.ending != "fault" and trace.exchanges]
        counts = {
            trace: [len(one.reply.text.split()) for one in trace.exchanges] for trace in whole
        }
        every = [(count, trace.profile.id) for trace in whole for count in counts[trace]]
        found = mean_interval([count for count, _ in every], [who for _, who in every])
        lost = sum(len(one.exchanges) for one in evidence.traces) - len(every)
        items = tuple(
            Item(
                key=f"{trace.profile.id}#{trace.repeat}",
                cluster=trace.profile.id,
                sums=(sum(row), len(row)),
            )
            for trace, row in counts.items()
        )
        score = Score(
            evaluator=self.name,
            name="reply-words",
            value=found.value,
            low=found.low,
            high=found.high,
            n=len(every),
            of=len(every) + lost,
            signature="words:v1|tok:blanks",
            items=items,
        )
        return (score,)


@hookimpl
def esc_skills_evaluators():
    return [Words]
