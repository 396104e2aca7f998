"""Verdicts with their way back: edits, the failing turns behind them, the pairs that tried them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

import attrs

from esc_skills.model import SkillsBank
from esc_skills.spec import RunRecord
from esc_skills_plugins.reports import curves
from esc_skills_plugins.reports.changes import Change, changes
from esc_skills_plugins.reports.talks import Talk

MOST_TURNS = 12
"""Failing turns shown of one edit."""

Row = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Turn:
    """A failing turn, and where it can be read."""

    talk: Talk
    """The conversation."""
    href: str
    """Link to the exchange, or to a covered conversation as a whole."""
    exchange: int
    """Number of the exchange, from 1."""
    kind: str
    """The paper's class."""
    cause: str
    """State and action."""
    skills: tuple[str, ...]
    """Skills in play."""
    why: str
    """One sentence; empty where the conversation is covered."""
    lapse: bool
    """The skill was right and was not followed."""


@attrs.frozen(kw_only=True)
class Backed:
    """One edit and the failing turns in the conversations that it rests on."""

    change: Change
    """The edit."""
    turns: tuple[Turn, ...]
    """Those that can be read here, the first few."""
    more: int
    """Failing turns of this edit's conversations that are not shown."""
    others: tuple[Talk, ...]
    """Its conversations that can be read here and in which no turn failed."""
    cover: tuple[str, ...] = ()
    """Rules for which its words are covered: it rests on a covered conversation."""


@attrs.frozen(kw_only=True)
class Pairing:
    """One seeker under both banks."""

    profile: str
    """Profile id."""
    repeat: int
    """Number of the repeat."""
    group: str
    """Persona type and hidden intention."""
    current: float
    """Final emotion with the current bank."""
    candidate: float
    """Final emotion with the candidate bank."""
    alarms: int
    """Unsafe events beyond those of the current bank."""
    links: tuple[str, str]
    """Links to both conversations; empty where one is not kept."""

    @property
    def difference(self) -> float:
        """Candidate minus current."""
        return self.candidate - self.current


@attrs.frozen(kw_only=True)
class Plot:
    """Differences of all pairs on one scale."""

    scale: curves.Scale
    """Points, 0 in the middle."""
    dots: str
    """Path of the dots."""
    height: float
    """How high the highest pile is."""
    lane: curves.Lane
    """Mean and interval of the verdict."""


