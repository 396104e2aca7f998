"""One browser a process, and a finished run to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from visiting import Probe, Visitor, program

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
OTHER = {**RUN, "retriever": "random", "evolve": {"rounds": 0}}
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


@pytest.fixture(scope="session")
def looked(visitor: Visitor, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of a real run, of a second one beside it, and of a study, by name."""
    import esc_skills
    from esc_skills._engine.versus import versus
    from esc_skills.testing.conformance.printing import study
    from esc_skills_plugins.reports.html import Html

    folder = tmp_path_factory.mktemp("looked")
    esc_skills.run(RUN, out=folder / "quick")
    esc_skills.run(OTHER, out=folder / "other")
    (folder / "study.html").write_text(Html().study_page(study()), "utf-8")
    return {
        "run": folder / "quick" / "report.html",
        "versus": versus(folder / "quick", folder / "other")[0],
        "study": folder / "study.html",
    }
