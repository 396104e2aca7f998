"""Is a bank in good health? What is used, what helps, what stands in the way, what contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from esc_skills._engine.contradictions import Contradiction, contradictions
from esc_skills._engine.shelf import TRIAL, Shelf
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError
from esc_skills.model import Effect, Exchange, Expectations, Skill, SkillsBank, Trace
from esc_skills.model.expectation import Rate
from esc_skills.stats import Asked, Interval, asked, expectations, interference, mean_interval
from esc_skills.stats.expectations import rate
from esc_skills.stats.usage import contrast

HELD_BACK = "none"
"""Mark of a turn at which chance held all offers back."""


@attrs.frozen(kw_only=True)
class SkillHealth:
    """One skill that is active, or was used."""

    name: str
    """Skill name."""
    life: str
    """As in the bank."""
    since: int | None
    """Number of the bank that brought it as it is now; None outside of a run."""
    offers: int
    """Replies before which it was offered."""
    used: Rate
    """Of these, replies that it shaped."""
    change: Interval
    """Mean emotion change after its uses, by seeker."""
    beside: Interval
    """Mean change after its offers, used or not, minus that in states it fits at which lots held
    all offers back: only in conversations with trial offers."""
    stated: Effect | None
    """The effect that stands in the skill, over all kinds of seeker."""
    decayed: bool | None
    """True when the interval that was measured lies wholly below the stated one: of seekers that
    the refiner did not see, or of lots where lots stated it; None when that cannot be told."""


@attrs.frozen(kw_only=True)
class Growth:
    """One bank of the run: does size hurt?"""

    bank: int
    """Its number."""
    active: int
    """Active skills."""
    interference: Interval
    """Below 0, offers that were not used cost points."""


@attrs.frozen(kw_only=True)
class Health:
    """All that can be said of a bank without a model."""

    bank: str
    """Content hash."""
    lives: dict[str, tuple[str, ...]]
    """Skill names by life."""
    expectations: Expectations
    """Promises against conversations; its counts say how many there were, and how many lost."""
    active: int
    """Active skills."""
    ever_used: int | None
    """Of these, skills that were used at least once; None without conversations."""
    precision: Rate
    """Offers that were used, of all offers."""
    interference: Interval
    """Mean change with an idle offer beside the used skill, minus without."""
    growth: tuple[Growth, ...]
    """Banks of the run up to this one."""
    never_offered: tuple[str, ...]
    """Active skills that were never offered; empty without conversations."""
    never_used: tuple[str, ...]
    """Active skills that were offered and never used."""
    pinned: tuple[str, ...]
    """Protected skills: a guard holds them fast."""
    quarantined: tuple[str, ...]
    """Skills set aside for harm."""
    tombstones: tuple[str, ...]
    """Retired skills: their names are not given again."""
    contradictions: tuple[Contradiction, ...]
    """Active skills that disagree."""
    skills: tuple[SkillHealth, ...]
    """By name."""


def bank_health(path: Path) -> Health:
    """Health of the last bank of a run, of a bank of a run, or of one outside of a run.

    Raises:
        DataError: There is no bank, or a file is wrong.
    """
    run = path if (path / "run.json").is_file() else path.resolve().parent.parent
    if not (run / "run.json").is_file():
        return health((read_bank(path)[0],), ((),))
    folder = RunFolder.open(run)
    found = folder.banks()
    if path != run:
        found = tuple(one for one in found if one.name <= path.resolve().name)
    if not found:
        raise DataError(
            "this run has no bank yet", where=str(path), hint=f"esc-skills distil {path}"
        )
    banks = tuple(read_bank(one)[0] for one in found)
    talks = conversations(folder, banks)
    return health(banks, talks)


def conversations(folder: RunFolder, banks: Sequence[SkillsBank]) -> tuple[tuple[Trace, ...], ...]:
    """For each bank, every conversation that was held with it, lost ones and trials included."""
    shelf = Shelf(folder=folder)
    trials = [
        trace
        for path in folder.trace_files()
        if path.name.startswith(TRIAL)
        for trace in folder.read_nouns(f"traces/{path.name}", Trace)
    ]
    made = []
    for bank in banks:
        held = shelf.traces(bank.behaviour)
        lost = [
            trace
            for trace in shelf.faults(bank.behaviour)
            if (trace.profile.id, trace.repeat) not in held
        ]
        tried = [trace for trace in trials if trace.bank == bank.behaviour]
        made.append((*held.values(), *lost, *tried))
    return tuple(made)


def health(banks: Sequence[SkillsBank], talks: Sequence[Sequence[Trace]]) -> Health:
    """Health of the last of ``banks``.

    Args:
        banks: Oldest first.
        talks: Conversations of each bank, in any order.
    """
    bank, traces = banks[-1], talks[-1]
    events = asked(traces)
    free = _untouched(events)
    offered = {name for one in events for name in one.offered}
    used = {name for one in events for name in one.used}
    names = [skill.name for skill in bank.active]
    return Health(
        bank=bank.hash,
        lives={life: _named(bank, life) for life in sorted({one.life for one in bank.skills})},
        expectations=expectations(traces, bank),
        active=len(names),
        ever_used=sum(name in used for name in names) if events else None,
        precision=rate([(name in one.used, one.profile) for one in free for name in one.offered]),
        interference=interference(free).rounded(),
        growth=tuple(_growth(banks, talks)),
        never_offered=tuple(name for name in names if events and name not in offered),
        never_used=tuple(name for name in names if name in offered and name not in used),
        pinned=tuple(
            skill.name for skill in bank.skills if skill.protected or skill.name in bank.pinned
        ),
        quarantined=_named(bank, "quarantined"),
        tombstones=_named(bank, "retired"),
        contradictions=contradictions(bank),
        skills=tuple(
            _skill(skill, events, banks)
            for skill in bank.skills
            if skill.life == "active" or skill.name in used
        ),
    )


def _untouched(events: Sequence[Asked]) -> list[Asked]:
    """Replies at which the retriever's own offers stood: what lots offered is not the bank's."""
    return [one for one in events if not one.exchange.trial]


def _named(bank: SkillsBank, life: str) -> tuple[str, ...]:
    return tuple(skill.name for skill in bank.skills if skill.life == life)


def _growth(banks: Sequence[SkillsBank], talks: Sequence[Sequence[Trace]]) -> Iterator[Growth]:
    for number, (bank, traces) in enumerate(zip(banks, talks, strict=True)):
        found = interference(_untouched(asked(traces))).rounded()
        yield Growth(bank=number, active=len(bank.active), interference=found)


def _skill(skill: Skill, events: Sequence[Asked], banks: Sequence[SkillsBank]) -> SkillHealth:
    offers = [one for one in events if skill.name in one.offered]
    uses = [one for one in events if skill.name in one.used and one.exchange.reaction]
    change, beside = _mean(uses), _beside(skill, offers, events)
    stated = next((one for one in skill.effects if one.group == "all"), None)
    return SkillHealth(
        name=skill.name,
        life=skill.life,
        since=_since(skill, banks),
        offers=len(offers),
        used=rate([(skill.name in one.used, one.profile) for one in offers]),
        change=change,
        beside=beside,
        stated=stated,
        decayed=_decayed(stated, uses, beside),
    )


def _mean(uses: Sequence[Asked]) -> Interval:
    values = [float(one.exchange.reaction.delta) for one in uses if one.exchange.reaction]
    return mean_interval(values, [one.profile for one in uses]).rounded()


def _beside(skill: Skill, offers: Sequence[Asked], events: Sequence[Asked]) -> Interval:
    """What lots can tell: its offers against turns without any, in the same conversations."""
    lots = {one.profile for one in events if one.exchange.trial}
    mine = [one for one in offers if one.exchange.reaction and one.profile in lots]
    mine = [one for one in mine if not one.exchange.trial and one.purpose == "refine"]
    bare = [one for one in events if _held_back(one.exchange) and skill.fits(one.exchange.state)]
    every = [*mine, *bare]
    return contrast(every, [place < len(mine) for place in range(len(every))]).rounded()


def _held_back(item: Exchange) -> bool:
    return item.trial == HELD_BACK and item.reaction is not None


def _decayed(stated: Effect | None, uses: Sequence[Asked], beside: Interval) -> bool | None:
    if stated is None:
        return None
    # What lots have shown is beyond other turns: only lots can tell that it is gone.
    unseen = [one for one in uses if one.purpose != "refine"]
    high = beside.high if stated.basis == "randomised" else _mean(unseen).high
    return None if high is None else high < stated.low


def _since(skill: Skill, banks: Sequence[SkillsBank]) -> int | None:
    if len(banks) == 1 and banks[0].parent:
        return None
    number = len(banks) - 1
    while number and banks[number - 1].skill(skill.name) == skill:
        number -= 1
    return number
