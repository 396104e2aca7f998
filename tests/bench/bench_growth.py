"""What grows with dialogues, rounds and the bank, and is it a straight line? ``make bench``.

Calls are what a counting server on loopback got from runs of the paper's components; seconds are
processor time of model-free work. The figure of a row is the largest distance of a point from the
straight line through the first and the last one, as a share of the last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from acting import act
from figures import figure
from fullsize import esconv_like
from probing import moment
from roads import Nursery, Road

from esc_skills._engine.loop import complete
from esc_skills.model import SkillsBank
from esc_skills.testing import context
from esc_skills.testing.faultserver import FaultServer
from esc_skills.testing.samples import skill
from esc_skills_plugins.corpora.esconv import ESConv
from esc_skills_plugins.extractors.annotated import Annotated
from esc_skills_plugins.retrievers.bm25 import BM25Retriever

NEAR = 0.25
"""How far a point may lie from the line, as a share of the last one."""
SECONDS = "time to read and cut without a model, with 100, 200 and 400 dialogues"
QUESTION = "time of a question to `bm25`, with 1,000, 10,000 and 50,000 skills"


def bend(points: Mapping[int, float]) -> float:
    """Largest distance from the line through the ends, as a share of the last point."""
    sizes = sorted(points)
    first, last = sizes[0], sizes[-1]
    slope = (points[last] - points[first]) / (last - first)
    line = {size: points[first] + slope * (size - first) for size in sizes}
    return max(abs(points[size] - line[size]) for size in sizes) / points[last]


def say(line: str, points: Mapping[int, float], *, whole: bool = False) -> float:
    """A row of the table, as counts or as multiples of the first point; gives the bend."""
    first = 1.0 if whole else points[min(points)]
    row = ", ".join(f"{value / first:.3g}" for value in points.values())
    found = bend(points)
    times = "" if whole else " ×"
    figure(line, f"{row}{times}; off the line by {100 * found:.0f} %", bar=f"{100 * NEAR:.0f} %")
    return found


def calls(
    folder: Path, sizes: tuple[int, ...], made: Callable[[int], dict[str, int]]
) -> dict[int, float]:
    """Calls of runs of several sizes."""
    nursery, counts = Nursery(), dict[int, float]()
    try:
        for size in sizes:
            with FaultServer((), act) as server:
                place = folder / str(size)
                road = Road(folder=place, server=server, nursery=nursery, **made(size)).write()  # type: ignore[arg-type]
                assert road.go().wait() == 0
                counts[size] = server.count
    finally:
        nursery.close()
    return counts


def test_calls_by_dialogues(tmp_path: Path) -> None:
    """Each dialogue costs the calls that cut it, and no more for there being others."""
    found = calls(tmp_path, (4, 8, 16), lambda size: {"dialogues": size})
    assert say("calls, with 4, 8 and 16 dialogues", found, whole=True) <= NEAR


def test_calls_by_rounds(tmp_path: Path) -> None:
    """A round costs what the one before did."""
    found = calls(tmp_path, (1, 2, 3), lambda size: {"rounds": size})
    assert say("calls, with 1, 2 and 3 rounds", found, whole=True) <= NEAR


def test_seconds_by_dialogues(tmp_path: Path) -> None:
    """Reading and cutting without a model: seconds by dialogues, best of three."""
    found = {size: _cut(tmp_path / f"{size}.json", size) for size in (100, 200, 400)}
    assert say(SECONDS, found) <= NEAR


def _cut(path: Path, dialogues: int) -> float:
    async def work() -> None:
        reading = await ESConv().read(path, context())
        extractor = Annotated()
        for dialogue in reading.dialogues:
            await extractor.extract(dialogue, context())

    spent = []
    for seed in range(3):  # other texts each time, as no text is read twice
        esconv_like(path, seed=1000 * dialogues + seed, dialogues=dialogues)
        began = time.process_time()
        complete(work())
        spent.append(time.process_time() - began)
    return min(spent)


def test_seconds_by_bank(tmp_path: Path) -> None:
    """A question to the lexical retriever, by skills: an array is added up, so it is a line."""
    found = {size: _asked(size) for size in (1000, 10_000, 50_000)}
    assert say(QUESTION, found) <= NEAR


def _asked(size: int) -> float:
    words = ("lamp", "river", "long", "winter", "nights", "little", "dark", "quiet")
    skills = tuple(
        skill(f"skill-{at:06d}", overview=f"{words[at % 8]} {words[at // 8 % 8]} {at % 500}")
        for at in range(size)
    )
    bank = SkillsBank(licences=("Apache-2.0",)).with_skills(skills)
    asked = moment("My winter nights are long and dark.")

    async def work() -> float:
        index = await BM25Retriever(respect_conditions=False).index(bank, context())
        spent = []
        for _ in range(20):
            began = time.process_time()
            await index.search(asked, context())
            spent.append(time.process_time() - began)
        return median(spent)

    return complete(work())