@attrs.frozen(kw_only=True)
class Ruling:
    """One verdict."""

    number: int
    """Place in the ledger, from 1."""
    round: int
    """Round of evolution."""
    proposal: str
    """Proposal id."""
    verdict: Row
    """As the ledger keeps it."""
    backed: tuple[Backed, ...]
    """Its edits."""
    pairs: tuple[Pairing, ...] = ()
    """The pairs that tried it, greatest gain first."""
    plot: Plot | None = None
    """Their differences drawn; None without pairs."""

    @property
    def accepted(self) -> bool:
        """Whether the edits came into the bank."""
        return bool(self.verdict["decision"] == "accept")

    @property
    def kinds(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Kinds of its edits, each with the skills it concerns."""
        found: dict[str, list[str]] = {}
        for backed in self.backed:
            found.setdefault(backed.change.kind, []).extend(backed.change.names)
        return tuple((kind, tuple(names)) for kind, names in found.items())

    @property
    def wins(self) -> tuple[int, int, int]:
        """Pairs in which the candidate was better, equal, worse."""
        signs = [(pair.difference > 0) - (pair.difference < 0) for pair in self.pairs]
        return signs.count(1), signs.count(0), signs.count(-1)


def rulings(record: RunRecord, talks: Sequence[Talk]) -> tuple[Ruling, ...]:
    """Every verdict of the ledger, in order; accepted ones with all that they rest on."""
    banks = {bank.hash: bank for bank in record.banks}
    made = {row["patch"]: row["bank"] for row in record.ledger if row.get("event") == "commit"}
    failed = {
        row["round"]: row["report"].get("failures", ())
        for row in record.ledger
        if row.get("event") == "failures"
    }
    verdicts = [row for row in record.ledger if row.get("event") == "verdict"]
    return tuple(
        _ruling(
            number,
            row,
            banks.get(row["proposal"]["bank"]),
            banks.get(made.get(row.get("proposal_id", ""), "")),
            Shelf.of(talks, failed.get(row["round"], ())),
        )
        for number, row in enumerate(verdicts, start=1)
    )


@attrs.frozen
class Shelf:
    """Conversations that can be read here, and what failed in them."""

    by_id: Mapping[str, Talk]
    """By trace id."""
    by_pair: Mapping[tuple[str, str, int], Talk]
    """By behaviour of the bank, profile id and repeat; talks with trial offers left out."""
    failures: Mapping[str, Sequence[Row]]
    """Failures of the round, by trace id."""

    @classmethod
    def of(cls, talks: Iterable[Talk], failures: Iterable[Row]) -> Shelf:
        """Look them up by id, by bank and seeker, and by conversation."""
        by_id: dict[str, Talk] = {}
        by_pair: dict[tuple[str, str, int], Talk] = {}
        by_trace: dict[str, list[Row]] = {}
        for talk in talks:
            trace = talk.trace
            by_id.setdefault(trace.id, talk)
            if not trace.arm.startswith("trial"):
                by_pair.setdefault((trace.bank, trace.profile.id, trace.repeat), talk)
        for one in failures:
            by_trace.setdefault(one["trace"], []).append(one)
        return cls(by_id, by_pair, by_trace)

    def link(self, bank: SkillsBank | None, pair: Row) -> str:
        """Where one side of a pair can be read; empty where it is not kept."""
        behaviour = bank.behaviour if bank else ""
        talk = self.by_pair.get((behaviour, pair["profile"], pair["repeat"]))
        return talk.href if bank and talk else ""


def _ruling(
    number: int, row: Row, before: SkillsBank | None, after: SkillsBank | None, shelf: Shelf
) -> Ruling:
    verdict, proposal = row["verdict"], row["proposal"]
    accepted = verdict["decision"] == "accept"
    pairs = tuple(_pairing(pair, before, after, shelf) for pair in row.get("pairs", ()))
    return Ruling(
        number=number,
        round=row["round"],
        proposal=row.get("proposal_id", ""),
        verdict=verdict,
        backed=tuple(_backed(change, shelf, accepted) for change in changes(proposal, before)),
        pairs=tuple(sorted(pairs, key=_best_first)) if accepted else (),
        plot=_plot(pairs, verdict) if accepted and pairs else None,
    )


def _best_first(pair: Pairing) -> tuple[float, str, int]:
    return -pair.difference, pair.profile, pair.repeat


def _pairing(
    pair: Row, before: SkillsBank | None, after: SkillsBank | None, shelf: Shelf
) -> Pairing:
    return Pairing(
        profile=pair["profile"],
        repeat=pair["repeat"],
        group=pair.get("group", ""),
        current=pair["current"],
        candidate=pair["candidate"],
        alarms=pair.get("alarms", 0),
        links=(shelf.link(before, pair), shelf.link(after, pair)),
    )


def _plot(pairs: Sequence[Pairing], verdict: Row) -> Plot:
    gains = [pair.difference for pair in pairs]
    effect = verdict["effect"] if verdict["effect"] is not None else fmean(gains)
    scale = curves.around_zero([*gains, verdict["low"], verdict["high"]])
    scale = attrs.evolve(scale, width=480.0)
    dots, height = curves.heap(scale, gains)
    lane = curves.lane(scale, effect, verdict["low"], verdict["high"])
    return Plot(scale=scale, dots=dots, height=height, lane=lane)


def _backed(change: Change, shelf: Shelf, accepted: bool) -> Backed:
    if not accepted:
        return Backed(change=change, turns=(), more=0, others=())
    failing = [one for name in change.traces for one in shelf.failures.get(name, ())]
    here = [one for one in failing if one["trace"] in shelf.by_id]
    # Turns in which the edited skill itself was in play say most, lapses least.
    here.sort(key=lambda one: (not set(one["skills"]) & set(change.names), one["lapse"]))
    bad = {one["trace"] for one in here}
    kept = [shelf.by_id[name] for name in change.traces if name in shelf.by_id]
    return Backed(
        change=change,
        turns=tuple(_turn(one, shelf.by_id[one["trace"]]) for one in here[:MOST_TURNS]),
        more=len(failing) - len(here[:MOST_TURNS]),
        others=tuple(talk for talk in kept if talk.trace.id not in bad),
        cover=tuple(dict.fromkeys(rule for talk in kept for rule in talk.cover)),
    )


def _turn(one: Row, talk: Talk) -> Turn:
    return Turn(
        talk=talk,
        href=talk.exchange(one["exchange"]),
        exchange=one["exchange"] + 1,
        kind=one["kind"],
        cause=one["cause"] or "unknown",
        skills=tuple(one["skills"]),
        # A refiner's sentence may quote the turn, so it is covered where the turn is.
        why="" if talk.cover else one["why"],
        lapse=one["lapse"],
    )
