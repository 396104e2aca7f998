"""Gate ``paired``: a sequential test with stated errors, a no-regression rule, a safety veto."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

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
    pooled_means,
)

PLAUSIBLE = 5
"""Pairs below which a group says nothing sure about itself."""
HEARD = 3
"""Pairs below which a group says nothing, even drawn towards all."""


@attrs.frozen(kw_only=True)
class Paired:
    """Accept a gain that is shown, reject one that is ruled out, else say *inconclusive*.

    Differences are tested by ``esc_skills.stats.GroupSequential``, clustered by profile. An
    unsafe event of the candidate rejects at once, whatever the gain. A shown gain is refused when
    a persona type or an intention surely loses and by more than ``margin`` points. While one only
    seems to (its mean, drawn towards all by ``pooled_means``, is below), more pairs are asked for,
    and the gain is refused when there are none. A group of fewer than three pairs is not heard.
    """

    name: ClassVar[str] = "paired"
    summary: ClassVar[str] = "sequential paired test with stated errors and a safety veto"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "losing groups": {"margin": 100.0},
    }
    """What can be left out, with the settings that switch it off."""

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
        if look.outcome == "accept":
            return self._hear(pairs, look, test)
        return self._verdict(look.outcome, pairs, look, reason=self._reason(look, budget))

    def _hear(self, pairs: tuple[Pair, ...], look: Look, test: GroupSequential) -> Verdict:
        """Hear the groups at the look that showed a gain, and at later ones while in doubt.

        The gain stays shown, so ``alpha`` holds: doubt only ever refuses.
        """
        seeming: tuple[str, ...] = ()
        for count in (place for place in test.looks if place >= look.n):
            at = attrs.evolve(look, n=count)
            if count > len(pairs):
                reason = f"a gain is shown, and {seeming[0]}: more pairs are needed"
                return self._verdict("continue", pairs, look, reason=reason)
            lost = self._losers(pairs[:count])
            if lost:
                reason = "a group of seekers is worse off"
                return self._verdict("reject", pairs, at, vetoes=lost, reason=reason)
            seeming = self._seeming(pairs[:count])
            if not seeming:
                return self._verdict("accept", pairs, at, reason=self._reason(look, test.budget))
        reason = "a group of seekers seems worse off to the last pair"
        end = attrs.evolve(look, n=test.budget)
        return self._verdict("reject", pairs, end, vetoes=seeming, reason=reason)

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

    def _seeming(self, pairs: tuple[Pair, ...]) -> tuple[str, ...]:
        """Groups whose mean, drawn towards all, is a loss of more than the margin."""
        found: list[str] = []
        for kind in ("persona_type=", "intention="):
            held = {
                name: [pair.difference for pair in group]
                for name, group in _groups(pairs)
                if name.startswith(kind) and len(group) >= HEARD
            }
            found += [
                f"{name}: {mean:+.1f} points, drawn towards all, over {len(held[name])} pairs"
                for name, mean in pooled_means(held).items()
                if mean < -self.margin
            ]
        return tuple(found)


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
