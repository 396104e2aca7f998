"""Three arms answer real ESConv dialogues that no bank has seen; no model is asked.

    python tests/bench/bench_response.py --esconv ESConv.json --failed FailedESConv.json \
        --write README.md

Each seed keeps another quarter of the dialogues aside, learns a bank from the rest, evolves it on
the built-in seekers, and lets no bank, bank 0 and the evolved bank answer every supporter turn of
the ESConv dialogues kept aside. Figures are pooled over the seeds; dialogues, not turns, are drawn
for the intervals, so that a dialogue kept aside by several seeds counts as one witness. The data
are CC BY-NC 4.0: they are read where they lie, and figures alone are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import pathlib
import sys
import tempfile
from collections import Counter, defaultdict
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
from esc_skills.model import STRATEGIES, Response
from esc_skills.stats import Interval, bootstrap_sums

SEEDS = tuple(range(301, 311))
"""Run seeds of the table; no setting was chosen with them."""
HOLDOUT = 0.25
ARMS = ("none", "unoffered", "static", "evolved")
"""The three arms, and bank 0 without a skill on offer: what its statistics do alone."""
TITLES = {
    "none": "no skills",
    "unoffered": "bank 0, no skill offered",
    "static": "static",
    "evolved": "evolved",
}
pytestmark = pytest.mark.xdist_group("response")
PAIRS = (
    ("none", "static"),
    ("none", "evolved"),
    ("static", "evolved"),
    ("unoffered", "static"),
)
REPEATS = 10_000
"""Resamples of dialogues."""
WIDTH = len(STRATEGIES) + 1
"""Columns of the confusion; the last one is for replies without a strategy, never right."""
CELLS = len(STRATEGIES) * WIDTH

Row = Sequence[float]
"""Confusion row by row, then words and count of replies."""
Figure = Callable[[Row], float]


@attrs.frozen(kw_only=True)
class Answered:
    """What the three arms said in one seed."""

    seed: int
    skills: tuple[int, int]
    promoted: int
    rows: Mapping[str, Mapping[str, Row]]
    """Arm → dialogue → sums."""


def accuracy(row: Row) -> float:
    """Share of turns with the human's strategy."""
    return sum(row[place * WIDTH + place] for place in range(len(STRATEGIES))) / sum(row[:CELLS])


def macro_f1(row: Row) -> float:
    """Mean F1 of the strategies that occur."""
    found = []
    for place in range(len(STRATEGIES)):
        gold = sum(row[place * WIDTH : (place + 1) * WIDTH])
        chosen = sum(row[line * WIDTH + place] for line in range(len(STRATEGIES)))
        if gold + chosen:
            found.append(2 * row[place * WIDTH + place] / (gold + chosen))
    return sum(found) / len(found)


def length(row: Row) -> float:
    """Mean words of a reply."""
    return row[CELLS] / row[CELLS + 1]


FIGURES: Mapping[str, tuple[Figure, float, int]] = {
    "strategy accuracy, %": (accuracy, 100, 1),
    "macro-F1, %": (macro_f1, 100, 1),
    "words a reply": (length, 1, 1),
}
"""Title → figure, factor, digits; the last one is no merit and gets no verdict."""
JUDGED = ("strategy accuracy, %", "macro-F1, %")


def sums(responses: Sequence[Response]) -> dict[str, list[float]]:
    """Sums of each ESConv dialogue; turns whose gold label is unknown are left out."""
    rows: dict[str, list[float]] = {}
    for one in responses:
        gold = [STRATEGIES.index(name) for name in one.gold.strategies if name in STRATEGIES]
        if one.corpus != "esconv" or not gold:
            continue
        row = rows.setdefault(one.dialogue, [0.0] * (CELLS + 2))
        said = one.reply.strategy if one.reply else ""
        chosen = STRATEGIES.index(said) if said in STRATEGIES else WIDTH - 1
        row[gold[0] * WIDTH + chosen] += 1
        row[CELLS] += len(one.reply.text.split()) if one.reply else 0
        row[CELLS + 1] += 1
    return rows


