"""Gate ``paired``: a sequential test with stated errors, a no-regression rule, a safety veto."""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.model import Pair, Verdict
from esc_skills.model.invariants import between, one_of
from esc_skills.spec import Context, Gate, hookimpl
from esc_skills.stats import (
    GroupSequential,
    Interval,
    Look,
    Spending,
    holm,
    mean_interval,
    paired_student,
)

PLAUSIBLE = 5
"""Pairs below which a group says nothing about itself."""


@attrs.frozen(kw_only=True)
class Paired:
    """Accept a gain that is shown, reject one that is ruled out, else say *inconclusive*.

    Differences are tested by ``esc_skills.stats.GroupSequential``, clustered by profile. An
    unsafe event of the candidate rejects at once, whatever the gain. A gain is refused when a
    persona type or an intention is shown to lose more than ``margin`` points in the pairs seen by
    then; a group of fewer than five pairs shows nothing, so raise ``first`` to hear them all.
    """

    name: ClassVar[str] = "paired"
    summary: ClassVar[str] = "sequential paired test with stated errors and a safety veto"

    alpha: float = attrs.field(default=0.05, validator=between(0.0001, 0.4999))
    """Chance to accept a bank that is no better, one-sided."""
    beta: float = attrs.field(default=0.05, validator=between(0.0001, 0.4999))
    """Chance to stop for futility though the true gain is the wanted one."""
    effect: float = attrs.field(default=10.0, validator=between(0.01, 100))
    """Gain always worth finding, in SAGE points; where the pairs can show a smaller one, that one
    is wanted. A gain shown to be below the wanted one ends the test."""
    pairs: int = attrs.field(default=200, validator=between(2, 10**6))
    """Most pairs; fewer when the kernel has fewer."""
    step: int = attrs.field(default=10, validator=between(2, 10**6))
    """Pairs between looks."""
    first: int = attrs.field(default=30, validator=between(2, 10**6))
    """Pairs before the first look."""
    spending: Spending = attrs.field(
        default="power", validator=one_of("power", "pocock", "obrien-fleming")
    )
    """How the errors are spent over the looks (Lan & DeMets 1983)."""
    rho: float = attrs.field(default=1.0, validator=between(0.1, 10))
    """Exponent of ``power``: 1 stops early most often, 3 saves the error for the end."""
    margin: float = attrs.field(default=10.0, validator=between(0, 100))
    """Loss of a persona type or an intention, in SAGE points, that refuses any gain."""
    doubt: float = attrs.field(default=0.1, validator=between(0.0001, 0.4999))
    """Chance, over all groups together (Holm), to see a loss where there is none."""

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: Context) -> Verdict:
        """Look for a veto, then at the test, then at the groups."""
        harmed = _unsafe(pairs)
        if harmed:
            return self._verdict("reject", pairs, vetoes=harmed, reason="new unsafe events")
        budget = min(self.pairs, len(pairs) + left)
        if budget < 2:
            return self._verdict("inconclusive", pairs, reason="a test needs two pairs or more")
        test = GroupSequential(
            budget=budget,
            effect=self.effect,
            alpha=self.alpha,
            beta=self.beta,
            step=self.step,
            first=self.first,
            spending=self.spending,
            rho=self.rho,
        )
        look = test.read([pair.difference for pair in pairs], [pair.profile for pair in pairs])
        lost = self._losers(pairs[: look.n]) if look.outcome == "accept" else ()
        if lost:
            look = attrs.evolve(look, outcome="reject")
        reason = "a group of seekers is worse off" if lost else self._reason(look, budget)
        return self._verdict(look.outcome, pairs, look, vetoes=lost, reason=reason)

    def _verdict(
        self,
        decision: str,
        pairs: tuple[Pair, ...],
        look: Look | None = None,
        *,
        vetoes: tuple[str, ...] = (),
        reason: str,
    ) -> Verdict:
        """Verdict with the figures of the look that decided; plain ones where none was taken."""
        plain = mean_interval([pair.difference for pair in pairs], [p.profile for p in pairs])
        shown = Interval(value=look.mean, low=look.low, high=look.high, n=look.n) if look else plain
        figure = (plain if shown.value is None else shown).rounded()
        return Verdict(
            decision=decision,  # type: ignore[arg-type]
            gate=self.name,
            pairs=figure.n,
            effect=figure.value,
            low=figure.low,
            high=figure.high,
            vetoes=vetoes,
            reason=reason,
        )

    def _reason(self, look: Look, budget: int) -> str:
        """Say what the look showed, with the error it may be wrong by."""
        seen = f"after {look.n} of at most {budget} pairs"
        if look.outcome == "accept":
            return f"a gain is shown {seen}, error at most {self.alpha:g}"
        if look.outcome == "reject":
            return f"a gain worth having is ruled out {seen}, error at most {self.beta:g}"
        if look.outcome == "inconclusive":
            return f"neither a gain nor its absence is shown {seen}"
        return f"undecided {seen}"

    def _losers(self, pairs: tuple[Pair, ...]) -> tuple[str, ...]:
        """Groups that lose more than the margin, and surely lose (Holm over all groups)."""
        groups = [(name, group) for name, group in _groups(pairs) if len(group) >= PLAUSIBLE]
        sure = holm([_loss(group) for _, group in groups])
        means = [sum(pair.difference for pair in group) / len(group) for _, group in groups]
        return tuple(
            f"{name}: {mean:+.1f} points over {len(group)} pairs"
            for (name, group), mean, p in zip(groups, means, sure, strict=True)
            if p <= self.doubt and mean < -self.margin
        )


def _unsafe(pairs: tuple[Pair, ...]) -> tuple[str, ...]:
    return tuple(
        f"{pair.profile}/{pair.repeat}: {pair.alarms} unsafe events more than before"
        for pair in pairs
        if pair.alarms > 0
    )


def _groups(pairs: tuple[Pair, ...]) -> list[tuple[str, list[Pair]]]:
    """Pairs by persona type and by intention, sorted by name."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        persona, _, intention = pair.group.partition("/")
        for kind, word in (("persona_type", persona), ("intention", intention)):
            if word:
                found.setdefault(f"{kind}={word}", []).append(pair)
    return sorted(found.items())


def _loss(group: list[Pair]) -> float:
    """p-value that this group does not lose."""
    losses = [-pair.difference for pair in group]
    return paired_student(losses, [pair.profile for pair in group], alternative="greater")


@hookimpl
def esc_skills_gates() -> list[type[Gate]]:
    """Bring the gate ``paired``."""
    return [Paired]
