"""Gate ``greater``: any gain counts, as most self-evolving agents have it."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Pair, Verdict
from esc_skills.model.invariants import between
from esc_skills.spec import Context, Gate, Makes, hookimpl
from esc_skills.stats import mean_interval


@attrs.frozen(kw_only=True)
class Greater:
    """Accept when the mean difference is above 0; a bank without any gain passes half the time."""

    name: ClassVar[str] = "greater"
    summary: ClassVar[str] = "accepts any mean gain, however unsure (ablation: what others do)"

    pairs: int = attrs.field(default=20, validator=between(1, 10**6))
    """Pairs to look at before it decides; fewer when no more may be asked for."""

    @property
    def makes(self) -> tuple[Makes, ...]:
        """As many pairs as it looks at; one with a fault is made up for, as long as there are."""
        return (Makes(what="pair", likely=self.pairs, most=10**6),)

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: Context) -> Verdict:
        """Wait for the pairs, then compare the means."""
        seen = pairs[: self.pairs]
        figure = mean_interval(
            [pair.difference for pair in seen], [pair.profile for pair in seen]
        ).rounded()
        verdict = Verdict(
            decision="continue",
            gate=self.name,
            pairs=len(seen),
            effect=figure.value,
            low=figure.low,
            high=figure.high,
        )
        if len(seen) < self.pairs and left > 0:
            return attrs.evolve(verdict, reason=f"{len(seen)} of {self.pairs} pairs")
        if figure.value is None:
            return attrs.evolve(verdict, decision="inconclusive", reason="no pair to look at")
        if figure.value > 0:
            return attrs.evolve(verdict, decision="accept", reason="the mean is above 0")
        return attrs.evolve(verdict, decision="reject", reason="the mean is not above 0")


@hookimpl
def esc_skills_gates() -> list[type[Gate]]:
    """Bring the gate ``greater``."""
    return [Greater]
