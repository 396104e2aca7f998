"""The material that all studies of the paper share."""

from __future__ import annotations

from pathlib import Path

import esc_skills
from esc_skills._engine.configuring import known_keys, make_experiment
from esc_skills._engine.crew import hire
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills_plugins.studies import ablation, main, profiles, response
from esc_skills_plugins.studies.sizes import ARMS, PAPER, SMALL


def test_both_sizes_are_experiments() -> None:
    """Every key is one of an experiment file."""
    assert {*PAPER, *SMALL} <= set(known_keys())
    assert ARMS == ["none", "static", "evolved"]


def test_the_small_size_asks_no_model_and_reads_no_file() -> None:
    """It runs where nobody prepared anything."""
    catalogue = Catalogue.read()
    crew = hire(make_experiment(SMALL, preset(catalogue, "default")), catalogue)
    assert crew.models == {}
    assert [path for _, path in crew.corpora] == [""]


def test_seekers_that_are_reported_on_are_never_learnt_from() -> None:
    """SAGE's seekers are all for the report; refine and verify have others."""
    grid, sage = PAPER["profiles"]
    assert "report" not in grid["purposes"]
    assert (sage["use"], sage["refine"], sage["verify"]) == ("sage", 0.0, 0.0)


def test_every_measure_of_a_study_is_given_by_a_run(tmp_path: Path) -> None:
    """The columns that the studies name are scores that their evaluators give."""
    wanted = {
        name
        for module in (ablation, main, profiles, response)
        for size in module.STUDIES.values()
        for name in size["study"]["measures"]
    }
    tiny = {
        **SMALL,
        "evaluators": ["sage", "safety", "strategy", "overlap"],
        "evolve": {"rounds": 0},
        "run": {"repeats": 1, "holdout": 0.1},
        "talk": {"limit": 3},
        "reports": [],
    }
    scores = esc_skills.run(tiny, out=tmp_path / "run").scores
    assert wanted <= {f"{one.evaluator}.{one.name}" for one in scores}