def road(folder: pathlib.Path, sets: Sequence[str]) -> Road:
    """A road over a new folder, with the default experiment and what is laid over it."""
    experiment, catalogue = resolve(None, ["reports=[]", *sets])
    crew = hire(experiment, catalogue, "bench", tell=lambda *_: None)
    book = provenance.Book(
        folder=RunFolder.create(folder),
        description=provenance.described(experiment, crew),
        started=provenance.now(),
    )
    book.open()
    return Walk.over(experiment, crew, book, ()).road


async def answered(folder: pathlib.Path, seed: int, sets: Sequence[str]) -> Answered:
    """Learn, evolve, and answer with every arm."""
    words = [f"run.seed={seed}", f"run.holdout={HOLDOUT}", *sets]
    way = road(folder / "run", words)
    material = await way.material()
    units = await way.units(material)
    static = await way.first_bank(units, material)
    house = way.open_theatre(units)
    bank = await way.evolve(house, static)
    silent = road(folder / "silent", [*words, 'retriever="none"']).open_theatre(units)
    rows = {}
    for arm, place, one in (
        ("none", house, None),
        ("unoffered", silent, static),
        ("static", house, static),
        ("evolved", house, bank),
    ):
        rows[arm] = sums(await place.answer(one, material.test, see_situation=False))
    return Answered(
        seed=seed,
        skills=(len(static.active), len(bank.active)),
        promoted=len(way.banks) - 1,
        rows=rows,
    )


def measured(seeds: Sequence[int], sets: Sequence[str]) -> list[Answered]:
    """All seeds, each in a folder that is thrown away."""
    done = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            done.append(asyncio.run(answered(pathlib.Path(name), seed, sets)))
    return done


def pooled(done: Sequence[Answered], arm: str) -> dict[str, list[float]]:
    """Sums of each dialogue over the seeds that kept it aside."""
    whole: dict[str, list[float]] = defaultdict(lambda: [0.0] * (CELLS + 2))
    for one in done:
        for dialogue, row in one.rows[arm].items():
            whole[dialogue] = [a + b for a, b in zip(whole[dialogue], row, strict=True)]
    return dict(whole)


def difference(
    done: Sequence[Answered], old: str, new: str, figure: Figure, *, level: float = 0.95
) -> Interval:
    """Figure of the later arm less the earlier one's, with both drawn together by dialogue."""
    first, second = pooled(done, old), pooled(done, new)
    both = {name: [*first[name], *second[name]] for name in first}
    half = CELLS + 2

    def gap(row: Row) -> float:
        return figure(row[half:]) - figure(row[:half])

    return bootstrap_sums(both, gap, repeats=REPEATS, level=level)


def word(done: Sequence[Answered], old: str, new: str, figure: Figure) -> str:
    """What may be said, when all differences are judged together (Bonferroni)."""
    strict = 1 - 0.05 / (len(PAIRS) * len(JUDGED))
    found = difference(done, old, new, figure, level=strict)
    if found.low is None or found.high is None:
        return "not compared"
    if found.low > 0:
        return "better"
    return "worse" if found.high < 0 else "not distinguishable"


def shown(found: Interval, factor: float, digits: int, sign: str = "") -> str:
    """A figure with its interval."""
    form = f"{{:{sign}.{digits}f}}"
    ends = [form.format(factor * (end or 0.0)) for end in (found.value, found.low, found.high)]
    return "{} [{}, {}]".format(*ends)


def beside(done: Sequence[Answered], figure: Figure) -> tuple[str, str]:
    """The same figure for the most usual strategy always, and for a uniform draw."""
    gold = Counter[int]()
    for row in pooled(done, "none").values():
        for place in range(len(STRATEGIES)):
            gold[place] += int(sum(row[place * WIDTH : (place + 1) * WIDTH]))
    usual = min(gold, key=lambda place: (-gold[place], place))
    constant, drawn = list[float](), list[float]()
    for place in range(len(STRATEGIES)):
        constant += [float(gold[place]) if column == usual else 0.0 for column in range(WIDTH)]
        drawn += [gold[place] / len(STRATEGIES)] * len(STRATEGIES) + [0.0]
    return f"{100 * figure(constant):.1f}", f"{100 * figure(drawn):.1f}"


