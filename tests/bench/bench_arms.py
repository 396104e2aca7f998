"""Do skills help? Three arms on report seekers, over several run seeds; ``make bench``.

    python tests/bench/bench_arms.py --write docs/explanation/evolution.md
    python tests/bench/bench_arms.py --tune

The first writes the tables of that page: a bank is evolved on the built-in seekers, then no bank,
bank 0 and the evolved bank meet the report seekers, once as fitted and once with the reserved
parameters that nothing was ever tuned on. A fifth of the sample's dialogues is held out, and every
arm answers their turns. The second compares settings on verify seekers alone; settings are chosen
there, and report seekers are for what was chosen.
"""

from __future__ import annotations

import argparse
import asyncio
import pathlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs
import pytest
from figures import between_marks

from esc_skills._engine import provenance
from esc_skills._engine.crew import hire
from esc_skills._engine.road import Road
from esc_skills._engine.running import resolve
from esc_skills._engine.walking import Walk
from esc_skills._store.folder import RunFolder
from esc_skills.model import INTENTIONS, PERSONA_TYPES, Evidence, SkillsBank, Trace
from esc_skills.model.profile import Purpose
from esc_skills.stats import mean_interval

SEEDS = (201, 202, 203)
"""Run seeds of the tables; settings were chosen with others."""
TUNING = (13, 14, 15)
VARIANTS = ("fitted", "reserved")
ARMS = ("none", "static", "evolved")
MARGIN = 10.0
"""Points that a persona type may lose: the margin of the gate."""
pytestmark = pytest.mark.xdist_group("arms")
PAIRS = (("none", "static"), ("none", "evolved"), ("static", "evolved"))


@attrs.frozen(kw_only=True)
class Played:
    """One seed, one set of seekers."""

    seed: int
    variant: str
    traces: Mapping[str, tuple[Trace, ...]]


@attrs.frozen(kw_only=True)
class Evolved:
    """What a seed made."""

    seed: int
    static: SkillsBank
    bank: SkillsBank
    verdicts: tuple[str, ...]
    accuracy: Mapping[str, tuple[float, int]]

    def arms(self) -> dict[str, SkillsBank | None]:
        return {"none": None, "static": self.static, "evolved": self.bank}


def road(folder: pathlib.Path, sets: Sequence[str]) -> Road:
    """A road over a new folder, with the default experiment and what is laid over it."""
    experiment, catalogue = resolve(None, ["reports=[]", *sets])
    crew = hire(experiment, catalogue, "bench", tell=lambda *_: None)
    made = RunFolder.create(folder)
    book = provenance.Book(
        folder=made,
        description=provenance.described(experiment, crew),
        started=provenance.now(),
    )
    book.open()
    return Walk.over(experiment, crew, book, ()).road


async def evolve(folder: pathlib.Path, seed: int, sets: Sequence[str] = ()) -> Evolved:
    """Evolve a bank, and let every arm answer the held-out dialogues."""
    way = road(folder, [f"run.seed={seed}", "run.holdout=0.2", *sets])
    material = await way.material()
    units = await way.units(material)
    static = await way.first_bank(units, material)
    house = way.open_theatre(units)
    bank = await way.evolve(house, static)
    reader = next(one for one in way.crew.evaluators if one.name == "strategy")
    accuracy = {}
    for arm, one in (("none", None), ("static", static), ("evolved", bank)):
        answers = await house.answer(one, material.test, see_situation=False)
        found = await reader.score(Evidence(responses=answers), way.lender.at("score")("strategy"))
        main = next(score for score in found if score.name == "accuracy")
        accuracy[arm] = (main.value or 0.0, main.n)
    verdicts = tuple(
        f"round {done.number}: {len(one.proposal.edits)} edits, {one.verdict.decision}"
        f" after {one.verdict.pairs} pairs"
        for done in way.rounds
        for one in done.attempts
    )
    return Evolved(seed=seed, static=static, bank=bank, verdicts=verdicts, accuracy=accuracy)


