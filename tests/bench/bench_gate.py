"""Can the gate tell signal from noise? A/A rounds, power, and pairs saved; ``make bench``.

    python tests/bench/bench_gate.py --write docs/explanation/evolution.md

writes the table and the figure of that page. Five worlds give final emotions under two banks:
``plain`` (normal differences of 200 seekers, spread 42 as between agents in SAGE's released
transcripts), ``repeats`` (the same of 24 seekers who come again and again), ``humps`` (24 seekers,
0-100 in steps of 5, two humps, each with leanings of its own), ``uneven`` (the same, and every
seeker likes one of the two banks better, none on average) and ``talked`` (24 seekers, conversations
that the built-in seekers really had). The test is group-sequential with alpha spending: Lan &
DeMets 1983; Kim & DeMets 1987; Jennison & Turnbull 2000.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import pathlib
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial

import attrs
import numpy as np
import pytest
from figures import between_marks
from figures import figure as told
from scipy.stats import binomtest

from esc_skills.model import INTENTIONS, PERSONA_TYPES, Pair
from esc_skills.spec import Gate
from esc_skills.stats import pairs_needed
from esc_skills.testing.contexts import context
from esc_skills_plugins.gates.greater import Greater
from esc_skills_plugins.gates.paired import Paired
from esc_skills_plugins.profiles.grid import GridProfiles

HERE = pathlib.Path(__file__).resolve().parent
GROUPS = tuple(f"{persona}/{wish}" for persona in PERSONA_TYPES for wish in INTENTIONS)
BUDGET, SPREAD, GAIN = 200, 42.0, 10.0
POOL, LEAN, UNEVEN = 40, 0.2, 12.0
ROUNDS, MANY = 1000, 4000
GAINS = (0.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0)

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
World = Callable[[np.random.Generator, float], tuple[Floats, Floats]]
"""Chance and true gain → final emotions under the current and under the candidate bank, one row
a repeat and one column a seeker."""

pytestmark = pytest.mark.xdist_group("gate")
PAIRS = "pairs of talks of a fixed-size test (gain 10, spread 42, one-sided 0.05, power 0.90)"
TAKES = "pairs that the gate `paired` takes to a decision, where the gain is there, against that"
FINDS = "how often it then accepts"
STOPS = "pairs until it stops where there is no gain, against its 200, over four worlds"

SHAPE = (-(-BUDGET // len(GROUPS)), len(GROUPS))


def plain(rng: np.random.Generator, gain: float) -> tuple[Floats, Floats]:
    """Normal differences, every pair another seeker."""
    return np.zeros((1, BUDGET)), rng.normal(gain, SPREAD, (1, BUDGET))


def repeats(rng: np.random.Generator, gain: float) -> tuple[Floats, Floats]:
    """Normal differences; the gate knows the seekers again and must not trust repeats more."""
    return np.zeros(SHAPE), rng.normal(gain, SPREAD, SHAPE)


def humps(rng: np.random.Generator, gain: float, uneven: float = 0.0) -> tuple[Floats, Floats]:
    """Two humps: a high and a low end of talks, with 60 points between them.

    Args:
        rng: Chance.
        gain: True mean difference, by ends that turn from low to high.
        uneven: Spread, over seekers, of what the candidate is worth to them.
    """
    leaning = np.clip(rng.normal(0.45, LEAN, SHAPE[1]), 0.05, 0.75)
    worth = rng.normal(0, uneven, SHAPE[1]) if uneven else np.zeros(SHAPE[1])
    shift = (gain + worth - worth.mean()) / 60

    def ends(chance: Floats) -> Floats:
        high = rng.random(SHAPE) < chance
        raw = np.where(high, rng.normal(72, 15, SHAPE), rng.normal(12, 10, SHAPE))
        return np.asarray(np.clip(5 * np.round(raw / 5), 0, 100))

    return ends(leaning), ends(np.clip(leaning + shift, 0, 1))


@cache
def pool(supporter: str) -> Floats:
    """Final emotions of conversations with the built-in seekers: repeats × seekers."""
    sys.path.insert(0, str(HERE))
    try:
        scripted = importlib.import_module("scripted")
    finally:
        sys.path.remove(str(HERE))

    async def hold() -> list[list[int]]:
        speaker, seeker = scripted.SUPPORTERS[supporter], scripted.Appraisal()
        grid = await GridProfiles().profiles(context())
        people = [one for one in grid if one.purpose == "verify"]
        return [
            [(await scripted.talk(speaker, one, seeker, repeat)).curve[-1] for one in people]
            for repeat in range(POOL)
        ]

    return np.array(asyncio.run(hold()), dtype=float)


def talked(rng: np.random.Generator, gain: float) -> tuple[Floats, Floats]:
    """Two repeats of the supporter ``mixed``; for a gain, some of the second by ``listens``."""
    mixed, listens = pool("mixed"), pool("listens")
    drawn = np.array([rng.choice(POOL, 2 * SHAPE[0], replace=False) for _ in GROUPS]).T
    columns = np.arange(SHAPE[1])
    current, candidate = mixed[drawn[: SHAPE[0]], columns], mixed[drawn[SHAPE[0] :], columns]
    better = listens[drawn[SHAPE[0] :], columns]
    swapped = rng.random(SHAPE) < gain / float(listens.mean() - mixed.mean())
    return current, np.where(swapped, better, candidate)


def torn(rng: np.random.Generator, gain: float, *, part: str, loss: float) -> tuple[Floats, Floats]:
    """As ``plain``, and one group of seekers loses: a bank that the group pays for."""
    current, candidate = plain(rng, gain)
    hit = np.array([part in GROUPS[seat % len(GROUPS)].split("/") for seat in range(BUDGET)])
    return current, np.where(hit, candidate - gain - loss, candidate)


WORLDS: Mapping[str, World] = {
    "plain": plain,
    "repeats": repeats,
    "humps": humps,
    "uneven": partial(humps, uneven=UNEVEN),
    "talked": talked,
}


TORN: Mapping[str, tuple[float, World]] = {
    "persona type `negative` loses 15, the others gain 25": (
        25.0,
        partial(torn, part="negative", loss=15.0),
    ),
    "intention `sincere-praise` loses 20, the others gain 20": (
        20.0,
        partial(torn, part="sincere-praise", loss=20.0),
    ),
    "intention `sincere-praise` stays, the others gain 12": (
        12.0,
        partial(torn, part="sincere-praise", loss=0.0),
    ),
}
"""Banks that a group pays for, and one that is merely of no use to a group; with the gain."""


@attrs.frozen(kw_only=True)
class Tally:
    """What a gate did over many rounds."""

    rounds: int
    """Rounds."""
    accepted: int
    """How many it accepted."""
    rejected: int
    """How many it rejected."""
    pairs: float
    """Mean pairs it took."""

    @property
    def rate(self) -> float:
        """Share accepted."""
        return self.accepted / self.rounds


def round_of(world: World, rng: np.random.Generator, gain: float) -> tuple[Pair, ...]:
    """Pairs of one round, repeat by repeat, seekers mixed."""
    current, candidate = world(rng, gain)
    order = rng.permutation(current.shape[1])
    made = [
        Pair(
            profile=f"seeker-{seat:03d}",
            repeat=repeat,
            current=float(current[repeat, seat]),
            candidate=float(candidate[repeat, seat]),
            group=GROUPS[seat % len(GROUPS)],
        )
        for repeat in range(current.shape[0])
        for seat in order
    ]
    return tuple(made[:BUDGET])


@cache
def tally(name: str, gain: float, rounds: int, gate: Gate) -> Tally:
    """Let a gate decide many seeded rounds of one world."""
    every = {**WORLDS, **{torn: world for torn, (_, world) in TORN.items()}}
    rng = np.random.default_rng([21, sorted(every).index(name), round(10 * gain)])
    held = [round_of(every[name], rng, gain) for _ in range(rounds)]

    async def decide() -> list[tuple[str, int]]:
        verdicts = [await gate.decide(pairs, 0, context()) for pairs in held]
        return [(verdict.decision, verdict.pairs) for verdict in verdicts]

    found = asyncio.run(decide())
    decisions = [decision for decision, _ in found]
    return Tally(
        rounds=rounds,
        accepted=decisions.count("accept"),
        rejected=decisions.count("reject"),
        pairs=sum(pairs for _, pairs in found) / rounds,
    )


def fixed_size() -> int:
    """Pairs of the fixed-size test: one-sided 0.05, power 0.90, 10 points at spread 42."""
    return pairs_needed(SPREAD, GAIN, Paired().alpha, 0.9, sides=1)


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_a_bank_against_itself_is_accepted_no_oftener_than_stated(world: str) -> None:
    """A/A, 1,000 rounds: not above alpha (binomial test at 1 %)."""
    found = tally(world, 0.0, ROUNDS, Paired())
    assert binomtest(found.accepted, ROUNDS, Paired().alpha, alternative="greater").pvalue > 0.01


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_greater_accepts_a_bank_against_itself_near_half_the_time(world: str) -> None:
    """The negative control: a gate without error rate takes noise for gain."""
    assert 0.4 < tally(world, 0.0, ROUNDS, Greater()).rate < 0.6


def test_a_true_gain_of_ten_points_is_found_and_pairs_are_saved() -> None:
    """At least 90 % accepted, with at most 65 % of the pairs of the fixed-size test."""
    found = tally("plain", GAIN, MANY, Paired())
    told(PAIRS, f"{fixed_size()}")
    told(TAKES, f"{found.pairs / fixed_size():.2f}", bar="0.65")
    told(FINDS, f"{found.rate:.3f} of {MANY:,} rounds", bar="0.90 or more")
    assert found.rate >= 0.90
    assert found.pairs <= 0.65 * fixed_size()


def test_edits_without_effect_are_stopped_early() -> None:
    """Futility: at most 60 % of the budget on average where the edit changes nothing at all."""
    worlds = ("plain", "repeats", "humps", "talked")
    spent = {world: tally(world, 0.0, ROUNDS, Paired()).pairs / BUDGET for world in worlds}
    told(STOPS, f"{min(spent.values()):.2f}–{max(spent.values()):.2f}", bar="0.60")
    for world, share in spent.items():
        assert share <= 0.60, world


def test_the_fixed_size_test_is_the_textbook_one() -> None:
    """(z + z)² × spread² / gain² = 151 by normal quantiles; Student's add two."""
    assert fixed_size() == 153


