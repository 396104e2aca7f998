"""The bank, skill by skill: what it says, what it rests on, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from esc_skills.model import SkillsBank, Trace, plain
from esc_skills.model.lineage import lines
from esc_skills.model.profile import INTENTIONS, PERSONA_TYPES
from esc_skills.model.skill import Skill
from esc_skills.spec import RunRecord
from esc_skills.stats import mean_interval
from esc_skills_plugins.reports import curves
from esc_skills_plugins.reports.changes import condition
from esc_skills_plugins.reports.promises import PromiseLine, promise_lines

SCALE = curves.Scale(low=-10.0, high=10.0, width=200.0)
"""Emotion change of one reply, SAGE points."""
FEW = 8
"""Sources named of one source list; the bank's own file has all of them."""


@attrs.frozen(kw_only=True)
class Measured:
    """An effect of a skill for one kind of seeker."""

    group: str
    """Kind of seeker, in words."""
    value: float
    """Emotion change, SAGE points."""
    low: float | None
    """Lower end of the 95 % interval."""
    high: float | None
    """Upper end of it."""
    n: int
    """Replies behind it."""
    basis: str
    """How it was found."""
    lane: curves.Lane
    """Where it stands on the scale."""


@attrs.frozen(kw_only=True)
class Rooted:
    """Lines of a skill that came in together, and what they rest on."""

    lines: tuple[tuple[str, str], ...]
    """Part and words."""
    sources: tuple[str, ...]
    """The first few sources."""
    more: int
    """Sources that are not named here."""
    patch: str
    """What brought the lines."""


@attrs.frozen(kw_only=True)
class SkillPage:
    """One skill."""

    skill: Skill
    """The skill itself."""
    when: tuple[str, ...]
    """Conditions in words; none means always."""
    not_when: tuple[str, ...]
    """Conditions under which it stays silent."""
    promise: PromiseLine | None
    """What it promised and what came of it; None when it was not checked."""
    effects: tuple[Measured, ...]
    """Effects by kind of seeker: the bank's own first, then those of this run's report."""
    roots: tuple[Rooted, ...]
    """What its lines rest on; empty where nobody kept it."""
    reviews: tuple[str, ...]
    """Who said yes to it."""


def anchors(record: RunRecord) -> dict[str, str]:
    """A short anchor for each skill of the last bank: talks name it again and again."""
    skills = record.banks[-1].skills if record.banks else ()
    return {skill.name: f"s{n}" for n, skill in enumerate(skills)}


def skill_pages(record: RunRecord) -> tuple[SkillPage, ...]:
    """A page for every skill of the last bank, by name."""
    if not record.banks:
        return ()
    bank = record.banks[-1]
    kept = {line.skill: line for line in promise_lines(record)}
    seen = _uses([trace for trace in record.traces if trace.bank == bank.behaviour])
    return tuple(
        SkillPage(
            skill=skill,
            when=tuple(condition(plain(test)) for test in skill.applies),
            not_when=tuple(condition(plain(test)) for test in skill.not_when),
            promise=kept.get(skill.name),
            effects=(*_own(skill), *_seen(seen.get(skill.name, {}))),
            roots=tuple(_roots(bank, skill)),
            reviews=tuple(
                one.by + (", pinned" if one.pinned else "")
                for one in bank.reviews
                if one.skill == skill.name
            ),
        )
        for skill in bank.skills
    )


Uses = Mapping[str, Mapping[str, list[tuple[float, str]]]]


def _uses(traces: Sequence[Trace]) -> Uses:
    """Emotion change after each read reply, with the seeker, by skill and kind of seeker."""
    found: dict[str, dict[str, list[tuple[float, str]]]] = {}
    for trace in traces:
        if trace.ending == "fault":
            continue
        who = trace.profile
        for item in trace.exchanges:
            if item.reaction and not item.reply.fixed:
                point = float(item.reaction.delta), who.id
                for name in dict.fromkeys(item.reply.used):
                    groups = found.setdefault(name, {})
                    for group in ("all seekers", who.persona_type, who.intention):
                        groups.setdefault(group, []).append(point)
    return found


def _seen(groups: Mapping[str, list[tuple[float, str]]]) -> Iterator[Measured]:
    for group in ("all seekers", *PERSONA_TYPES, *INTENTIONS):
        if points := groups.get(group):
            found = mean_interval([gain for gain, _ in points], [who for _, who in points])
            found = found.rounded(3)
            yield Measured(
                group=group,
                value=found.value or 0.0,
                low=found.low,
                high=found.high,
                n=found.n,
                basis="seen after its use in the report",
                lane=curves.lane(SCALE, found.value, found.low, found.high),
            )


def _own(skill: Skill) -> Iterator[Measured]:
    words = {"randomised": "offered by lot", "observed": "seen while it was refined"}
    for one in skill.effects:
        yield Measured(
            group="all seekers" if one.group == "all" else one.group,
            value=one.value,
            low=one.low,
            high=one.high,
            n=one.n,
            basis=words[one.basis],
            lane=curves.lane(SCALE, one.value, one.low, one.high),
        )


def _roots(bank: SkillsBank, skill: Skill) -> Iterator[Rooted]:
    words = {line.key: (line.part, line.text) for line in lines(skill)}
    for origin in bank.origins:
        if origin.skill == skill.name:
            # In the order of the skill's own file, not of the hashes.
            held = set(origin.lines)
            yield Rooted(
                lines=tuple(said for key, said in words.items() if key in held),
                sources=origin.sources[:FEW],
                more=max(0, len(origin.sources) - FEW),
                patch=origin.patch,
            )
