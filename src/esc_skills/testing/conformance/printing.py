"""Laws of reports that print studies, or two runs side by side.

A report without ``tabulate`` prints no studies; one without ``compare`` shows every run alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import attrs

from esc_skills.model import Contrast, Cost, Item, Part, Score, StudyCell, StudyRecord, StudyTable
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import mixed_bank, traces
from esc_skills.testing.conformance.serving import HOSTILE, written
from esc_skills.testing.conformance.trials import Trial, law

SECONDS = 86_413.25
"""Wall time of an arm; it differs from run to run, so no file may tell it."""


def _score(arm: str, value: float) -> Score:
    return Score(
        evaluator="sage",
        name="emotion",
        value=value,
        n=7,
        of=8,
        low=value - 5,
        high=value + 5,
        signature="sage:v1",
        breakdown=(Part(group="persona_type=passive", value=value, n=7),),
        arm=arm,
        better="higher",
        items=(Item(key="p-1#0", cluster="p-1", sums=(value * 7, 7.0)),),
    )


def study(words: str = "no skills") -> StudyRecord:
    """A small study; ``words`` stand wherever somebody else's text may stand."""
    gap = Contrast(
        evaluator="sage",
        name="emotion",
        arm=words,
        against="full",
        value=-14.0,
        low=-20.0,
        high=-8.0,
        n=7,
        of=8,
        floor=4.0,
        verdict="worse",
    )
    row = (
        StudyCell(text=words),
        StudyCell(value=20.0, low=15.0, high=25.0, n=7, of=8, mark="worse"),
        StudyCell(),
    )
    table = StudyTable(
        name="main", caption=words, head=(words, "emotion", "usd"), rows=(row,), notes=(words,)
    )
    return StudyRecord(
        name=words,
        kind="ablate",
        methods=words,
        tables=(table,),
        scores=(_score("full", 34.0), _score(words, 20.0)),
        contrasts=(gap,),
        costs=(Cost(arm=words, questions=9, seconds=SECONDS),),
        lost=(words,),
        facts={"plugin": words},
    )


async def _pages(trial: Trial, record: StudyRecord) -> dict[str, bytes]:
    if not hasattr(trial.bare, "tabulate"):
        return {}
    return await written(trial.component.tabulate, record)


@law("report")
async def tabulates_the_same_bytes_twice(trial: Trial) -> None:
    """The same study gives the same files with the same bytes, all inside the folder."""
    assert await _pages(trial, study()) == await _pages(trial, study()), "bytes differ"


@law("report")
async def tabulates_no_seconds(trial: Trial) -> None:
    """Two studies that differ in wall time alone give the same bytes."""
    slow = attrs.evolve(study(), costs=(attrs.evolve(study().costs[0], seconds=SECONDS + 1),))
    assert await _pages(trial, study()) == await _pages(trial, slow), "wall time is told"


@law("report")
async def tabulates_an_empty_study(trial: Trial) -> None:
    """A study without scores and tables can be printed."""
    await _pages(trial, StudyRecord(name="empty", kind="bench"))


@law("report")
async def tabulates_text_as_text(trial: Trial) -> None:
    """What somebody named an arm never becomes markup of an HTML page."""
    for name, content in (await _pages(trial, study(HOSTILE))).items():
        if name.endswith((".html", ".htm", ".svg")):
            assert HOSTILE.encode() not in content, f"{name} holds a live script tag"


def run(words: str = "first", *, better: bool = False) -> RunRecord:
    """A small run; ``words`` stand wherever somebody else's text may stand.

    Args:
        words: The text.
        better: Whether it is the other one of two runs on the same seekers.
    """
    first, *rest = (attrs.evolve(one, arm="evolved") for one in traces())
    said = attrs.evolve(first.exchanges[0], seeker=words)
    marked = attrs.evolve(
        first,
        profile=attrs.evolve(first.profile, id=words, scenario=words),
        exchanges=(said, *first.exchanges[1:]),
        note=words,
    )
    skills = mixed_bank().skills
    return RunRecord(
        name=words,
        experiment={"retriever": {"use": words}, "better": better},
        plugins=({"role": "report", "name": words, "distribution": words, "version": words},),
        banks=(mixed_bank().with_skills(skills[1:] if better else skills),),
        traces=(marked, *rest) if better else (*rest, marked),
    )


async def _beside(trial: Trial, one: RunRecord, two: RunRecord) -> dict[str, bytes]:
    if not hasattr(trial.bare, "compare"):
        return {}

    async def write(_: RunRecord, folder: Path) -> tuple[Path, ...]:
        made: tuple[Path, ...] = await trial.component.compare(one, two, folder)
        return made

    return await written(write, one)


@law("report")
async def compares_the_same_bytes_twice(trial: Trial) -> None:
    """The same two runs give the same files with the same bytes, all inside the folder."""
    one, two = run(), run("second", better=True)
    assert await _beside(trial, one, two) == await _beside(trial, one, two), "bytes differ"


@law("report")
async def compares_empty_runs(trial: Trial) -> None:
    """Two runs that have nothing in common, or nothing at all, can be compared."""
    empty = RunRecord(name="empty", experiment={})
    for two in (empty, run()):
        await _beside(trial, empty, two)


@law("report")
async def compares_text_as_text(trial: Trial) -> None:
    """What somebody wrote in one of two runs never becomes markup of an HTML page."""
    pages = await _beside(trial, run(HOSTILE), run(HOSTILE, better=True))
    for name, content in pages.items():
        if name.endswith((".html", ".htm", ".svg")):
            assert HOSTILE.encode() not in content, f"{name} holds a live script tag"


@law("report")
async def compares_beside_other_pairs(trial: Trial) -> None:
    """What another pair of runs left in the folder stays as it is."""
    if not hasattr(trial.bare, "compare"):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept: dict[Path, bytes] = {}
        for other in (run("other"), run("other", better=True), run("a/b"), run("a b")):
            paths = await trial.component.compare(run(), other, folder)
            lost = [path.name for path, content in kept.items() if path.read_bytes() != content]
            assert not lost, f"{lost} of another pair was written over"
            kept |= {path: path.read_bytes() for path in paths}
