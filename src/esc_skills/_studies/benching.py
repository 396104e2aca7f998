"""Which task the components of a role are compared on.

Some are swapped into a whole run; extractors, evaluators and gates have tasks of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from esc_skills._studies.studyfile import Study, read_study
from esc_skills.errors import UsageError

ALONE: tuple[str, ...] = ("extractor", "evaluator", "gate")
"""Roles with a task of their own."""
SWAPPED: Mapping[str, Mapping[str, Any]] = {
    "retriever": {"evolve": {"rounds": 0}, "run": {"holdout": 0.25}},
    "responder": {"evolve": {"rounds": 0}, "run": {"holdout": 0.25}},
    "distiller": {"evolve": {"rounds": 0}, "run": {"holdout": 0.25}},
    "refiner": {},
}
"""Roles that are swapped in a run, and what the run is by default: bank 0 shows a retriever or a
responder without the luck of evolution, and held-out dialogues show its choice of strategies."""


def bench_study(
    role: str, experiment: Mapping[str, Any], names: Sequence[str] = (), sets: Sequence[str] = ()
) -> Study:
    """The study in which every installed component of a role takes part.

    Args:
        role: One of ``SWAPPED``.
        experiment: An experiment, or a study file's content; its own words count above the task's.
        names: Only these components; empty takes all that can be used.
        sets: ``KEY=VALUE`` words laid over it.

    Raises:
        UsageError: The role cannot be benched.
        ConfigError: A key or value is wrong.
    """
    if role not in SWAPPED:
        known = ", ".join((*SWAPPED, *ALONE))
        raise UsageError(f"no bench for {role!r}", hint=f"roles with a bench: {known}")
    raw = {key: value for key, value in experiment.items() if key not in {"design", "vary"}}
    for section, usual in SWAPPED[role].items():
        raw[section] = {**usual, **raw.get(section, {})}
    table = {"name": f"bench-{role}", **raw.pop("study", {})}
    vary = {role: list(names) or ["*"]}
    return read_study({**raw, "design": "swap", "vary": vary, "study": table}, sets)
