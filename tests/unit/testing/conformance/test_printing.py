"""The suite on reports that print studies with one fault each."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.testing import conformance
from esc_skills.testing.conformance.printing import study

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


def broken(component: Any) -> set[str]:
    COUNTER.clear()
    return {item.split(":")[0] for item in conformance.faults("report", component)}


@pytest.mark.parametrize("cls", [RunsOnly, Both])
def test_without_a_fault_nothing_is_broken(cls: Any) -> None:
    """``tabulate`` is optional, and one that behaves breaks no law."""
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


def test_the_study_holds_something_of_everything() -> None:
    """The laws meet tables, scores with items, contrasts, costs and losses."""
    made = study("w0rds")
    assert all((made.tables, made.scores, made.contrasts, made.costs, made.lost, made.facts))
    assert all(score.items for score in made.scores)
