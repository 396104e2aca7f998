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
    "profiles": "grid",
    "evaluators": ["sage", "strategy", "overlap", "safety", "bank"],
    "refiner": "tally",
    "gate": "paired",
    "guards": ["crisis"],
    "executor": "local",
    "reports": ["html", "markdown"],
}
