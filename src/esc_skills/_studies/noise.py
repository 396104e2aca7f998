"""``study noise``: the same configuration again, and what chance alone does to its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine import accounts
from esc_skills._engine.loop import complete
from esc_skills._engine.provenance import now
from esc_skills._engine.signals import Call
from esc_skills._host.wrapping import unwrapped
from esc_skills._store.folder import RunFolder
from esc_skills._store.lock import take
from esc_skills._studies.noisetables import FULL, Found, floors, variances, verdicts
from esc_skills._studies.pooling import Figures
from esc_skills._studies.replicates import AGENT, JUDGE, PARTS, SEEKER, Stage, finished, moved
from esc_skills.errors import UsageError
from esc_skills.model import Cost, Score, StudyRecord


def noise(
    source: Any,
    *,
    out: str | Path,
    replicates: int = 2,
    arms: Sequence[str] = (),
    sets: Sequence[str] = (),
    watch: Sequence[Call] = (),
) -> StudyRecord:
    """Hold a run's report conversations again, and tell what chance alone does.

    What was held is kept under ``out``; a study that was killed goes on, and ends with equal
    tables.

    Args:
        source: Folder of a run (finished first where it is not), or an experiment: file, mapping,
            or None for the defaults.
        out: Folder of the study.
        replicates: How often the configuration is there in all, the run among them; at least 2.
        arms: Arms to look at; empty takes those of the run.
        sets: Budget, limits and concurrency of the replicates.
        watch: Told of every event.

    Raises:
        UsageError: Fewer than two replicates, or the folder holds another study.
        RunEndedError: The budget ended; give the same call with another one to go on.
    """
    if replicates < 2:
        raise UsageError(
            f"replicates = {replicates}: one run alone tells nothing of chance",
            hint="give --replicates 2 or more",
        )
    home = Path(out)
    path = finished(source, home, watch)
    with take(RunFolder.create(home).lock, now()):
        stage = Stage.open(path, home, arms, sets, watch)
        try:
            return _record(complete(_found(stage, replicates)))
        finally:
            stage.gateway.close()


async def _found(stage: Stage, replicates: int) -> Found:
    told = stage.told()
    base = await stage.judged(told, {})
    made: dict[str, tuple[tuple[Score, ...], ...]] = {}
    lost: list[str] = []
    for which in (FULL, AGENT, SEEKER):
        for number in range(1, replicates):
            actors = moved(number, *(PARTS if which == FULL else (which,)))
            talks = await stage.again(told, f"{which}-{number}", actors)
            lost += _lost(which, number, talks)
            made[which] = (*made.get(which, ()), await stage.judged(talks, actors))
    made[JUDGE] = tuple(
        [await stage.judged(told, moved(number, JUDGE)) for number in range(1, replicates)]
    )
    traces = [trace for some in told.values() for trace in some]
    return Found(
        stage=stage,
        figures=Figures(evaluators={one.name: unwrapped(one) for one in stage.crew.evaluators}),
        base=base,
        moved=made,
        lost=tuple(lost),
        seekers=len({trace.profile.id for trace in traces}),
        talks=max(map(len, told.values())),
    )


def _lost(which: str, number: int, talks: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    for arm, traces in talks.items():
        for trace in traces:
            if trace.ending == "fault":
                yield f"{which}-{number}/{arm}: {trace.id}: {trace.note}"


def _record(found: Found) -> StudyRecord:
    rounds = [found.said(found.base), *map(found.said, found.moved[FULL])]
    asked = "asked no model" if not found.stage.crew.models else "asked its models anew"
    methods = (
        f"The report conversations of one configuration ({found.seekers} seekers, {found.talks} "
        f"conversations in each of {len(found.stage.arms)} arms) were held "
        f"{len(rounds)} times with independent chance, and once more for each replicate with only "
        "the agent's, only the simulated seeker's and only the judge's chance drawn anew; the "
        f"configuration {asked}. A part's variance is its total effect, half the mean squared "
        "difference between a conversation and its twin in which that part alone was drawn anew "
        "(Jansen 1999), with a 95 % interval clustered by seeker."
    )
    return StudyRecord(
        name=found.stage.home.path.name,
        kind="noise",
        methods=methods,
        tables=(variances(found), floors(found), verdicts(found, rounds)),
        scores=tuple(attrs.evolve(score, items=()) for score in found.base),
        contrasts=tuple(rounds[0]),
        costs=(_cost(found.stage),),
        lost=found.lost,
        facts={
            "run": found.stage.run.path.name,
            "experiment": found.stage.experiment.hash,
            "seed": found.stage.experiment.run.seed,
            "replicates": len(rounds),
            "same": dict(found.stage.same),
        },
    )


def _cost(stage: Stage) -> Cost:
    """What the replicates asked; the answers of the run itself are in its own account."""
    if stage.gateway.journal is None:
        return Cost(arm="replicates", usd=0.0)
    account = accounts.of(stage.gateway.journal, stage.crew.prices)
    return Cost(
        arm="replicates",
        questions=sum(row.answered for row in account.rows),
        tokens_in=sum(row.tokens_in for row in account.rows),
        tokens_out=sum(row.tokens_out for row in account.rows),
        usd=None if account.unpriced else account.usd,
    )
