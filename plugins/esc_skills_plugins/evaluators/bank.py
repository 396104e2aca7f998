"""Evaluator ``bank``: which skills are offered, used, right, risky, in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import attrs

from esc_skills.model import Evidence, Part, Score, Skill, SkillsBank, Trace
from esc_skills.model.expectation import met
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Asked, Interval, asked, expectations, interference, share_interval
from esc_skills.stats.usage import contrast


@attrs.frozen(kw_only=True)
class Bank:
    """Figures of a bank in use, from its traces; turns that a guard answered are left out.

    * ``use-share``: active skills used at least once, over active skills.
    * ``use-precision``: offers that were used, over offers.
    * ``coverage`` and ``abstention``: exchanges with an offer, and without one.
    * ``expected-outcome``: uses after which the emotion rose, by the skill's ``least_gain`` at
      least, or one of its expected changes was named, over uses with a reaction.
    * ``risk``: uses after which the emotion fell, over uses in a state that a stated risk names.
    * ``interference``: mean emotion change of exchanges with an offered but unused skill beside
      the used one, minus that of exchanges without; below 0 the bank's size hurts. A skill's own
      part compares exchanges that offered it idly with those that did not offer it.

    Intervals of shares are Wilson's on the effective number of trials, by seeker.
    """

    name: ClassVar[str] = "bank"
    summary: ClassVar[str] = "use, precision, coverage, outcomes, risks and interference of skills"
    reads: ClassVar[frozenset[str]] = frozenset({"traces", "bank"})

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score the bank on all traces that no fault ended."""
        bank = evidence.bank
        if bank is None:
            return ()
        events = asked(evidence.traces)
        every = sum(not item.reply.fixed for one in evidence.traces for item in one.exchanges)
        return (
            self._use_share(events, bank),
            self._precision(events),
            *self._coverage(events, every),
            self._outcomes(evidence.traces, bank),
            self._risks(events, bank),
            self._interference(events),
        )

    def _use_share(self, events: Sequence[Asked], bank: SkillsBank) -> Score:
        used = {name for event in events for name in event.used}
        active = [skill.name for skill in bank.active]
        parts = tuple(
            Part(
                group=f"skill={name}",
                value=sum(name in event.used for event in events),
                n=len(events),
            )
            for name in active
        )
        share = sum(name in used for name in active) / len(active) if active and events else None
        return self._score(
            "use-share",
            Interval(value=share, low=None, high=None, n=len(active)),
            of=len(active),
            parts=parts,
        )

    def _precision(self, events: Sequence[Asked]) -> Score:
        trials = [
            (name, name in event.used, event.profile) for event in events for name in event.offered
        ]
        return self._share("use-precision", trials, of=len(trials))

    def _coverage(self, events: Sequence[Asked], every: int) -> tuple[Score, Score]:
        offers = [("", bool(event.offered), event.profile) for event in events]
        silent = [("", not event.offered, event.profile) for event in events]
        return (
            self._share("coverage", offers, of=every),
            self._share("abstention", silent, of=every),
        )

    def _outcomes(self, traces: Sequence[Trace], bank: SkillsBank) -> Score:
        """Kept promises; by skill as everything else that judges skills counts them."""
        uses = list(_uses(asked(traces), bank))
        trials = [
            ("", met(skill.expected, event.exchange.reaction), event.profile)
            for skill, event in uses
            if event.exchange.reaction
        ]
        parts = tuple(
            Part(
                group=f"skill={check.skill}",
                value=check.outcome.value or 0.0,
                n=check.outcome.n,
                low=check.outcome.low,
                high=check.outcome.high,
            )
            for check in expectations(traces, bank).checks
            if check.outcome.n
        )
        return attrs.evolve(self._share("expected-outcome", trials, of=len(uses)), breakdown=parts)

    def _risks(self, events: Sequence[Asked], bank: SkillsBank) -> Score:
        uses = [
            (skill, event)
            for skill, event in _uses(events, bank)
            if any(risk.when and risk.when.holds(event.exchange.state) for risk in skill.risks)
        ]
        trials = [
            (skill.name, event.exchange.reaction.delta < 0, event.profile)
            for skill, event in uses
            if event.exchange.reaction
        ]
        return self._share("risk", trials, of=len(uses))

    def _interference(self, events: Sequence[Asked]) -> Score:
        felt = [event for event in events if event.exchange.reaction]
        parts = []
        for name in sorted({name for event in felt for name in event.idle}):
            rivals = [event for event in felt if name not in event.used]
            figure = contrast(rivals, [name in event.idle for event in rivals])
            if figure.value is not None:
                parts.append(_part(f"skill={name}", figure.value, figure))
        return self._score(
            "interference",
            interference(events),
            of=sum(bool(event.used) for event in events),
            parts=tuple(parts),
        )

    def _share(self, name: str, trials: Sequence[tuple[str, bool, str]], *, of: int) -> Score:
        """Share of hits, whole and by skill; a trial is skill, hit and seeker."""
        parts = []
        for skill in sorted({skill for skill, _, _ in trials if skill}):
            figure = _rate([one for one in trials if one[0] == skill])
            if figure.value is not None:
                parts.append(_part(f"skill={skill}", figure.value, figure))
        return self._score(name, _rate(trials), of=of, parts=tuple(parts))

    def _score(
        self, name: str, figure: Interval, *, of: int, parts: tuple[Part, ...] = ()
    ) -> Score:
        shown = figure.rounded()
        return Score(
            evaluator=self.name,
            name=name,
            value=shown.value,
            low=shown.low,
            high=shown.high,
            n=shown.n,
            of=of,
            signature=f"bank:v2|{name}|faults:out|guarded:out|interval:95-by-seeker",
            breakdown=parts,
        )


def _uses(events: Sequence[Asked], bank: SkillsBank) -> Iterable[tuple[Skill, Asked]]:
    """Each use of a skill of this bank."""
    skills = {skill.name: skill for skill in bank.skills}
    return ((skills[name], event) for event in events for name in event.used if name in skills)


def _rate(trials: Sequence[tuple[str, bool, str]]) -> Interval:
    return share_interval([hit for _, hit, _ in trials], [seeker for _, _, seeker in trials])


def _part(group: str, value: float, figure: Interval) -> Part:
    shown = figure.rounded()
    return Part(group=group, value=round(value, 6), n=shown.n, low=shown.low, high=shown.high)


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``bank``."""
    return [Bank]