def rows() -> list[str]:
    """The table of the page."""
    lines = [
        (
            "| differences | true gain | rounds | accepted by `paired` | rejected | mean pairs |"
            " accepted by `greater` |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for world in WORLDS:
        for gain, rounds in ((0.0, ROUNDS), (GAIN, MANY if world == "plain" else ROUNDS)):
            found, loose = (
                tally(world, gain, rounds, Paired()),
                tally(world, gain, ROUNDS, Greater()),
            )
            lines.append(
                f"| `{world}` | {gain:g} | {rounds:,} | {found.rate:.3f}"
                f" | {found.rejected / rounds:.3f} | {found.pairs:.0f} | {loose.rate:.3f} |"
            )
    for name, (gain, _) in TORN.items():
        found, loose = tally(name, gain, ROUNDS, Paired()), tally(name, gain, ROUNDS, Greater())
        lines.append(
            f"| {name} | – | {ROUNDS:,} | {found.rate:.3f} | {found.rejected / ROUNDS:.3f}"
            f" | {found.pairs:.0f} | {loose.rate:.3f} |"
        )
    best = tally("plain", GAIN, MANY, Paired())
    share = best.pairs / fixed_size()
    idle = tally("plain", 0.0, ROUNDS, Paired())
    lines += [
        "",
        (
            f"Fixed-size test of the same error rates: {fixed_size()} pairs. With a true gain of"
            f" 10 points at spread 42 (`plain`) the gate takes {share:.2f} of it on average;"
            f" without a gain it stops after {idle.pairs / BUDGET:.2f} of its {BUDGET} pairs."
        ),
    ]
    return lines


def curves() -> dict[str, list[float]]:
    """Share accepted by true gain, in the world of real conversations and in the plain one."""
    return {
        "paired, spread 42": [tally("plain", gain, 500, Paired()).rate for gain in GAINS],
        "paired, real talks": [tally("talked", gain, 500, Paired()).rate for gain in GAINS],
        "greater, spread 42": [tally("plain", gain, 500, Greater()).rate for gain in GAINS],
    }


COLOURS = ("#0b6e99", "#5aa469", "#b3541e")
WIDTH, HEIGHT, LEFT, TOP = 640, 340, 60, 20


def figure() -> str:
    """The curves as SVG."""
    wide, high = WIDTH - LEFT - 190, HEIGHT - TOP - 50

    def at(gain: float, rate: float) -> str:
        return f"{LEFT + gain / GAINS[-1] * wide:.1f},{TOP + (1 - rate) * high:.1f}"

    def text(spot: str, words: str, more: str = "") -> str:
        across, down = spot.split(",")
        return f'<text x="{across}" y="{down}" {more}>{words}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
        'font-family="sans-serif" font-size="12">',
        "<title>Share of candidate banks accepted, by true gain</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for rate in (0.0, 0.05, 0.5, 0.9, 1.0):
        start, end = at(0, rate), at(GAINS[-1], rate)
        parts.append(f'<polyline points="{start} {end}" stroke="#ddd" fill="none"/>')
        parts.append(text(f"{LEFT - 8},{start.split(',')[1]}", f"{rate:g}", 'text-anchor="end"'))
    for gain in GAINS:
        across = at(gain, 0).split(",")[0]
        parts.append(text(f"{across},{TOP + high + 18}", f"{gain:g}", 'text-anchor="middle"'))
    parts.append(
        text(f"{LEFT + wide / 2:.0f},{HEIGHT - 8}", "true gain, points", 'text-anchor="middle"')
    )
    for place, (name, rates) in enumerate(curves().items()):
        points = " ".join(at(gain, rate) for gain, rate in zip(GAINS, rates, strict=True))
        ink = COLOURS[place]
        parts.append(f'<polyline points="{points}" stroke="{ink}" stroke-width="2" fill="none"/>')
        parts.append(text(f"{LEFT + wide + 12},{TOP + 20 + 20 * place}", name, f'fill="{ink}"'))
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Print the table; write page and figure when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", type=pathlib.Path, default=None)
    asked = parser.parse_args()
    made = rows()
    sys.stdout.write("\n".join(made) + "\n")
    if asked.write:
        page = between_marks(asked.write.read_text("utf-8"), "bench_gate", made)
        asked.write.write_text(page, "utf-8")
        asked.write.with_name("gate.svg").write_text(figure(), "utf-8")


if __name__ == "__main__":
    main()