async def play(
    folder: pathlib.Path, made: Evolved, variant: str, purpose: Purpose, sets: Sequence[str] = ()
) -> Played:
    """Let the three arms meet the same seekers with the same chance."""
    seeker = f'seeker={{use="appraisal",variant="{variant}"}}'
    way = road(folder, [seeker, f"run.seed={made.seed}", "run.holdout=0.2", *sets])
    house = way.open_theatre(await way.units(await way.material()))
    seats = await way.seats(purpose, 1)
    traces = {arm: await house.play(bank, seats) for arm, bank in made.arms().items()}
    return Played(seed=made.seed, variant=variant, traces=traces)


def measured(
    seeds: Sequence[int], per_cell: Sequence[int] = (9, 9, 10), variants: Sequence[str] = VARIANTS
) -> tuple[list[Evolved], list[Played]]:
    """Evolve with every seed, and meet report seekers of every kind."""
    sets = [f'profiles={{use="grid",per_cell={list(per_cell)}}}']
    banks, talks = [], []
    with tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        for seed in seeds:
            made = asyncio.run(evolve(home / str(seed), seed, sets))
            banks.append(made)
            for variant in variants:
                folder = home / f"{seed}-{variant}"
                talks.append(asyncio.run(play(folder, made, variant, "report", sets)))
    return banks, talks


Pick = Callable[[Trace], bool]


def everybody(trace: Trace) -> bool:
    """Every seeker."""
    return True


def difference(
    talks: Sequence[Played], one: str, two: str, pick: Pick = everybody
) -> tuple[float, float, float]:
    """Mean paired difference, later arm less earlier, with its 95 % interval by seeker."""
    pairs = [
        (new.emotion - old.emotion, old.profile.id)
        for some in talks
        for old, new in zip(some.traces[one], some.traces[two], strict=True)
        if "fault" not in (old.ending, new.ending) and pick(old)
    ]
    found = mean_interval([gap for gap, _ in pairs], [name for _, name in pairs])
    return found.value or 0.0, found.low or 0.0, found.high or 0.0


def shown(ends: tuple[float, float, float]) -> str:
    """A difference as a table shows it."""
    return "{:+.1f} [{:+.1f}, {:+.1f}]".format(*ends)


def gains(talks: Sequence[Played]) -> Iterator[str]:
    """Arms by seeker set and seed."""
    titles = ("seekers", "run seed", *ARMS, *(f"{two} − {one}" for one, two in PAIRS))
    yield f"| {' | '.join(titles)} |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for variant in VARIANTS:
        here = [some for some in talks if some.variant == variant]
        for some, name in [*(([one], str(one.seed)) for one in here), (here, "all")]:
            means = [
                sum(t.emotion for one in some for t in one.traces[arm])
                / sum(len(one.traces[arm]) for one in some)
                for arm in ARMS
            ]
            gaps = [shown(difference(some, *pair)) for pair in PAIRS]
            cells = [variant, name, *(f"{mean:.1f}" for mean in means), *gaps]
            yield f"| {' | '.join(cells)} |"


def endings(talks: Sequence[Played]) -> Iterator[str]:
    """Successes and failures of each arm."""
    yield "| seekers | talks an arm | none: successes, failures | static | evolved |"
    yield "| --- | --- | --- | --- | --- |"
    for variant in VARIANTS:
        here = [some for some in talks if some.variant == variant]
        cells = [variant, str(sum(len(some.traces["none"]) for some in here))]
        for arm in ARMS:
            ends = [trace.ending for some in here for trace in some.traces[arm]]
            cells.append(f"{ends.count('success')}, {ends.count('failure')}")
        yield f"| {' | '.join(cells)} |"


def kinds() -> Iterator[tuple[str, Pick]]:
    """Persona types and intentions, and who belongs to them."""
    for kind in PERSONA_TYPES:
        yield f"`{kind}`", lambda trace, kind=kind: trace.profile.persona_type == kind  # type: ignore[misc]
    for wish in INTENTIONS:
        yield f"`{wish}`", lambda trace, wish=wish: trace.profile.intention == wish  # type: ignore[misc]


def breakdown(talks: Sequence[Played]) -> Iterator[str]:
    """Differences by kind of seeker, all seeds together."""
    titles = [f"{variant}: evolved − {old}" for variant in VARIANTS for old in ("none", "static")]
    yield f"| persona type or intention | {' | '.join(titles)} |"
    yield "| --- | --- | --- | --- | --- |"
    for name, pick in kinds():
        cells = [name]
        for variant in VARIANTS:
            here = [some for some in talks if some.variant == variant]
            cells += [shown(difference(here, old, "evolved", pick)) for old in ("none", "static")]
        yield f"| {' | '.join(cells)} |"


