"""Bench of gates: error rate and power by simulation, in worlds whose true gain is known.

A round is what a gate sees of one proposal: pairs of final emotions, batch by batch, until it
decides or no pairs are left. ``plain`` has another seeker in every pair, ``repeats`` has 24 who
come again and again. All gates see the same rounds, and all gains rest on the same chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from statistics import fmean

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.loop import complete
from esc_skills._engine.seeds import generator
from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.tasks.desk import Desk
from esc_skills.errors import EscSkillsError, RunEndedError
from esc_skills.model import (
    INTENTIONS,
    PERSONA_TYPES,
    Item,
    Pair,
    Part,
    Score,
    StudyCell,
    StudyRecord,
    StudyTable,
)
from esc_skills.spec import Gate
from esc_skills.stats import Interval, mean_interval, pairs_needed, wilson

SIMULATION = "simulation"
"""What stands for an evaluator in these scores."""
GROUPS = tuple(f"{persona}/{wish}" for persona, wish in product(PERSONA_TYPES, INTENTIONS))
WORLDS: Mapping[str, int | None] = {"plain": None, "repeats": len(GROUPS)}
"""Seekers of each world; None brings another one in every pair."""
SAME = "Normal differences; all gates see the same rounds; 95 % intervals are Wilson's."
OUTCOMES: tuple[str, ...] = ("accept", "reject", "inconclusive")


@attrs.frozen(kw_only=True)
class Sizes:
    """How large a simulation is."""

    rounds: int = 200
    """Rounds in each world at each gain."""
    pairs: int = 200
    """Most pairs of a round."""
    batch: int = 10
    """Pairs between two looks."""
    spread: float = 42.0
    """Standard deviation of a pair's difference; about that of SAGE's released transcripts."""
    gains: tuple[float, ...] = (0.0, 5.0, 10.0)
    """True mean differences, in SAGE points."""
    seed: int = 13
    """Seed of all rounds."""


@attrs.frozen(kw_only=True)
class Decided:
    """One round of one gate."""

    outcome: str
    """``accept``, ``reject`` or ``inconclusive``."""
    pairs: int
    """Pairs that were played."""


def pairs_of(world: str, number: int, gain: float, sizes: Sizes) -> tuple[Pair, ...]:
    """The pairs of a round, in the order in which they are played."""
    rng = generator(sizes.seed, "gates", world, number)
    people = WORLDS[world] or sizes.pairs
    first = rng.randrange(len(GROUPS))
    return tuple(
        Pair(
            profile=f"seeker-{place % people:03d}",
            repeat=place // people,
            current=0.0,
            candidate=gain + rng.gauss(0.0, sizes.spread),
            group=GROUPS[(first + place % people) % len(GROUPS)],
        )
        for place in range(sizes.pairs)
    )


async def decide(gate: Gate, pairs: tuple[Pair, ...], lender: Lender, sizes: Sizes) -> Decided:
    """Show a gate the pairs batch by batch, as the arrow *verify* does."""
    lend, used = lender.at("bench", "gate"), 0
    verdict = await gate.decide((), len(pairs), lend("gate"))
    while verdict.decision == "continue" and used < len(pairs):
        used = min(used + sizes.batch, len(pairs))
        verdict = await gate.decide(pairs[:used], len(pairs) - used, lend("gate"))
    left = verdict.decision == "continue"
    return Decided(outcome="inconclusive" if left else verdict.decision, pairs=used)


def bench_gates(
    experiment: Experiment,
    catalogue: Catalogue,
    *,
    names: Sequence[str] = (),
    sizes: Sizes | None = None,
) -> StudyRecord:
    """How often every gate accepts what is no better, and finds what is.

    Args:
        experiment: Names the models; its own gate's settings count.
        catalogue: What is installed.
        names: Only these gates; empty takes all.
        sizes: How large the simulation is; None takes the experiment's seed and batch.

    Raises:
        UnknownPluginError: A name that nobody installed.
    """
    run, evolve = experiment.run, experiment.evolve
    sized = sizes or Sizes(seed=run.seed, batch=evolve.batch, pairs=evolve.max_pairs)
    desk = Desk(role="gate", experiment=experiment, catalogue=catalogue)
    return complete(_bench(desk, names, sized))


async def _bench(desk: Desk, names: Sequence[str], sizes: Sizes) -> StudyRecord:
    scores: list[Score] = []
    rows: list[tuple[StudyCell, ...]] = []
    rounds = {
        (world, gain): [pairs_of(world, number, gain, sizes) for number in range(sizes.rounds)]
        for world, gain in product(sorted(WORLDS), sizes.gains)
    }
    for gate in desk.present(names):
        with desk.at_work(gate) as lender:
            for (world, gain), held in rounds.items():
                made: dict[int, Decided] = {}
                for number, pairs in enumerate(held):
                    try:
                        made[number] = await decide(gate, pairs, lender, sizes)
                    except RunEndedError:
                        raise
                    except EscSkillsError as fault:
                        where = f"{gate.name}: {world}, gain {gain:g}, round {number}"
                        desk.lost.append(f"{where}: {fault.message}")
                scores.append(_score(gate.name, world, gain, made, sizes))
                rows.append(_row(gate.name, world, gain, made, sizes))
    return StudyRecord(
        name="gates",
        kind="bench",
        methods=_methods(sizes),
        tables=(_table(rows, desk, sizes),),
        scores=tuple(scores),
        costs=tuple(desk.costs),
        lost=tuple(desk.lost),
        facts={**desk.facts, "simulation": attrs.asdict(sizes)},
    )


def _methods(sizes: Sizes) -> str:
    gains = ", ".join(f"{gain:g}" for gain in sizes.gains)
    return (
        f"Every gate decided {sizes.rounds} simulated rounds in each of {len(WORLDS)} worlds at "
        f"true gains of {gains} points: normal differences of spread {sizes.spread:g}, shown in "
        f"batches of {sizes.batch} up to {sizes.pairs} pairs (seed {sizes.seed}). Shares have "
        "Wilson's 95 % intervals; without a gain the share accepted is the error rate, with one "
        "the power."
    )


def _score(gate: str, world: str, gain: float, made: Mapping[int, Decided], sizes: Sizes) -> Score:
    """Share accepted: an error without a gain, power with one."""
    hits = sum(one.outcome == "accept" for one in made.values())
    share = _share(hits, len(made))
    used = mean_interval([one.pairs for one in made.values()]).rounded()
    return Score(
        evaluator=SIMULATION,
        name=f"accepted-{world}-gain-{gain:g}",
        arm=gate,
        value=share.value,
        low=share.low,
        high=share.high,
        n=len(made),
        of=sizes.rounds,
        signature=f"simulation:v1|world={world}|gain={gain:g}|spread={sizes.spread:g}"
        f"|rounds={sizes.rounds}|pairs={sizes.pairs}|batch={sizes.batch}|seed={sizes.seed}",
        better="higher" if gain > 0 else "lower",
        breakdown=()
        if used.value is None
        else (Part(group="pairs=mean", value=used.value, n=used.n, low=used.low, high=used.high),),
        items=tuple(
            Item(key=f"round-{number}", cluster=f"round-{number}",
                 sums=(float(one.outcome == "accept"), 1.0))
            for number, one in made.items()
        ),
    )  # fmt: skip


def _share(hits: int, n: int) -> Interval:
    low, high = wilson(hits, n)
    none = not n
    return Interval(
        value=None if none else hits / n,
        low=None if none else low,
        high=None if none else high,
        n=n,
    ).rounded()


def _row(
    gate: str, world: str, gain: float, made: Mapping[int, Decided], sizes: Sizes
) -> tuple[StudyCell, ...]:
    shares = [
        _share(sum(one.outcome == outcome for one in made.values()), len(made))
        for outcome in OUTCOMES
    ]
    used = round(fmean(one.pairs for one in made.values()), 6) if made else None
    return (
        StudyCell(text=gate),
        StudyCell(text=world),
        StudyCell(value=gain, digits=1),
        *(StudyCell(value=one.value, low=one.low, high=one.high, digits=3) for one in shares),
        StudyCell(value=used, digits=0),
        StudyCell(value=len(made), digits=0, of=sizes.rounds),
    )


def _table(rows: Sequence[tuple[StudyCell, ...]], desk: Desk, sizes: Sizes) -> StudyTable:
    wanted = max(sizes.gains)
    fixed = pairs_needed(sizes.spread, wanted, 0.05, 0.9, sides=1) if wanted > 0 else None
    told = (f"A fixed-size test (error 0.05, power 0.9) of {wanted:g} points takes {fixed} pairs.",)
    return StudyTable(
        name="bench-gates",
        caption="Gates on simulated rounds: what they accept with and without a true gain.",
        head=("gate", "world", "true gain", *OUTCOMES, "mean pairs", "rounds"),
        rows=tuple(rows),
        notes=(
            SAME,
            f"Spread {sizes.spread:g}, at most {sizes.pairs} pairs in batches of {sizes.batch}.",
            *(told if fixed else ()),
            *desk.lost,
        ),
    )
