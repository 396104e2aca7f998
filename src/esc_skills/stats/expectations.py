"""Did what skills promise come about? One count for refiners, evaluators, ledger and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from esc_skills.model import Risk, Skill, SkillsBank, Trace
from esc_skills.model.expectation import Check, Expectations, Rate, RiskCheck, met
from esc_skills.stats.proportions import share_interval
from esc_skills.stats.usage import Asked, asked


def expectations(traces: Iterable[Trace], bank: SkillsBank) -> Expectations:
    """Check each skill's expected outcome and risks in every conversation where it was used.

    Args:
        traces: Conversations that were held with this bank, in any order; what skills did that
            the bank does not hold is not judged.
        bank: Whose skills are judged.

    Returns:
        Rates with 95 % intervals: Wilson's, on trials made effective by seeker.
    """
    every = list(traces)
    events = asked(every)
    sound = [trace for trace in every if trace.ending != "fault"]
    used: dict[str, list[Asked]] = {}
    for event in events:
        for name in event.used:
            used.setdefault(name, []).append(event)
    judged = [skill for skill in bank.skills if skill.life == "active" or skill.name in used]
    return Expectations(
        traces=len(every),
        faults=len(every) - len(sound),
        guarded=sum(item.reply.fixed for trace in sound for item in trace.exchanges),
        checks=tuple(_check(skill, used.get(skill.name, ()), events) for skill in judged),
    )


def rate(trials: Sequence[tuple[bool, str]]) -> Rate:
    """Share of hits among trials, each with its seeker."""
    hits, seekers = [hit for hit, _ in trials], [name for _, name in trials]
    found = share_interval(hits, seekers).rounded()
    return Rate(
        hits=sum(hits), n=len(hits), seekers=len(set(seekers)), low=found.low, high=found.high
    )


def _check(skill: Skill, uses: Sequence[Asked], events: Sequence[Asked]) -> Check:
    read = [
        (met(skill.expected, event.exchange.reaction), event.profile)
        for event in uses
        if event.exchange.reaction
    ]
    return Check(
        skill=skill.name,
        uses=len(uses),
        unread=len(uses) - len(read),
        outcome=rate(read),
        risks=tuple(_risk(risk, skill.name, events) for risk in skill.risks),
    )


def _risk(risk: Risk, name: str, events: Sequence[Asked]) -> RiskCheck:
    if risk.when is None:
        return RiskCheck(trigger=risk.trigger)
    held = [one for one in events if one.exchange.reaction and risk.when.holds(one.exchange.state)]
    return RiskCheck(
        trigger=risk.trigger,
        tested=True,
        fell=_falls([one for one in held if name in one.used]),
        elsewhere=_falls([one for one in held if name not in one.used]),
    )


def _falls(events: Sequence[Asked]) -> Rate:
    return rate(
        [(one.exchange.reaction.delta < 0, one.profile) for one in events if one.exchange.reaction]
    )
