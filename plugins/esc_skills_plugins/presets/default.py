"""The model-free experiment that runs where nobody prepared anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXPERIMENT: Mapping[str, Any] = {
    "corpus": ["sample"],
    "extractor": "annotated",
    "distiller": "tally",
    "retriever": "bm25",
    "responder": "exemplar",
    "seeker": "appraisal",
    # Many different seekers: a gate and an interval take a repeat for no new witness.
    "profiles": {"use": "grid", "per_cell": [9, 9, 3]},
    "evaluators": ["sage", "strategy", "overlap", "safety", "bank"],
    "refiner": "tally",
    "gate": "paired",
    "guards": ["crisis"],
    "executor": "local",
    "reports": ["html", "markdown", "csv", "latex"],
}
