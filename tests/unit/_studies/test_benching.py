"""Which task a role's components are compared on."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._studies.benching import ALONE, SWAPPED, bench_study
from esc_skills._studies.running import prepared
from esc_skills.errors import ConfigError, UsageError


@pytest.mark.parametrize("role", SWAPPED)
def test_every_installed_component_takes_part(role: str) -> None:
    """The default one is the baseline; what asks models takes part where one is configured."""
    study = bench_study(role, {"models": {"default": {"use": "scripted", "model": "s"}}})
    found = prepared(study, Path("nowhere"), check=False).variants
    assert study.name == f"bench-{role}"
    assert found[0].name == "baseline"
    assert len(found) > 1
    assert all(variant.name.startswith(f"{role}=") for variant in found[1:])


def test_retrievers_are_held_against_each_other_on_bank_0() -> None:
    """Without rounds, with held-out dialogues; every name is there once."""
    study = bench_study("retriever", {})
    assert study.experiment["evolve"] == {"rounds": 0}
    assert study.experiment["run"] == {"holdout": 0.25}
    names = [one.name for one in prepared(study, Path("nowhere"), check=False).variants]
    assert {"retriever=none", "retriever=random", "retriever=conditions"} <= set(names)
    assert len(names) == len(set(names))


def test_own_words_count_above_the_tasks() -> None:
    """An experiment, a study table, names and words of the command line."""
    raw = {"evolve": {"rounds": 2}, "run": {"repeats": 1}, "study": {"name": "mine", "seeds": [5]}}
    study = bench_study("retriever", raw, ["none", "random"], ["run.holdout=0.5"])
    assert (study.name, study.seeds) == ("mine", (5,))
    assert study.experiment["evolve"] == {"rounds": 2}
    assert study.experiment["run"] == {"repeats": 1, "holdout": 0.5}
    assert study.vary == {"retriever": ("none", "random")}


def test_a_study_files_design_gives_way() -> None:
    """The bench has its own."""
    raw = {"design": "grid", "vary": {"evolve.rounds": [0, 1]}}
    study = bench_study("retriever", raw)
    assert (study.design, study.vary) == ("swap", {"retriever": ("*",)})


def test_a_role_without_a_bench_is_refused() -> None:
    """The hint lists those that have one, in either way."""
    with pytest.raises(UsageError, match="'guard'") as refused:
        bench_study("guard", {})
    assert all(role in refused.value.hint for role in (*SWAPPED, *ALONE))


def test_a_wrong_key_is_refused_with_the_nearest_right_one() -> None:
    """As in every experiment."""
    with pytest.raises(ConfigError, match="respnder"):
        bench_study("retriever", {"respnder": "mirror"})
