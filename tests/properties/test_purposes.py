"""Who is met for what: a law over every plan of evolution, not over one run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._engine import provenance
from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.crew import hire
from esc_skills._engine.running import run
from esc_skills._engine.walking import Walk
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._store.folder import RunFolder
from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES

CATALOGUE = Catalogue.read()
PRESET = preset(CATALOGUE, "default")

grids = st.fixed_dictionaries(
    {
        "use": st.just("grid"),
        "per_cell": st.integers(1, 3) | st.lists(st.integers(1, 3), min_size=3, max_size=3),
        "intentions": st.sets(st.sampled_from(INTENTIONS), min_size=1).map(sorted),
        "persona_types": st.sets(st.sampled_from(PERSONA_TYPES), min_size=1).map(sorted),
    }
)
plans = st.fixed_dictionaries(
    {
        "profiles": grids,
        "evolve": st.fixed_dictionaries(
            {"refine_repeats": st.integers(1, 4), "max_pairs": st.integers(1, 300)}
        ),
        "run": st.fixed_dictionaries({"seed": st.integers(0, 2**31), "repeats": st.integers(1, 4)}),
    }
)


@settings(max_examples=40)
@given(plan=plans)
def test_no_plan_seats_a_seeker_for_two_purposes(
    tmp_path_factory: pytest.TempPathFactory, plan: dict[str, Any]
) -> None:
    """S8: whatever sets, repeats, pairs and seed: refine, verify and report share no seeker.

    Neither by id nor by content; and each purpose seats only its own, each seat once.
    """
    experiment = make_experiment(plan, PRESET)
    crew = hire(experiment, CATALOGUE)
    folder = RunFolder.create(tmp_path_factory.mktemp("plan") / "run")
    book = provenance.Book(folder=folder, description={}, started="now")
    road = Walk.over(experiment, crew, book, ()).road
    rule = experiment.evolve
    repeats = {"refine": rule.refine_repeats, "verify": 2, "report": experiment.run.repeats}
    seats = {one: asyncio.run(road.seats(one, repeats[one])) for one in PURPOSES}
    who = {
        purpose: {attrs.evolve(profile, id="-", purpose="report") for profile, _ in some}
        for purpose, some in seats.items()
    }
    for purpose, some in seats.items():
        assert {profile.purpose for profile, _ in some} == {purpose}
        assert len({(profile.id, repeat) for profile, repeat in some}) == len(some)
        for other in PURPOSES:
            assert other == purpose or not who[purpose] & who[other]


@pytest.mark.slow
def test_report_seekers_are_met_once_at_the_end(tmp_path: Path) -> None:
    """Nobody of the report is met before the last verdict, and every seat of it is met once."""
    told: list[tuple[str, str]] = []

    def watch(hook: str, **facts: Any) -> None:
        if hook == "esc_skills_trace_done":
            trace = facts["trace"]
            told.append((trace.profile.purpose, f"{trace.bank}/{trace.profile.id}/{trace.repeat}"))
        elif hook == "esc_skills_verdict":
            told.append(("verdict", ""))

    small = {"use": "grid", "intentions": ["deep-empathy"], "per_cell": 2}
    plan = {"profiles": small, "evolve": {"rounds": 2, "max_pairs": 12}, "talk": {"limit": 3}}
    run(plan, out=tmp_path / "run", watch=(watch,))
    kinds = [kind for kind, _ in told]
    first = kinds.index("report")
    assert set(kinds[first:]) == {"report"}
    assert "refine" in kinds[:first]
    met = [name for kind, name in told if kind == "report"]
    assert len(met) == len(set(met))