def answers(banks: Sequence[Evolved]) -> Iterator[str]:
    """Strategy accuracy on held-out dialogues, and what the gate decided."""
    yield "| run seed | turns | accuracy: none | static | evolved | active skills | proposals |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for made in banks:
        scores = [f"{made.accuracy[arm][0]:.3f}" for arm in ARMS]
        sizes = f"{len(made.static.active)} → {len(made.bank.active)}"
        turns = str(made.accuracy["none"][1])
        cells = [str(made.seed), turns, *scores, sizes, "; ".join(made.verdicts)]
        yield f"| {' | '.join(cells)} |"


def tables(banks: Sequence[Evolved], talks: Sequence[Played]) -> list[str]:
    """All tables of the page."""
    parts = (gains(talks), endings(talks), breakdown(talks), answers(banks))
    return "\n\n".join("\n".join(part) for part in parts).split("\n")


def tuned() -> Iterator[str]:
    """Settings compared on verify seekers; report seekers are not met."""
    yield "| setting | run seed | none | static | evolved − none | evolved − static |"
    yield "| --- | --- | --- | --- | --- | --- |"
    choices = [f"proof_weight={weight}" for weight in (0.3, 0.75, 1.5, 3.0)]
    for choice in choices:
        key, value = choice.split("=")
        sets = [f'responder={{use="exemplar",{key}={value}}}']
        for seed in TUNING:
            with tempfile.TemporaryDirectory() as name:
                home = pathlib.Path(name)
                made = asyncio.run(evolve(home / "a", seed, sets))
                some = asyncio.run(play(home / "b", made, "fitted", "verify", sets))
            means = [
                sum(t.emotion for t in some.traces[arm]) / len(some.traces[arm]) for arm in ARMS
            ]
            gaps = [shown(difference([some], old, "evolved")) for old in ("none", "static")]
            cells = [choice, str(seed), f"{means[0]:.1f}", f"{means[1]:.1f}", *gaps]
            yield f"| {' | '.join(cells)} |"


@pytest.fixture(scope="module")
def once() -> tuple[list[Evolved], list[Played]]:
    """One seed, five seekers in a cell."""
    return measured(SEEDS[:1], (9, 9, 5))


def test_evolved_beats_both(once: tuple[list[Evolved], list[Played]]) -> None:
    """On report seekers evolved beats no skills and static, each 95 % interval above zero."""
    fitted = [some for some in once[1] if some.variant == "fitted"]
    assert difference(fitted, "none", "evolved")[1] > 0
    assert difference(fitted, "static", "evolved")[1] > 0


def test_no_persona_type_pays(once: tuple[list[Evolved], list[Played]]) -> None:
    """No persona type is worse than without skills, or than with bank 0, by the margin."""
    for variant in VARIANTS:
        here = [some for some in once[1] if some.variant == variant]
        for kind, pick in list(kinds())[: len(PERSONA_TYPES)]:
            for old in ("none", "static"):
                assert difference(here, old, "evolved", pick)[0] > -MARGIN, (variant, kind, old)


def test_seekers_and_chance_are_the_same(once: tuple[list[Evolved], list[Played]]) -> None:
    """Arms are paired: seeker, start and signature are equal, and nothing is on trial."""
    for some in once[1]:
        for arm in ARMS[1:]:
            for old, new in zip(some.traces["none"], some.traces[arm], strict=True):
                assert (old.profile, old.signature) == (new.profile, new.signature)
                assert not any(one.trial for one in new.exchanges)


def main() -> None:
    """Print the tables; write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", type=pathlib.Path, default=None)
    parser.add_argument("--tune", action="store_true")
    asked = parser.parse_args()
    if asked.tune:
        for line in tuned():
            sys.stdout.write(line + "\n")
        return
    made = tables(*measured(SEEDS))
    sys.stdout.write("\n".join(made) + "\n")
    if asked.write:
        page = between_marks(asked.write.read_text("utf-8"), "bench_arms", made)
        asked.write.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
