"""Evaluator ``bank``: which skills are offered, used, right, risky, in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import attrs

from esc_skills.model import Evidence, Part, Score, Skill, SkillsBank, Trace
from esc_skills.model.expectation import met
from esc_skills.model.score import Direction
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Asked, Interval, asked, expectations, interference, share_interval
from esc_skills.stats.usage import contrast
from esc_skills_plugins.evaluators.itemising import Owner, itemised, seat

BETTER: dict[str, Direction] = {
    "use-share": "higher",
    "use-precision": "higher",
    "expected-outcome": "higher",
    "risk": "lower",
    "interference": "higher",
}
"""Which way is good; to offer more often, or less, is neither good nor bad by itself."""


Talks = Sequence[tuple[Owner, Asked]]
"""Replies, each with the conversation that it belongs to."""


@attrs.frozen
class _Trial:
    """One try that can hit, of a skill where it is counted by skill, in one conversation."""

    skill: str
    hit: bool
    owner: Owner


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

    Intervals of shares are Wilson's on the effective number of trials, by seeker. Items are the
    conversations' hits and trials; ``use-share`` and ``interference`` are no sums of them.
    """

    name: ClassVar[str] = "bank"
    summary: ClassVar[str] = "use, precision, coverage, outcomes, risks and interference of skills"
    reads: ClassVar[frozenset[str]] = frozenset({"traces", "bank"})

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score the bank on all traces that no fault ended."""
        bank = evidence.bank
        if bank is None:
            return ()
        talks = [(seat(trace), event) for trace in evidence.traces for event in asked([trace])]
        events = [event for _, event in talks]
        every = sum(not item.reply.fixed for one in evidence.traces for item in one.exchanges)
        return (
            self._use_share(events, bank),
            self._precision(talks),
            *self._coverage(talks, every),
            self._outcomes(evidence.traces, talks, bank),
            self._risks(talks, bank),
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

    def _precision(self, talks: Talks) -> Score:
        trials = [
            _Trial(name, name in event.used, owner)
            for owner, event in talks
            for name in event.offered
        ]
        return self._share("use-precision", trials, of=len(trials))

    def _coverage(self, talks: Talks, every: int) -> tuple[Score, Score]:
        offers = [_Trial("", bool(event.offered), owner) for owner, event in talks]
        silent = [_Trial("", not event.offered, owner) for owner, event in talks]
        return (
            self._share("coverage", offers, of=every),
            self._share("abstention", silent, of=every),
        )

    def _outcomes(self, traces: Sequence[Trace], talks: Talks, bank: SkillsBank) -> Score:
        """Kept promises; by skill as everything else that judges skills counts them."""
        uses = list(_uses(talks, bank))
        trials = [
            _Trial("", met(skill.expected, event.exchange.reaction), owner)
            for skill, owner, event in uses
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

    def _risks(self, talks: Talks, bank: SkillsBank) -> Score:
        uses = [
            (skill, owner, event)
            for skill, owner, event in _uses(talks, bank)
            if any(risk.when and risk.when.holds(event.exchange.state) for risk in skill.risks)
        ]
        trials = [
            _Trial(skill.name, event.exchange.reaction.delta < 0, owner)
            for skill, owner, event in uses
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

    def _share(self, name: str, trials: Sequence[_Trial], *, of: int) -> Score:
        """Share of hits, whole and by skill."""
        parts = []
        for skill in sorted({one.skill for one in trials if one.skill}):
            figure = _rate([one for one in trials if one.skill == skill])
            if figure.value is not None:
                parts.append(_part(f"skill={skill}", figure.value, figure))
        score = self._score(name, _rate(trials), of=of, parts=tuple(parts))
        return attrs.evolve(score, items=itemised((one.owner, (one.hit, 1)) for one in trials))

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
            better=BETTER.get(name, "neither"),
        )


def _uses(talks: Talks, bank: SkillsBank) -> Iterable[tuple[Skill, Owner, Asked]]:
    """Each use of a skill of this bank."""
    skills = {skill.name: skill for skill in bank.skills}
    return (
        (skills[name], owner, event)
        for owner, event in talks
        for name in event.used
        if name in skills
    )


def _rate(trials: Sequence[_Trial]) -> Interval:
    return share_interval([one.hit for one in trials], [one.owner[1] for one in trials])


def _part(group: str, value: float, figure: Interval) -> Part:
    shown = figure.rounded()
    return Part(group=group, value=round(value, 6), n=shown.n, low=shown.low, high=shown.high)


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``bank``."""
    return [Bank]
