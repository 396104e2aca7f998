"""What does each mechanism bring? Every one that the paper names is left out, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esc_skills_plugins.studies.sizes import ARMS, PAPER, SMALL

ABOUT = (
    "An ablation of the mechanisms that the paper names: failed dialogues, risks, conditions, "
    "retrieval, refinement, verification, each kind of failure, and diverse seekers."
)

EVALUATORS = ["sage", "safety", "strategy"]
MEASURES = ["sage.emotion", "sage.failure-rate", "strategy.accuracy"]
# Who has no bank loses nothing by a worse one: the arm without skills is the baseline's alone, or
# the family of contrasts would grow by what cannot differ.
TOLD = ["static", "evolved"]
LEARNT = [
    "risks",
    "conditions",
    "retrieval",
    "refinement",
    "verification",
    "missing skills",
    "unsafe interventions",
    "patterns by seeker",
    "diverse seekers",
]

STUDIES: Mapping[str, Mapping[str, Any]] = {
    "paper": {
        **PAPER,
        "evaluators": EVALUATORS,
        "design": "leave-one-out",
        "study": {
            "name": "ablation",
            "seeds": 3,
            "arms": TOLD,
            "baseline_arms": ARMS,
            "leave": ["failed dialogues", "failed turns", *LEARNT],
            "measures": MEASURES,
        },
    },
    "small": {
        **SMALL,
        "evaluators": EVALUATORS,
        "run": {"repeats": 1, "holdout": 0.25},
        "design": "leave-one-out",
        "study": {
            "name": "ablation-small",
            "seeds": 1,
            "arms": TOLD,
            "baseline_arms": ARMS,
            # The sample is one corpus: failed dialogues cannot be left out, failed turns can.
            "leave": ["failed turns", *LEARNT],
            "measures": MEASURES,
        },
    },
}