def table(done: Sequence[Answered]) -> Iterator[str]:
    """Figures by arm, then differences with their verdicts, then what they rest on."""
    yield f"| | {' | '.join(TITLES.values())} | always the most usual | by lot |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for title, (figure, factor, digits) in FIGURES.items():
        cells = [
            shown(bootstrap_sums(pooled(done, arm), figure, repeats=REPEATS), factor, digits)
            for arm in ARMS
        ]
        chance = beside(done, figure) if title in JUDGED else ("", "")
        yield f"| {title} | {' | '.join((*cells, *chance))} |"
    yield ""
    titles = [f"{TITLES[new]} − {TITLES[old]}" for old, new in PAIRS]
    yield f"| difference | {' | '.join(titles)} |"
    yield "| --- | --- | --- | --- | --- |"
    for title in JUDGED:
        figure, factor, digits = FIGURES[title]
        cells = [
            f"{shown(difference(done, *pair, figure), factor, digits, '+')}"
            f" {word(done, *pair, figure)}"
            for pair in PAIRS
        ]
        yield f"| {title.removesuffix(', %')}, points | {' | '.join(cells)} |"
    yield ""
    yield foot(done)


def foot(done: Sequence[Answered]) -> str:
    """What the figures rest on."""
    whole = pooled(done, "none")
    answers = round(sum(row[CELLS + 1] for row in whole.values()))
    before, after = zip(*(one.skills for one in done), strict=True)
    family = len(PAIRS) * len(JUDGED)
    return (
        f"{len(done)} seeds from {done[0].seed} on; {len(whole)} dialogues that some seed kept "
        f"aside, {answers:,} answers an arm. Active skills: {span(before)} before evolution, "
        f"{span(after)} after it, with {sum(one.promoted for one in done)} banks promoted. 95 % "
        f"intervals by dialogue ({REPEATS:,} resamples); the words hold for {family} differences "
        "together (Bonferroni). A human's choice is one good choice of several."
    )


def span(counts: Sequence[int]) -> str:
    """Least and most."""
    return f"{min(counts)}-{max(counts)}" if min(counts) < max(counts) else str(counts[0])


@pytest.fixture(scope="module")
def once(request: pytest.FixtureRequest) -> list[Answered]:
    """One seed on the development data; skipped where they are absent."""
    home = pathlib.Path(__file__).parents[3] / "shared" / "data"
    if not (home / "esconv.json").exists():
        pytest.skip("needs ../shared/data")
    return measured(SEEDS[:1], [*corpora(home / "esconv.json", home / "failed_esconv.json")])


@pytest.mark.development_data
def test_arms_answer_the_same_turns(once: list[Answered]) -> None:
    """Every arm answered every labelled turn of the same dialogues."""
    counts = [{name: row[CELLS + 1] for name, row in pooled(once, arm).items()} for arm in ARMS]
    assert all(count == counts[0] for count in counts)
    assert len(counts[0]) > 20


@pytest.mark.development_data
def test_every_arm_beats_a_lot(once: list[Answered]) -> None:
    """No arm is as poor as a uniform draw; which arm is best is for the table to say."""
    for arm in ARMS:
        found = bootstrap_sums(pooled(once, arm), accuracy)
        assert found.low is not None
        assert found.low > 1 / len(STRATEGIES), arm


def corpora(esconv: pathlib.Path, failed: pathlib.Path) -> tuple[str]:
    """Both files as a word for the experiment."""
    return (f'corpus=["esconv:{esconv.resolve()}","failed-esconv:{failed.resolve()}"]',)


def main() -> None:
    """Print the tables; write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--esconv", type=pathlib.Path, required=True)
    parser.add_argument("--failed", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--write", type=pathlib.Path, default=None)
    asked = parser.parse_args()
    made = list(table(measured(asked.seeds, corpora(asked.esconv, asked.failed))))
    sys.stdout.write("\n".join(made) + "\n")
    if asked.write:
        page = between_marks(asked.write.read_text("utf-8"), "bench_response", made)
        asked.write.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
