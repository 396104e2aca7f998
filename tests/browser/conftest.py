"""One browser a process, and a finished run to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from once import once
from visiting import Probe, Visitor, program

import esc_skills
from esc_skills._engine.versus import versus as engine_versus
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports import versus
from esc_skills_plugins.reports.html import Html

RUN = {
    "profiles": {
        "use": "grid",
        "intentions": ["attentive-listening", "deep-empathy"],
        "per_cell": [9, 9, 1],
    },
    "evaluators": ["sage", "safety", "bank"],
    "reports": ["html"],
    "evolve": {"rounds": 1, "max_pairs": 60, "refine_repeats": 3},
}
"""The quickstart with few seekers; its one round ends with an accepted edit."""
OTHER = {
    **RUN,
    "profiles": {**RUN["profiles"], "per_cell": 1},  # type: ignore[dict-item]
    "retriever": "random",
    "evolve": {"rounds": 0},
    "run": {"arms": ["evolved"]},
}
"""Another agent for the same seekers."""


@pytest.fixture(scope="session")
def visitor() -> Iterator[Visitor]:
    """A real browser; tests skip where none is installed."""
    if (path := program()) is None:
        pytest.skip("no chromium on this machine: `make .venv/web` installs it where it can")
    made = Visitor(path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def probe() -> Iterator[Probe]:
    """A server that nobody should ask."""
    made = Probe()
    yield made
    made.close()


def part(record: RunRecord) -> RunRecord:
    """Something of everything in a run: axe and fingers need long for thousands of elements."""
    seats = sorted({(talk.profile.id, talk.repeat) for talk in record.traces})[::7][:2]
    few = tuple(talk for talk in record.traces if (talk.profile.id, talk.repeat) in seats)
    banks = tuple(attrs.evolve(one, skills=one.skills[:5]) for one in record.banks)
    cases = (*record.cases[:2], *record.cases[-2:])
    ledger = tuple(map(_shorter, record.ledger))
    return attrs.evolve(record, traces=few, banks=banks, cases=cases, ledger=ledger)


def _shorter(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A verdict on three edits with a little of their evidence; other rows as they are."""
    if row.get("event") != "verdict":
        return row
    edits = [{**one, "evidence": one["evidence"][:3]} for one in row["proposal"]["edits"][:3]]
    return {**row, "proposal": {**row["proposal"], "edits": edits}}


@pytest.fixture(scope="session")
def looked(visitor: Visitor, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of a real run, of a second one beside it, and of a study, by name.

    ``part-run`` and ``part-versus`` are the same with fewer seekers.
    """
    folder = once(tmp_path_factory, "looked", make)
    beside = next((folder / "quick").glob("versus-*.html"))
    alone = {name: folder / f"{name}.html" for name in ("study", "part-run", "part-versus")}
    return {**alone, "run": folder / "quick" / "report.html", "versus": beside}


def make(folder: Path) -> None:
    """Run both experiments, and write all pages."""
    runs = [
        esc_skills.run(raw, out=folder / name) for name, raw in (("quick", RUN), ("other", OTHER))
    ]
    parts = [part(made.record) for made in runs]
    texts = {
        "study": Html().study_page(study()),
        "part-run": Html().page(parts[0]),
        "part-versus": versus.drawn(*parts),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    engine_versus(folder / "quick", folder / "other")
