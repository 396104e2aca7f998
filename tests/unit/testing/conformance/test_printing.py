"""The suite on reports that print studies or compare two runs, with one fault each."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.model import short_hash
from esc_skills.testing import conformance
from esc_skills.testing.conformance.printing import run, study

COUNTER: list[int] = []


@attrs.frozen(kw_only=True)
class RunsOnly:
    """A report that knows of no studies."""

    name: ClassVar[str] = "runs-only"
    summary: ClassVar[str] = "one page of a run"

    async def render(self, record: Any, folder: Path) -> Any:
        (folder / "index.html").write_text("a run")
        return (folder / "index.html",)


@attrs.frozen(kw_only=True)
class Both(RunsOnly):
    """A report of studies, too, with a switch for every fault."""

    name: ClassVar[str] = "both"
    fault: str = ""

    async def tabulate(self, study: Any, folder: Path) -> Any:
        COUNTER.append(1)
        words = [study.name, *(cost.arm for cost in study.costs)]
        if self.fault == "needy":
            words.append(study.tables[0].name)
        if self.fault == "timed":
            words += [str(cost.seconds) for cost in study.costs]
        text = " ".join(words)
        text = text if self.fault == "raw" else escape(text)
        text += str(len(COUNTER)) if self.fault == "moody" else ""
        text += str(folder) if self.fault == "tells" else ""
        (folder / "study.html").write_text(text)
        return () if self.fault == "silent" else (folder / "study.html",)


@attrs.frozen(kw_only=True)
class Beside(RunsOnly):
    """A report of two runs, too, with a switch for every fault."""

    name: ClassVar[str] = "beside"
    fault: str = ""

    async def compare(self, left: Any, right: Any, folder: Path) -> Any:
        COUNTER.append(1)
        words = f"{left.name} {right.name} {len(right.traces)} {left.banks == right.banks}"
        if self.fault == "needy":
            words += left.traces[0].id
        words = words if self.fault == "raw" else escape(words)
        words += str(len(COUNTER)) if self.fault == "moody" else ""
        path = folder / f"versus-{short_hash(words)}.html"
        if self.fault == "greedy":
            path = folder / "versus.html"
        path.write_text(words)
        return () if self.fault == "silent" else (path,)


def broken(component: Any) -> set[str]:
    COUNTER.clear()
    return {item.split(":")[0] for item in conformance.faults("report", component)}


@pytest.mark.parametrize("cls", [RunsOnly, Both, Beside])
def test_without_a_fault_nothing_is_broken(cls: Any) -> None:
    """``tabulate`` and ``compare`` are optional, and one that behaves breaks no law."""
    assert broken(cls()) == set()


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("moody", "tabulates_the_same_bytes_twice"),
        ("tells", "tabulates_the_same_bytes_twice"),
        ("silent", "tabulates_the_same_bytes_twice"),
        ("timed", "tabulates_no_seconds"),
        ("needy", "tabulates_an_empty_study"),
        ("raw", "tabulates_text_as_text"),
    ],
)
def test_each_fault_is_caught(fault: str, law: str) -> None:
    """The law that forbids it says so."""
    assert law in broken(Both(fault=fault))


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("moody", "compares_the_same_bytes_twice"),
        ("silent", "compares_the_same_bytes_twice"),
        ("needy", "compares_empty_runs"),
        ("raw", "compares_text_as_text"),
        ("greedy", "compares_beside_other_pairs"),
    ],
)
def test_each_fault_of_a_comparison_is_caught(fault: str, law: str) -> None:
    """O08: the law that forbids it says so, also when a page writes over another pair's."""
    assert law in broken(Beside(fault=fault))


def test_the_two_runs_meet_the_same_seekers() -> None:
    """The laws of comparisons meet pairs, unlike banks and unlike settings."""
    one, two = run(), run(better=True)
    seats = [{(talk.profile.id, talk.repeat) for talk in each.traces} for each in (one, two)]
    assert seats[0] == seats[1] != set()
    assert one.banks != two.banks
    assert one.experiment != two.experiment


def test_the_study_holds_something_of_everything() -> None:
    """The laws meet tables, scores with items, contrasts, costs and losses."""
    made = study("w0rds")
    assert all((made.tables, made.scores, made.contrasts, made.costs, made.lost, made.facts))
    assert all(score.items for score in made.scores)
