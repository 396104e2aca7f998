"""Laws of designs: names, sizes, and that every variant is an experiment."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from math import prod
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._engine.configuring import make_experiment
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._studies.designs import overlaid, variants
from esc_skills._studies.mechanisms import Setup, mechanisms
from esc_skills._studies.studyfile import read_study

CATALOGUE = Catalogue.read()
USUAL = preset(CATALOGUE, "default")
VALUES: dict[str, list[Any]] = {
    "retriever": ["bm25", "none", "random", {"use": "bm25", "k": 1}, {"use": "conditions"}],
    "gate": ["paired", "always", {"use": "greater", "pairs": 4}],
    "distiller.risks": [True, False],
    "profiles.per_cell": [1, 2, [2, 2, 1]],
    "evolve.rounds": [0, 1, 2],
    "evolve.trials": [0, 0.0, 0.5],
    "talk.limit": [4, 10],
    "evaluators": [["sage"], ["sage", "bank"]],
}
EXPERIMENTS = st.fixed_dictionaries(
    {},
    optional={
        "distiller": st.builds(
            lambda **parts: {"use": "tally", **parts},
            risks=st.booleans(),
            conditions=st.booleans(),
            use_negative=st.booleans(),
        ),
        "retriever": st.sampled_from(VALUES["retriever"]),
        "gate": st.sampled_from(VALUES["gate"]),
        "profiles": st.sampled_from(["grid", {"use": "grid", "per_cell": 2}]),
        "evolve": st.fixed_dictionaries(
            {}, optional={"rounds": st.integers(0, 3), "trials": st.sampled_from([0, 0.25])}
        ),
    },
)
FACTORS = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True).flatmap(
    lambda keys: st.fixed_dictionaries(
        {
            key: st.lists(
                st.sampled_from(VALUES[key]), min_size=1, max_size=3, unique_by=json.dumps
            )
            for key in keys
        }
    )
)
STUDIES = st.one_of(
    EXPERIMENTS,
    st.builds(
        lambda raw, design, vary: {**raw, "design": design, "vary": vary},
        EXPERIMENTS,
        st.sampled_from(["grid", "swap"]),
        FACTORS,
    ),
    st.builds(
        lambda raw, pairs: {**raw, "design": "list", "study": {"pairs": pairs}},
        EXPERIMENTS,
        st.lists(
            FACTORS.map(lambda factors: {key: values[0] for key, values in factors.items()}),
            max_size=3,
        ),
    ),
)


def possible(raw: dict[str, Any]) -> bool:
    """Keep what makes a study: a setting below a component that has none is refused elsewhere."""
    try:
        variants(read_study(raw), CATALOGUE)
    except Exception:
        return False
    return True


@settings(max_examples=20, deadline=None)
@given(raw=STUDIES.filter(possible))
def test_names_are_unique_and_every_variant_is_an_experiment(raw: dict[str, Any]) -> None:
    """The baseline is first and lays nothing over; no two variants mean the same experiment."""
    study = read_study(raw)
    found = variants(study, CATALOGUE)
    names = [variant.name for variant in found]
    assert names[0] == "baseline"
    assert not found[0].sets
    assert len(set(names)) == len(names)
    assert not any("/" in name or name != " ".join(name.split()) for name in names)
    meant = [make_experiment(overlaid(study.experiment, item.sets), USUAL).hash for item in found]
    assert len(set(meant)) == len(meant)


@settings(max_examples=15, deadline=None)
@given(raw=EXPERIMENTS, vary=FACTORS)
def test_a_grid_is_as_large_as_its_product(raw: dict[str, Any], vary: dict[str, Any]) -> None:
    """All cells are there: as variants of their own, or named where they mean the same."""
    study = {**raw, "design": "grid", "vary": vary}
    if not possible(study):
        return
    found = variants(read_study(study), CATALOGUE)
    cells = len(found) - 1 + sum(item.note.count("; the same as ") for item in found)
    assert cells == prod(len(values) for values in vary.values())


@settings(max_examples=8, deadline=None)
@given(raw=EXPERIMENTS)
def test_leaving_one_out_takes_one_mechanism(raw: dict[str, Any]) -> None:
    """Each variant has all mechanisms of the baseline but one, and what goes idle with it."""
    found = variants(read_study(raw), CATALOGUE)
    setup = Setup.of(raw, CATALOGUE)
    before = {(item.role, item.name) for item in mechanisms(setup)}
    offered = [item for item in mechanisms(setup) if item.offered == "always"]
    assert len(found) == len(offered) + 1
    for variant, item in zip(found[1:], offered, strict=True):
        changed = make_experiment(overlaid(raw, variant.sets), USUAL)
        after = mechanisms(attrs.evolve(setup, experiment=changed))
        lost = before - {(other.role, other.name) for other in after}
        assert (item.role, item.name) in lost
        assert {role for role, _ in lost} == {item.role}
        assert len(lost) == 1 or item.name in {"refinement", "retrieval", "verification"}


PROGRAM = """
import json, sys
from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.designs import variants
from esc_skills._studies.studyfile import read_study
for raw in json.loads(sys.argv[1]):
    study = read_study(raw)
    found = variants(study, Catalogue.read())
    print(study.hash, json.dumps([[v.name, dict(v.sets), v.note] for v in found]))
"""


def test_equal_studies_have_equal_variants_in_any_process() -> None:
    """Neither the order of keys nor the process changes a name, a value or their order."""
    vary = {"retriever": "*", "evolve.rounds": [0, 1], "gate": ["always", "greater"]}
    turned = dict(reversed(vary.items()))
    raws = [{}, {"design": "grid", "vary": vary}, {"design": "grid", "vary": turned}]
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(raws)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for seed in ("1", "2")
    ]
    assert len(said[0]) == len(raws)
    assert all(first == second for first, second in pairwise(said))
    assert said[0][1] == said[0][2]
