"""Evaluator ``bank``: which skills are offered, used, right, risky, in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import attrs

from esc_skills.model import Evidence, Exchange, Part, Reaction, Score, Skill, SkillsBank, Trace
from esc_skills.spec import Context, Evaluator, hookimpl
from esc_skills.stats import Interval, contrast_interval, wilson


@attrs.frozen(kw_only=True)
class _Event:
    """One exchange in which the retriever was asked."""

    profile: str
    offered: tuple[str, ...]
    used: tuple[str, ...]
    exchange: Exchange

    @property
    def idle(self) -> tuple[str, ...]:
        """Skills that were offered and not used."""
        return tuple(name for name in self.offered if name not in self.used)


@attrs.frozen(kw_only=True)
class Bank:
    """Figures of a bank in use, from its traces; turns that a guard answered are left out.

    * ``use-share``: active skills used at least once, over active skills.
    * ``use-precision``: offers that were used, over offers.
    * ``coverage`` and ``abstention``: exchanges with an offer, and without one.
    * ``expected-outcome``: uses after which the emotion rose by the skill's ``least_gain`` or one
      of its expected changes was named, over uses with a reaction.
    * ``risk``: uses after which the emotion fell, over uses in a state that a stated risk names.
    * ``interference``: mean emotion change of exchanges with an offered but unused skill beside
      the used one, minus that of exchanges without; below 0 the bank's size hurts. A skill's own
      part compares exchanges that offered it idly with those that did not offer it.
    """

    name: ClassVar[str] = "bank"
    summary: ClassVar[str] = "use, precision, coverage, outcomes, risks and interference of skills"
    reads: ClassVar[frozenset[str]] = frozenset({"traces", "bank"})

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score the bank on all traces that no fault ended."""
        bank = evidence.bank
        if bank is None:
            return ()
        events = _events(evidence.traces)
        every = sum(_asked(item) for trace in evidence.traces for item in trace.exchanges)
        return (
            self._use_share(events, bank),
            self._precision(events),
            *self._coverage(events, every),
            self._outcomes(events, bank),
            self._risks(events, bank),
            self._interference(events),
        )

    def _use_share(self, events: Sequence[_Event], bank: SkillsBank) -> Score:
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

    def _precision(self, events: Sequence[_Event]) -> Score:
        trials = [(name, name in event.used) for event in events for name in event.offered]
        return self._share("use-precision", trials, of=len(trials))

    def _coverage(self, events: Sequence[_Event], every: int) -> tuple[Score, Score]:
        offers = [("", bool(event.offered)) for event in events]
        silent = [("", not event.offered) for event in events]
        return (
            self._share("coverage", offers, of=every),
            self._share("abstention", silent, of=every),
        )

    def _outcomes(self, events: Sequence[_Event], bank: SkillsBank) -> Score:
        uses = list(_uses(events, bank))
        trials = [
            (skill.name, as_expected(skill, event.exchange.reaction))
            for skill, event in uses
            if event.exchange.reaction
        ]
        return self._share("expected-outcome", trials, of=len(uses))

    def _risks(self, events: Sequence[_Event], bank: SkillsBank) -> Score:
        uses = [
            (skill, event)
            for skill, event in _uses(events, bank)
            if any(risk.when and risk.when.holds(event.exchange.state) for risk in skill.risks)
        ]
        trials = [
            (skill.name, event.exchange.reaction.delta < 0)
            for skill, event in uses
            if event.exchange.reaction
        ]
        return self._share("risk", trials, of=len(uses))

    def _interference(self, events: Sequence[_Event]) -> Score:
        felt = [event for event in events if event.exchange.reaction]
        helped = [event for event in felt if event.used]
        parts = []
        for name in sorted({name for event in felt for name in event.idle}):
            rivals = [event for event in felt if name not in event.used]
            figure = _contrast(rivals, [name in event.idle for event in rivals])
            if figure.value is not None:
                parts.append(_part(f"skill={name}", figure.value, figure))
        whole = _contrast(helped, [bool(event.idle) for event in helped])
        return self._score(
            "interference",
            attrs.evolve(whole, n=len(helped)),
            of=sum(bool(event.used) for event in events),
            parts=tuple(parts),
        )

    def _share(self, name: str, trials: Sequence[tuple[str, bool]], *, of: int) -> Score:
        """Share of hits with Wilson's interval, whole and by skill."""
        groups: dict[str, list[bool]] = {}
        for skill, hit in trials:
            groups.setdefault(skill, []).append(hit)
        parts = []
        for skill, hits in sorted(groups.items()):
            figure = _rate(hits)
            if skill and figure.value is not None:
                parts.append(_part(f"skill={skill}", figure.value, figure))
        return self._score(name, _rate([hit for _, hit in trials]), of=of, parts=tuple(parts))

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
            signature=f"bank:v1|{name}|faults:out|guarded:out|interval:95",
            breakdown=parts,
        )


def as_expected(skill: Skill, reaction: Reaction) -> bool:
    """Whether a reaction shows what the skill promises."""
    expected = skill.expected
    return reaction.delta >= expected.least_gain or reaction.change in expected.changes


def _asked(item: Exchange) -> bool:
    return not item.reply.fixed


def _events(traces: Iterable[Trace]) -> list[_Event]:
    return [
        _Event(
            profile=trace.profile.id,
            offered=tuple(dict.fromkeys(match.skill for match in item.matches)),
            used=item.reply.used,
            exchange=item,
        )
        for trace in traces
        if trace.ending != "fault"
        for item in trace.exchanges
        if _asked(item)
    ]


def _uses(events: Sequence[_Event], bank: SkillsBank) -> Iterable[tuple[Skill, _Event]]:
    """Each use of a skill of this bank."""
    skills = {skill.name: skill for skill in bank.skills}
    return ((skills[name], event) for event in events for name in event.used if name in skills)


def _contrast(events: Sequence[_Event], marks: Sequence[bool]) -> Interval:
    values = [float(event.exchange.reaction.delta) for event in events if event.exchange.reaction]
    return contrast_interval(values, marks, [event.profile for event in events])


def _rate(hits: Sequence[bool]) -> Interval:
    if not hits:
        return Interval(value=None, low=None, high=None, n=0)
    low, high = wilson(sum(hits), len(hits))
    return Interval(value=sum(hits) / len(hits), low=low, high=high, n=len(hits))


def _part(group: str, value: float, figure: Interval) -> Part:
    shown = figure.rounded()
    return Part(group=group, value=round(value, 6), n=shown.n, low=shown.low, high=shown.high)


@hookimpl
def esc_skills_evaluators() -> list[type[Evaluator]]:
    """Bring the evaluator ``bank``."""
    return [Bank]
