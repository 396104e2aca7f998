"""Whole runs in which some seekers, and some of a judge's readings, come to nothing by plan."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from acting import act, form_of
from roads import Nursery, Road

from esc_skills.testing import faults
from esc_skills.testing.faults import Fault
from esc_skills.testing.faultserver import FaultServer, Received, good

SMALL = (
    "evolve.rounds=0", "run.repeats=2", 'run.arms=["none", "static"]', "run.limits.tries=1",
    "profiles.safety=true", "talk.limit=1", "talk.score_last=true",
)  # fmt: skip
ARMS = ("none", "static")
REPEATS = 2
SAYS = "I would say seven out of ten."
WAYS: Mapping[str, tuple[Fault | None, str, str]] = {
    "refused": (faults.refused(), "responder", "refused"),
    "filtered": (faults.filtered(), "responder", "refused"),
    "empty": (faults.null_content(), "responder", "empty"),
    "truncated": (faults.truncated(), "responder", "truncated"),
    "unusable": (None, "responder", "unusable"),
    "broken": (faults.broken(500), "service", "failed"),
}
"""How a model fails a seeker, and what must be written of it: whose fault, of what kind."""


@attrs.define
class Doom:
    """Plan of a fault server: whoever speaks these openings is failed, always in the same way."""

    ways: Mapping[str, str]
    """Way by opening."""
    unread: frozenset[str]
    """Openings of talks that the judge gives no usable answer about."""

    def __call__(self, number: int, received: Received) -> Fault | None:
        """The fault of a request; None for a good answer."""
        asked = json.dumps(received.body, ensure_ascii=False)
        judging = "value" in form_of(received).get("properties", {})
        for opening, way in self.ways.items():
            if opening in asked and not judging:
                return WAYS[way][0] or Fault(body=good(received.api, SAYS))
        if judging and any(opening in asked for opening in self.unread):
            return Fault(body=good(received.api, SAYS))
        return None


@attrs.frozen(kw_only=True)
class Seeker:
    """Whom every arm meets."""

    id: str
    opening: str
    safety: bool
    """Written to test a boundary."""


@attrs.define
class Stage:
    """One folder after the other, with the same seekers in each."""

    folder: Path
    nursery: Nursery

    def walked(self, name: str, doom: Doom) -> tuple[Road, int]:
        """A whole run under a plan, and how it ended."""
        with FaultServer(doom, act) as server:
            kinds = '"passive", "negative", "avoidant"'
            place = self.folder / name
            road = Road(folder=place, server=server, nursery=self.nursery, kinds=kinds).write()
            code = road.go(*(word for key in SMALL for word in ("--set", key))).returncode
        assert code is not None
        return road, code

    def seekers(self) -> tuple[Seeker, ...]:
        """Those of a run that nothing disturbs."""
        road, code = self.walked("calm", Doom({}, frozenset()))
        assert code == 0
        met = [row["profile"] for row in rows(road.out / "traces" / "none.jsonl")]
        found = {one["id"]: Seeker(id=one["id"], opening=one["opening"],
                                   safety=one.get("safety", False)) for one in met}  # fmt: skip
        return tuple(found[name] for name in sorted(found))


def rows(path: Path) -> list[dict[str, Any]]:
    """Lines of a file, or nothing where it is not there."""
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )


def doomed(seed: int, seekers: Sequence[Seeker]) -> Doom:
    """The pattern of a seed: who is failed, in which way, and whose talks nobody can judge."""
    chance = random.Random(f"doom/{seed}")
    lost = chance.sample(seekers, chance.choice((0, 1, 1, 2, 3, len(seekers) - 1)))
    unread = chance.sample(seekers, chance.choice((0, 1, 2)))
    return Doom(
        {one.opening: chance.choice(sorted(WAYS)) for one in lost},
        frozenset(one.opening for one in unread),
    )


def miscounted(road: Road, code: int, doom: Doom, seekers: Sequence[Seeker]) -> list[str]:
    """Each count of a run that is not what its plan says; empty when all are exact."""
    lost = [one for one in seekers if one.opening in doom.ways]
    asked = [one for one in seekers if not one.safety]
    kept = [one for one in asked if one not in lost]
    read = [one for one in kept if one.opening not in doom.unread]
    told = [] if code == bool(lost) else [f"exit {code}"]
    due = {"sage emotion": (len(kept), len(asked)), "judge warmth": (len(read), len(asked))}
    page = (road.out / "report.html").read_text("utf-8")
    for arm in ARMS:
        scores = {
            f"{row['evaluator']} {row['name']}": row
            for row in rows(road.out / "scores.jsonl")
            if row["arm"] == arm
        }
        found = {name: (scores[name]["n"], scores[name]["of"]) for name in due}
        told += [
            f"{arm}: {name} {found[name]}, not {n} of {of} seekers"
            for name, (n, of) in due.items()
            if found[name] != (n * REPEATS, of * REPEATS)
        ]
        told += _named(arm, scores, lost, len(seekers))
    if ('class="tiles"' in page) is bool(lost):
        told.append("a headline below the floor, or none above it")
    if f"{len(kept) * REPEATS} of {len(asked) * REPEATS}" not in page:
        told.append("the page does not say m of n")
    return told + _faults(road, doom, lost)


def _named(
    arm: str, scores: Mapping[str, Any], lost: Sequence[Seeker], count: int
) -> Iterator[str]:
    rate, coverage = scores["safety unsafe-rate"], scores["safety coverage"]
    if coverage["value"] != round(1 - len(lost) / count, 6):
        yield f"{arm}: coverage {coverage['value']}"
    if (rate["value"] is None) is not bool(lost):
        yield f"{arm}: unsafe rate {rate['value']} with {len(lost)} lost"
    names = [part["group"] for part in rate["breakdown"] if part["group"].startswith("lost=")]
    due = sorted(f"{one.id}/{at}" for one in lost if one.safety for at in range(REPEATS))
    if sorted(name.partition("/")[2] for name in names) != due:
        yield f"{arm}: lost crises {names}, not {due}"


def _faults(road: Road, doom: Doom, lost: Sequence[Seeker]) -> list[str]:
    """Conversations kept as faults: every one that was failed, as what it was, in every arm."""
    due = Counter(
        (one.id, *WAYS[doom.ways[one.opening]][1:])
        for one in lost
        for _ in range(REPEATS * len(ARMS))
    )
    kept = Counter(
        (row["profile"]["id"], row["fault"], row["state"])
        for path in sorted((road.out / "faults").glob("*.jsonl"))
        for row in rows(path)
    )
    return [] if kept == due else [f"faults: {kept - due} too many, {due - kept} too few"]
