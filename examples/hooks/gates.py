"""Asks for a number of pairs, and accepts when their interval lies above 0."""

import attrs

from esc_skills.model import Verdict
from esc_skills.spec import hookimpl
from esc_skills.stats import mean_interval


@attrs.frozen(kw_only=True)
class Fixed:
    name = "fixed"
    summary = "accepts when the interval of a fixed number of pairs lies above 0"
    wanted: int = 40

    async def decide(self, pairs, left, ctx):
        if len(pairs) < self.wanted and left:
            return Verdict(decision="continue", gate=self.name, pairs=len(pairs))
        found = mean_interval([one.difference for one in pairs], [one.profile for one in pairs])
        better = found.low is not None and found.low > 0
        return Verdict(
            decision="accept" if better else "reject",
            gate=self.name,
            pairs=len(pairs),
            effect=found.value,
            low=found.low,
            high=found.high,
        )


@hookimpl
def esc_skills_gates():
    return [Fixed]
